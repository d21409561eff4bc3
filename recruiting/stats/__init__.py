"""Statistics of silence: will we still hear back, and how sure may we be of a rate?

Pure numpy: arrays go in, frozen dataclasses come out; no web, no database, no clock, no names.
Nothing is imported here, so take what you need from its module:

- `spells`    one silence as a row: how long, answered or not; checks such rows
- `survival`  the share still silent after each length of time (Kaplan-Meier), quantiles
- `replies`   the reply curve of each stage, leaning on all stages: `no_return`
- `facts`     what else is known of a conversation, as columns
- `stretches` parts of silences over which no column changes
- `sums`      sums of these columns, by group and time bin
- `shifts`    how facts shift the rate of answers (additive hazards)
- `outlook`   from the facts of one silence to its chance
- `scores`    how good forecasts were: log loss, calibration, alarms
- `counts`    replies and silences at risk by group and time bin: what a fit needs, additive
- `record`    exact counts of comparable silences: "14 of 120 still did after this long"
- `rates`     shares with Wilson bounds; hides small groups, also against subtraction

Words: a *silence* ends by a reply or is *censored* (its reply was not seen when we last looked).
What counts as a silence, and for whom, is decided in the rooms that call.
"""
