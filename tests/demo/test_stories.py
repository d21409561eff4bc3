"""The demonstration's stories, read as the product reads timelines; no database."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from recruiting.demo.employer import JOBS, LEAKING_SOURCE, STAFF, TOBIAS
from recruiting.demo.fill import Told, tell_all
from recruiting.demo.wording import texts, written
from recruiting.jobs.rules import Terms
from recruiting.pipeline.rules import (
    OUTBOUND_TOUCHES,
    Channel,
    Direction,
    Kind,
    Outcome,
    SpellEnd,
    Turn,
)
from recruiting.pipeline.turns import Moment, Reading, read
from recruiting.silence.rules import State, standing_at
from recruiting.workdays import Office

OFFICE = Office()
# In the middle of a working day; before work on a Monday; on a Sunday; between the holidays.
MOMENTS = (
    datetime(2026, 3, 4, 13, tzinfo=UTC),
    datetime(2026, 3, 2, 3, tzinfo=UTC),
    datetime(2026, 11, 22, 4, tzinfo=UTC),
    datetime(2027, 1, 2, 18, tzinfo=UTC),
)
RESERVED = re.compile(r"@(example\.(com|org|net)|[a-z]+\.test)")
FICTION = re.compile(
    r"\+49 (30 23125 \d{3}|40 66969 \d{3}|221 4710 \d{3}|69 90009 \d{3}|89 99998 \d{3}"
    r"|171 39200 \d{2}|176 040690 \d{2})"
)
STAGES = {
    (job.key, step.part): 10 * number + place
    for number, job in enumerate(JOBS.values())
    for place, step in enumerate(job.steps)
}


@dataclass
class World:
    """Everything that was told for one moment, and what the rule of turns reads in it."""

    now: datetime
    told: list[Told]
    readings: list[Reading]

    def pairs(self) -> Iterator[tuple[Told, Reading]]:
        return zip(self.told, self.readings, strict=True)


def world_at(now: datetime) -> World:
    told = tell_all(now, OFFICE)
    return World(now, told, [reading(one) for one in told])


def reading(told: Told) -> Reading:
    job = told.story.job.key
    kept = [name for name in Moment._fields if name != "stage_id"]
    moments = [
        Moment(
            stage_id=STAGES[job, row["part"]] if row["part"] else None,
            **{name: row[name] for name in kept},
        )
        for row in told.events
    ]
    terms = dict.fromkeys(STAGES.values(), Terms())
    return read(moments, terms, STAGES[job, "applied"], OFFICE)


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def world(request: pytest.FixtureRequest) -> World:
    return world_at(request.param)


def test_the_same_seed_and_moment_tell_the_same_journal():
    one, two = tell_all(MOMENTS[0], OFFICE), tell_all(MOMENTS[0], OFFICE)
    assert [(t.story.person, t.events) for t in one] == [(t.story.person, t.events) for t in two]
    other = tell_all(MOMENTS[0], OFFICE, seed=1)
    assert [t.events for t in one] != [t.events for t in other]


def test_about_four_hundred_applications_came_over_nine_months(world):
    assert 380 <= len(world.told) <= 420
    first, last = world.told[0].begins_at, world.told[-1].begins_at
    assert timedelta(days=250) <= world.now - first <= timedelta(days=285)
    assert world.now - last < timedelta(days=5)
    months = Counter(one.begins_at.strftime("%Y-%m") for one in world.told)
    assert len(months) >= 9
    assert {one.story.job.key for one in world.told} == set(JOBS)


def test_nothing_lies_after_now_and_every_timeline_runs_forward(world):
    for told in world.told:
        moments = [row["at"] for row in told.events]
        assert moments == sorted(moments), told.story.person
        assert moments[-1] <= world.now, told.story.person


def test_every_state_occurs_several_times(world):
    states = Counter(
        standing_at(one, world.now).state for one in world.readings if one.outcome is None
    )
    assert set(states) == set(State) - {State.ENDED}
    assert min(states.values()) >= 2
    assert 6 <= states[State.DUE] <= 10
    assert 6 <= states[State.QUIET] <= 10
    assert 4 <= states[State.DELAYED] <= 8


def test_every_outcome_occurs_and_some_were_heard_of_after_all(world):
    outcomes = Counter(one.outcome for one in world.readings if one.outcome)
    assert set(outcomes) == set(Outcome)
    assert min(outcomes.values()) >= 5
    reopened = [
        one
        for told, one in world.pairs()
        if any(row["kind"] is Kind.GHOSTED for row in told.events)
        and one.outcome is not Outcome.GHOSTED
    ]
    assert len(reopened) >= 2
    assert None in {one.outcome for one in reopened}


def test_meetings_lie_ahead_and_some_were_missed(world):
    assert sum(one.meets_at is not None and one.meets_at > world.now for one in world.readings) >= 5
    assert sum(one.no_shows > 0 for one in world.readings) >= 3
    assert sum(one.wrote_after_end for one in world.readings) >= 1


def test_whoever_is_called_silent_was_so_by_the_rule_and_a_person_says_why(world):
    for told, one in world.pairs():
        for row in told.events:
            if row["kind"] is Kind.GHOSTED:
                assert row["by"] in {colleague.email for colleague in STAFF}
                assert row["body"]
        if one.outcome is Outcome.GHOSTED:
            last = one.stretches[-1]
            assert last.end is SpellEnd.CLOSED
            assert last.whose is Turn.CANDIDATE
            assert last.attempts >= 2
            assert last.depth >= 2  # the letter, and one word at least after it
            assert one.ended_at > last.due_at, told.story.person


def test_one_stage_leaks_and_no_other_does(world):
    over, ghosted = defaultdict(set), Counter()
    for place, one in enumerate(world.readings):
        for stretch in one.stretches:
            if stretch.whose is Turn.CANDIDATE and stretch.until:
                over[stretch.stage_id].add(place)
        if one.outcome is Outcome.GHOSTED:
            ghosted[one.stage_id] += 1
    leak = STAGES["backend", "task"]
    assert len(over[leak]) >= 40
    assert 0.25 <= ghosted[leak] / len(over[leak]) <= 0.36
    for stage, those in over.items():
        if stage != leak:
            assert ghosted[stage] / len(those) < 0.12, stage


def test_one_source_ghosts_more(world):
    over, ghosted = Counter(), Counter()
    for told, one in world.pairs():
        if any(s.whose is Turn.CANDIDATE and s.until for s in one.stretches):
            is_leak = told.story.source == LEAKING_SOURCE
            over[is_leak] += 1
            ghosted[is_leak] += one.outcome is Outcome.GHOSTED
    assert over[True] >= 40
    assert ghosted[True] / over[True] > 3 * ghosted[False] / over[False]


def test_one_recruiter_answers_slowly(world):
    turns, late = Counter(), Counter()
    for one in world.readings:
        for stretch in one.stretches:
            if stretch.whose is Turn.US:
                turns[one.owner] += 1
                late[one.owner] += (stretch.until or world.now) > stretch.due_at
    rates = {owner: late[owner] / turns[owner] for owner in turns if owner}
    slow = rates.pop(TOBIAS.email)
    assert slow > 2 * max(rates.values())
    assert turns[TOBIAS.email] >= 100


def test_every_group_that_a_report_shows_is_large_enough(world):
    sources = Counter(told.story.source for told in world.told)
    owners = Counter(one.owner for one in world.readings if one.owner)
    assert min(sources.values()) >= 10
    assert min(owners.values()) >= 10
    assert len(sources) >= 5


def test_the_office_writes_on_working_days(world):
    for told in world.told:
        for row in told.events:
            if row["direction"] is Direction.OUT:
                local = OFFICE.local(row["at"])
                assert OFFICE.is_open(local.date()), (told.story.person, local)
                assert time(8) <= local.time() <= time(18), (told.story.person, local)


def test_candidates_write_in_the_evening_and_at_weekends_too(world):
    local = [
        OFFICE.local(row["at"])
        for told in world.told
        for row in told.events
        if row["direction"] is Direction.IN and row["kind"] is Kind.MESSAGE
    ]
    assert sum(one.time() > time(18) for one in local) > len(local) / 10
    assert sum(not OFFICE.is_open(one.date()) for one in local) > len(local) / 50
    assert all(time(5) <= one.time() for one in local)


# --- people and words ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def once() -> World:
    return world_at(MOMENTS[0])


def test_every_address_is_reserved_and_every_number_is_fiction(once):
    people = [told.story.person for told in once.told]
    for person in people:
        assert RESERVED.fullmatch("@" + person.email.partition("@")[2]), person
        assert person.email.isascii()
        assert person.phone is None or FICTION.fullmatch(person.phone), person
    assert len({person.email for person in people}) == len(people)
    assert len({person.name for person in people}) == len(people)
    assert any("ß" in person.name for person in people)
    assert all(one.email.endswith("@heardback.test") for one in STAFF)


def test_no_other_address_stands_in_a_mail(once):
    for told in once.told:
        for row in told.events:
            for address in re.findall(r"\S+@\S+\b", row["subject"] + " " + row["body"]):
                domain = address.rpartition("@")[2].rstrip(">:")
                assert RESERVED.fullmatch("@" + domain), address


def letters(once: World) -> Iterator[tuple[Told, dict]]:
    for told in once.told:
        for row in told.events:
            is_touch = row["kind"] in OUTBOUND_TOUCHES or row["kind"] is Kind.REJECTION
            if is_touch and row["channel"] is not Channel.PHONE:
                yield told, row


def test_a_letter_of_ours_greets_the_candidate_and_is_signed_by_who_wrote_it(once):
    names = {one.email: one.name for one in STAFF}
    for told, row in letters(once):
        person, body = told.story.person, row["body"]
        if row["direction"] is Direction.OUT:
            greeted = person.name if told.story.language == "de" else person.first
            assert greeted in body.splitlines()[0], body
            assert body.splitlines()[-2] == names[row["by"]]
        else:
            assert body.endswith(person.name), body


def test_a_candidate_is_written_to_in_one_language(once):
    marks = {"de": r"\b(vielen|Guten|Grüße[n]?|Sie)\b", "en": r"\b(Dear|the|thank|regards)\b"}
    for told, row in letters(once):
        mine = told.story.language
        other = "de" if mine == "en" else "en"
        assert not re.search(marks[other], row["body"]), row["body"]
    assert Counter(told.story.language for told in once.told)["en"] >= 100


def test_no_blank_and_no_choice_is_left_in_a_text(once):
    for told in once.told:
        for row in told.events:
            text = row["subject"] + row["body"]
            assert not re.search(r"[{}|]", text), text


def test_the_texts_are_many_and_both_languages_know_the_same(once):
    bodies = Counter(row["body"] for _told, row in letters(once))
    assert len(bodies) > 1500
    german, english = texts("de"), texts("en")
    assert german.keys() == english.keys()
    for section in ("ours", "note", "wish", "about", "manner"):
        assert german[section].keys() == english[section].keys()


def test_each_question_and_follow_up_of_ours_says_how_to_decline(once):
    said = [
        row["offers_no"]
        for told in once.told
        for row in told.events
        if row["kind"] is Kind.MESSAGE and row["awaits_reply"] and row["by"]
    ]
    assert False not in said
    assert said.count(True) > 0.8 * len(said)


def test_a_meeting_takes_place_when_the_candidate_wanted_it(once):
    checked = 0
    for told in once.told:
        for before, row in zip(told.events, told.events[1:], strict=False):
            if row["kind"] is Kind.INTERVIEW:
                when = written(OFFICE.local(row["due_at"]), "moment", told.story.language)
                assert when in before["body"], before["body"]
                checked += 1
    assert checked > 100


def test_what_they_ask_is_answered_unless_we_left_it_open(once):
    for told, one in once.pairs():
        if one.has_open_question and standing_at(one, once.now).turn is Turn.CANDIDATE:
            assert any(row["leaves_open"] for row in told.events), told.story.person
    assert sum(row["leaves_open"] for told in once.told for row in told.events) >= 2
