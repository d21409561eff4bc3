"""The pages that list and show applications, asked over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from recruiting.accounts.rules import Role
from recruiting.pipeline import services
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Channel, Direction, Kind, Outcome, Result
from recruiting.silence import chances
from tests import make
from tests.make import DAY, HOUR, MONDAY, OFFICE
from tests.pipeline.staff import Staff, queries_counted, text_of

pytestmark = pytest.mark.usefixtures("frozen")
HOSTILE = '<script>alert("x")</script>{{7*7}}'
ESCAPED = "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;{{7*7}}"
WHO: dict[str, Any] = {"by": "recruiter@heardback.test", "office": OFFICE}


@pytest.fixture
def recruiter(app: Flask) -> Staff:
    return Staff(app, make.user(Role.RECRUITER))


def handed_over(application: Application, manager) -> Application:
    services.hand_over(application, manager, note="Please look.", now=MONDAY, **WHO)
    return application


# Jobs and board.


def test_each_job_tells_who_waits_and_who_is_quiet(recruiter, frozen):
    job = make.job("Backend engineer")
    make.application(job=job)
    make.quiet_application(job=job)
    frozen(MONDAY + 21 * DAY)
    page = text_of(recruiter, "/jobs")
    assert "Backend engineer" in page
    assert "2 in play" in page
    assert "1 waits for us" in page
    assert "1 quiet" in page


def test_without_a_job_the_page_says_where_jobs_come_from(recruiter):
    assert "No job yet" in text_of(recruiter, "/jobs")


def test_the_board_shows_each_application_in_its_stage(recruiter):
    application = make.application(make.candidate("Leyla Öztürk"))
    page = text_of(recruiter, f"/jobs/{application.job_id}")
    first, _, second = page.partition(f'data-stage-id="{application.job.stages[1].id}"')
    assert "Leyla Öztürk" in first
    assert "Leyla Öztürk" not in second
    assert "Nobody here." in second
    assert "1 in play" in page


def test_the_board_says_whose_turn_it_is_and_since_when(recruiter, frozen):
    application = make.application(make.candidate("Hannah Vogel"))
    make.quiet_application(job=application.job)
    frozen(MONDAY + 21 * DAY)
    page = text_of(recruiter, f"/jobs/{application.job_id}")
    assert "we are 12 days late" in page
    assert "applied 21 days ago" in page
    assert "quiet for 20 days, one follow-up" in page


def test_in_a_column_our_own_turns_come_first_and_then_the_ink_fades(recruiter, frozen):
    job = make.job()
    make.quiet_application(job).candidate.name = "Faded Fay"
    asked = make.application(make.candidate("Asked Ada"), job, at=MONDAY + 19 * DAY)
    make.event(asked, at=MONDAY + 20 * DAY)
    make.application(make.candidate("Later Lou"), job, at=MONDAY + 20 * DAY)
    make.application(make.candidate("Late Leo"), job, at=MONDAY)
    frozen(MONDAY + 21 * DAY)
    page = text_of(recruiter, f"/jobs/{job.id}")
    places = [
        page.index(f">{name}<") for name in ("Late Leo", "Later Lou", "Asked Ada", "Faded Fay")
    ]
    assert places == sorted(places)


def test_a_card_says_until_when_somebody_is_away_or_paused(recruiter, frozen):
    away = make.application()
    make.event(away, at=MONDAY + HOUR)
    back = MONDAY + 9 * DAY
    make.event(away, Kind.AUTO_REPLY, at=MONDAY + 2 * HOUR, direction=Direction.IN, due_at=back)
    paused = make.application(job=away.job)
    services.pause(paused, until=MONDAY + 9 * DAY, note="", now=MONDAY, **WHO)
    meeting = make.application(job=away.job)
    make.event(meeting, Kind.INTERVIEW, at=MONDAY + HOUR, due_at=MONDAY + 5 * HOUR)
    frozen(MONDAY + 3 * HOUR)
    page = text_of(recruiter, f"/jobs/{away.job_id}")
    assert "away (auto-reply); their time runs on from 12 Mar" in page
    told = text_of(recruiter, f"/applications/{away.id}").replace("\u00a0", " ")
    assert "Auto-reply: back on 11 Mar; their time runs on from 12 Mar" in told
    assert "their time runs on from 12 Mar" in told
    assert "paused at their wish until 11 Mar" in page
    assert "meeting agreed for Mon 2 Mar, 15:00" in page


def test_the_page_says_at_whose_word_patience_stands_still(recruiter, frozen):
    noted, tapped, dated, undated = (make.application() for _ in range(4))
    services.pause(noted, until=MONDAY + 9 * DAY, note="", now=MONDAY, **WHO)
    shared = {"at": MONDAY + HOUR, "direction": Direction.IN}
    make.event(tapped, Kind.PAUSED, due_at=MONDAY + 9 * DAY, **shared)
    for one, back in ((dated, MONDAY + 9 * DAY), (undated, None)):
        make.event(one, at=MONDAY)
        make.event(one, Kind.AUTO_REPLY, due_at=back, **shared)
    frozen(MONDAY + 3 * HOUR)
    for one, words in (
        (noted, "noted on 2 Mar that they asked for time."),
        (tapped, "They asked for this time themselves on 2 Mar."),
        (dated, "Their auto-reply of 2 Mar says: back on Wed 11 Mar."),
        (undated, "Their auto-reply of 2 Mar names no day of return."),
    ):
        page = text_of(recruiter, f"/applications/{one.id}").replace("\u00a0", " ")
        assert words in page
    frozen(MONDAY + 20 * DAY)
    assert "auto-reply of" not in text_of(recruiter, f"/applications/{dated.id}")


def test_a_pause_that_is_over_and_an_auto_reply_that_changed_nothing_are_no_reasons(
    recruiter, frozen
):
    one = make.application(at=MONDAY - 6 * DAY)
    shared = {"direction": Direction.IN}
    make.event(one, Kind.PAUSED, at=MONDAY - 5 * DAY, due_at=MONDAY - DAY, **shared)
    make.event(one, Kind.AUTO_REPLY, at=MONDAY, due_at=MONDAY + 7 * DAY, **shared)
    ignored = {"at": MONDAY + DAY, "due_at": MONDAY - DAY, **shared}
    make.event(one, Kind.AUTO_REPLY, **ignored)  # of an absence that has passed
    sooner = {"at": MONDAY + DAY + HOUR, "due_at": MONDAY + 3 * DAY, **shared}
    make.event(one, Kind.AUTO_REPLY, **sooner)
    frozen(MONDAY + 2 * DAY)
    page = text_of(recruiter, f"/applications/{one.id}").replace("\u00a0", " ")
    assert "Their auto-reply of 2 Mar says: back on Mon 9 Mar." in page
    assert "asked for this time" not in page


def test_a_board_without_anybody_says_so(recruiter):
    assert "Nobody in play" in text_of(recruiter, f"/jobs/{make.job().id}")


def test_the_board_narrows_to_what_is_asked_for(recruiter):
    job = make.job()
    make.application(make.candidate("Ann"), job, source="referral")
    make.application(make.candidate("Ben"), job, source="career site")
    page = text_of(recruiter, f"/jobs/{job.id}?source=referral")
    assert 'card__name" href' in page
    assert ">Ann</a>" in page
    assert ">Ben</a>" not in page
    page = text_of(recruiter, f"/jobs/{job.id}?state=our_turn")
    assert ">Ben</a>" in page
    assert "2 in play" in page
    page = text_of(recruiter, f"/jobs/{job.id}?state=quiet")
    assert ">Ann</a>" not in page
    assert "0 in play" in page  # the head counts what stands below it


@pytest.mark.parametrize("field", ["owner", "source", "state", "sort", "filter[id]"])
def test_a_filter_that_is_not_offered_changes_nothing(recruiter, field):
    application = make.application(make.candidate("Ann"), source="referral")
    for value in ("' OR 1=1 --", "nobody@x.test", "ended", "0", "../..", HOSTILE):
        answer = recruiter.get(f"/jobs/{application.job_id}", query_string={field: value})
        assert answer.status_code == 200
        assert ">Ann</a>" in answer.text
        assert HOSTILE not in answer.text


def test_a_board_that_does_not_exist_is_missing(recruiter):
    assert recruiter.get("/jobs/4711").status_code == 404


def fill_board(count: int) -> int:
    job = make.job()
    for number in range(count):
        one = make.application(make.candidate("", phone=f"+49 30 {number}"), job)
        make.event(one, at=MONDAY + HOUR)
    return job.id


@pytest.mark.parametrize("url", ["/jobs/{job}", "/desk", "/jobs", "/applications?q=job"])
def test_more_applications_do_not_ask_the_database_more_often(recruiter, db, frozen, url):
    asked = []
    for count in (2, 12):
        frozen(MONDAY + 9 * DAY)
        address = url.format(job=fill_board(count))
        chances.forget()
        with queries_counted(db) as said:
            assert recruiter.get(address).status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1]
    assert asked[1] <= 22


# The application page.


def test_the_application_page_tells_both_sides_day_by_day(recruiter, frozen):
    application = make.quiet_application()
    frozen(MONDAY + 30 * DAY)
    page = text_of(recruiter, f"/applications/{application.id}")
    assert page.count("<h1>") == 1
    assert "Mon 2 Mar" in page
    assert "Tue 3 Mar" in page
    assert "entry--in" in page
    assert "entry--out" in page
    assert "working days without an answer" in page


def test_the_application_page_says_whether_we_will_hear_back(recruiter, frozen):
    application = make.quiet_application()
    frozen(MONDAY + 30 * DAY)
    page = text_of(recruiter, f"/applications/{application.id}")
    assert "Will we hear back?" in page
    assert "The chance of an answer within 30 days of our question is now" in page
    assert "Was in touch before" in page
    assert "Met:" in page


def test_a_question_we_left_open_is_quoted(recruiter, frozen):
    application = make.application()
    make.reply(application, at=MONDAY + HOUR, body="Thanks, got it. Is the task paid?\n> Old?")
    make.event(application, at=MONDAY + DAY, leaves_open=True)
    frozen(MONDAY + 20 * DAY)
    page = text_of(recruiter, f"/applications/{application.id}")
    assert "“Is the task paid?”, 2 Mar" in page
    assert "We left a question of theirs open" in page
    assert "Answer their question" in page


def test_a_call_that_reached_somebody_is_told_once(recruiter, frozen):
    application = make.application()
    services.log_touch(
        application,
        Direction.OUT,
        Channel.PHONE,
        at=MONDAY,
        text="Will come.",
        now=MONDAY,
        result=Result.REACHED,
        **WHO,
    )
    page = text_of(recruiter, f"/applications/{application.id}")
    assert page.count("Spoke with each other") == 1
    assert "Will come." in page


def test_the_page_opens_the_form_that_is_asked_for(recruiter):
    application = make.application()
    for do in ("answer", "follow-up", "call", "agree", "end", "pause", "x", "'"):
        page = text_of(recruiter, f"/applications/{application.id}?do={do}")
        assert page.count('<details class="fold" open>') == (0 if do in {"x", "'"} else 1)


def test_one_application_page_asks_the_database_a_fixed_number_of_times(recruiter, db, frozen):
    application = make.quiet_application()
    for number in range(8):
        make.event(application, at=MONDAY + (9 + number) * DAY)
    frozen(MONDAY + 30 * DAY)
    with queries_counted(db) as said:
        assert recruiter.get(f"/applications/{application.id}").status_code == 200
    assert len(said) <= 24


def test_what_people_write_stays_text(recruiter, frozen):
    candidate = make.candidate(HOSTILE)
    application = make.application(candidate, make.job(HOSTILE, (HOSTILE, "Next")), source=HOSTILE)
    make.reply(application, at=MONDAY, subject=HOSTILE, body=HOSTILE + "?")
    make.event(application, at=MONDAY + HOUR, by=HOSTILE, leaves_open=True, body=HOSTILE)
    make.event(application, Kind.NOTE, at=MONDAY + HOUR, body=HOSTILE)
    frozen(MONDAY + 20 * DAY)
    urls = ["/jobs", f"/jobs/{application.job_id}", "/desk", "/applications?q=script"]
    urls += [f"/applications/{application.id}", f"/applications/{application.id}/confirm"]
    for url in urls:
        page = recruiter.get(url).text
        assert HOSTILE not in page
        assert "<script>" not in page
        assert ESCAPED in page


# Search.


def test_search_finds_by_name_mail_and_job(recruiter):
    make.application(make.candidate("Élodie Bernard", "elodie@post.test"), make.job("Analyst"))
    make.application(make.candidate("Other"))
    for words in ("bernard", "elodie@", "analyst"):
        page = text_of(recruiter, f"/applications?q={words}")
        assert "Élodie Bernard" in page
        assert "1 application found" in page


def test_search_finds_name_and_job_together_in_any_order(recruiter):
    backend = make.job("Backend Developer")
    make.application(make.candidate("Jana Müller", "jana@post.test"), backend)
    make.application(make.candidate("Jana Müller", "other@post.test"), make.job("Analyst"))
    make.application(make.candidate("Kim Lee"), backend)
    for words in ("Müller Backend", "backend  jana@post", "Jana Developer Müller"):
        assert "1 application found" in text_of(recruiter, f"/applications?q={words}")
    assert "Jana" not in text_of(recruiter, "/applications?q=Kim Analyst").partition("<main")[2]


def test_search_for_nothing_finds_nobody(recruiter):
    make.application(make.candidate("Ann"))
    for words in ("", "x", "%", "%%", "__", "nobody at all"):
        answer = recruiter.get("/applications", query_string={"q": words})
        assert answer.status_code == 200
        assert ">Ann</a>" not in answer.text


def test_search_says_how_many_there_are_when_not_all_are_shown(recruiter):
    job = make.job("Analyst")
    for _number in range(51):
        make.application(job=job)
    page = text_of(recruiter, "/applications?q=analyst")
    assert "The first 50 of 51 applications found" in page


# Who sees what.


def test_a_manager_finds_our_own_debts_first(signed_in):
    manager = make.user(Role.HIRING_MANAGER)
    client = signed_in(manager)
    names = ("Late One", "Later One", "Wrote After", "Waiting One", "Ended Now", "Ended Before")
    late, later, wrote, waiting, ended, before = (
        handed_over(make.application(make.candidate(name), at=MONDAY - 40 * DAY), manager)
        for name in names
    )
    make.event(before, Kind.REJECTION, at=MONDAY - 30 * DAY)
    make.event(ended, Kind.REJECTION, at=MONDAY - HOUR)
    make.event(waiting, at=MONDAY - DAY)
    make.event(wrote, Kind.REJECTION, at=MONDAY - 2 * DAY)
    make.reply(wrote, at=MONDAY - DAY)
    for one, answered in ((later, HOUR), (late, 20 * DAY)):
        make.event(one, at=MONDAY - 30 * DAY)
        make.reply(one, at=MONDAY - answered)
    page = text_of(client, "/handed-over")
    assert sorted(names, key=page.index) == [*names]


def test_a_manager_sees_what_was_handed_over_and_nothing_else(signed_in):
    manager, other = make.user(Role.HIRING_MANAGER), make.user(Role.HIRING_MANAGER)
    mine = handed_over(make.application(make.candidate("Mine")), manager)
    theirs = handed_over(make.application(make.candidate("Theirs"), mine.job), other)
    client = signed_in(manager)
    page = text_of(client, "/handed-over")
    assert "Mine" in page
    assert "Theirs" not in page
    assert client.get(f"/applications/{mine.id}").status_code == 200
    found = text_of(client, "/applications?q=e")
    assert "Theirs" not in text_of(client, "/applications?q=the")
    assert "Theirs" not in found
    missing, foreign = client.get("/applications/4711"), client.get(f"/applications/{theirs.id}")
    assert (foreign.status_code, foreign.text) == (404, missing.text)


def test_a_manager_does_not_see_the_recruiters_pages(signed_in):
    manager = make.user(Role.HIRING_MANAGER)
    application = handed_over(make.application(), manager)
    client, board = signed_in(manager), f"/jobs/{application.job_id}"
    for address in ("/jobs", board, "/desk", f"/applications/{application.id}/confirm"):
        assert client.get(address).status_code == 403


def test_a_manager_reads_no_notes_and_finds_no_forms(signed_in):
    manager = make.user(Role.HIRING_MANAGER)
    application = handed_over(make.quiet_application(), manager)
    make.event(application, Kind.NOTE, at=MONDAY, body="canary note")
    close: dict[str, Any] = {"note": "canary outcome", "now": MONDAY + 9 * DAY, **WHO}
    services.close(application, Outcome.REJECTED, **close)
    page = text_of(signed_in(manager), f"/applications/{application.id}")
    assert "canary" not in page
    assert "Please look." in page
    assert "example.org" not in page.replace(manager.email, "")
    assert "What comes next" not in page
    assert f"/applications/{application.id}/" not in page


def test_an_empty_desk_of_a_manager_says_what_will_come(signed_in):
    page = text_of(signed_in(Role.HIRING_MANAGER), "/handed-over")
    assert "Nothing is handed over to you" in page
