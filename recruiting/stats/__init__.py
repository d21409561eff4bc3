"""Statistics of silence: will we still hear back, and how sure may we be of a rate?

Pure numpy: arrays go in, frozen dataclasses come out; no web, no database, no clock, no names.
Nothing is imported here, so take what you need from its module:

- `spells`         one silence as a row: how long, answered or not; checks such rows
- `survival`       the share still silent after each length of time (Kaplan-Meier), quantiles, mean
- `products`       the products and sums along that curve, fast
- `logrank`        whether groups answer at the same pace
- `incidence`      reply, withdrawal, ghosting, our closing: ends that compete (Aalen-Johansen)
- `replies`        the reply curve of each stage, leaning on all stages: `no_return`
- `counts`         replies and silences at risk by group and time bin: what a fit needs, additive
- `facts`          what else is known of a conversation, as columns
- `stretches`      parts of silences over which no column changes
- `sums`           sums of these columns, by group and time bin: additive
- `shifts`         how facts shift the rate of answers (additive hazards)
- `outlook`        from the facts of one silence to its chance
- `scores`         how good forecasts were: log loss, calibration, alarms
- `record`         exact counts of comparable silences: "14 of 120 still did after this long"
- `patience`       when those who answer have done so; what each further day of waiting brings
- `followups`      whether replies come faster after a follow-up, and when the next one pays
- `rates`          shares with Wilson bounds, their difference; hides small groups in one table
- `suppression`    hides small groups in one cut or two that cross, and audits what is hidden
- `flows`          what a hidden figure may be, given all that is shown (for `suppression`)
- `funnel`         units of different size against one target
- `control`        a rate from month to month: its noise, and when it changed
- `effects`        what goes along with ghosting, other facts being equal: odds with bounds
- `multiplicity`   p values of many cuts, adjusted
- `distributions`  tail areas: chi-squared, normal, binomial

Words: a *silence* ends by a reply or is *censored* (its reply was not seen when we last looked).
What counts as a silence, and for whom, is decided in the rooms that call.
"""
