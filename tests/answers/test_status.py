"""The status page: whose turn, what next, by when; what it takes, and what it never gives away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from recruiting.accounts.models import User
from recruiting.answers.rules import TAPPED, Choice
from recruiting.db import db
from recruiting.feedback import services as feedback
from recruiting.jobs.models import Stage
from recruiting.messages.rules import Purpose as MailPurpose
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import (
    SILENT_OUTCOMES,
    Channel,
    Direction,
    Kind,
    Outcome,
    Turn,
)
from tests import make
from tests.answers.asked import (
    ASKED,
    BEGUN,
    NOW,
    RECRUITER,
    answer_path,
    asked_application,
    events,
    is_refused,
    path_of,
    status_path,
    tell,
    told,
    told_application,
)
from tests.answers.asked import Purpose as LinkPurpose
from tests.feedback.test_views import body, state
from tests.feedback.test_views import path_of as feedback_path_of
from tests.make import DAY, HOUR, OFFICE
from tests.pipeline.staff import queries_counted

pytestmark = pytest.mark.usefixtures("frozen")


def read(client: FlaskClient, application: Application, *, lang: str = "en") -> str:
    """The page without its line breaks."""
    db.session.commit()
    answer = client.get(f"{status_path(application)}?lang={lang}")
    assert answer.status_code == 200
    return " ".join(body(answer).split())


def say(client: FlaskClient, application: Application, **fields: str) -> Any:
    answer = client.post(status_path(application), data=fields)
    db.session.commit()
    db.session.refresh(application)
    return answer


# --- what it says --------------------------------------------------------------------------------


def test_on_our_turn_it_says_by_when_they_hear_from_us(client: FlaskClient):
    application = make.application(at=NOW - HOUR)
    page = read(client, application)
    assert "<h2>It is our turn</h2>" in page
    assert "You hear from us by Thursday, 5 March 2026 at the latest." in page
    assert "There is nothing you need to do." in page
    assert "<dt>Where it stands</dt><dd>Applied</dd>" in page
    assert "<dt>Still to come</dt><dd>Interview</dd>" in page


def test_on_their_turn_it_says_what_we_wait_for_and_presses_nobody(client: FlaskClient):
    page = read(client, asked_application())
    assert "<h2>It is your turn</h2>" in page
    assert "We wrote to you on Tuesday, 24 February 2026, and would be glad of a word" in page
    assert "at the latest" not in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.ASSIGNMENT, "We sent you a task on Tuesday, 24 February 2026."),
        (Kind.OFFER, "We made you an offer on Tuesday, 24 February 2026"),
    ],
)
def test_a_task_has_its_agreed_day(client: FlaskClient, kind: Kind, words: str):
    application = make.application(at=BEGUN)
    make.event(application, kind, at=ASKED, due_at=OFFICE.start_of((NOW + 4 * DAY).date()))
    page = read(client, application)
    assert words in page
    assert "For your answer we agreed on Thursday, 5 March 2026." in page
    assert "passed" not in page


def test_an_agreed_day_that_is_past_is_said_to_be_past_and_an_answer_welcome(client: FlaskClient):
    application = make.application(at=BEGUN)
    agreed = OFFICE.start_of((NOW - 2 * DAY).date())  # so until the end of Friday
    make.event(application, Kind.ASSIGNMENT, at=ASKED, due_at=agreed)
    page = read(client, application)
    assert "For your answer we had agreed on Friday, 27 February 2026. That day has" in page
    assert "passed, and your answer is still welcome." in page
    page = read(client, application, lang="de")
    assert "Für Ihre Antwort hatten wir Freitag, 27. Februar 2026 vereinbart." in page


def test_late_it_says_so_first(client: FlaskClient):
    application = make.application(at=NOW - 10 * DAY)
    page = read(client, application)
    assert '<p class="owe">We said Wednesday, 25 February 2026. We are late, and we are' in page
    assert "no new day is named yet" in page


def test_late_with_a_new_day_it_names_both(client: FlaskClient):
    application = make.application(at=NOW - 10 * DAY)
    friday = OFFICE.start_of((NOW + 5 * DAY).date())
    make.event(application, at=NOW - DAY, awaits_reply=False, due_at=friday)
    page = read(client, application)
    assert "We said Wednesday, 25 February 2026. We are late, and we are sorry: you hear" in page
    assert "from us by Friday, 6 March 2026 at the latest." in page


def test_a_day_that_is_put_off_before_it_has_come_is_told_as_well(client: FlaskClient):
    application = make.application(at=NOW - HOUR)
    friday = OFFICE.start_of((NOW + 5 * DAY).date())
    make.event(application, at=NOW - HOUR / 2, awaits_reply=False, due_at=friday, leaves_open=True)
    page = read(client, application)
    assert "We said Thursday, 5 March 2026. It takes longer" in page


def test_a_pause_an_absence_and_a_mail_that_came_back_are_told(client: FlaskClient):
    paused, away, back = (asked_application() for _ in range(3))
    say(client, paused, choice="more_time", until="2026-03-16")
    assert "You asked for time until Monday, 16 March 2026. Until then nobody asks." in read(
        client, paused
    )
    make.event(away, Kind.AUTO_REPLY, at=NOW - HOUR, direction=Direction.IN)
    assert "You are away, as we were told." in read(client, away)
    make.event(back, Kind.BOUNCE, at=NOW - HOUR, direction=Direction.IN)
    assert "Our last mail to you came back." in read(client, back)


def test_a_question_that_we_left_open_is_our_fault_first(client: FlaskClient):
    application = make.application(at=BEGUN)
    make.reply(application, at=BEGUN + DAY, body="Is it full time?")
    make.event(application, at=BEGUN + 2 * DAY, leaves_open=True)
    page = read(client, application)
    assert "You asked us something that we have not answered yet" in page
    assert "<h2>It is our turn</h2>" in page


def test_an_end_is_told_in_plain_words(client: FlaskClient):
    withdrawn = asked_application()
    say(client, withdrawn, choice="withdraw")
    assert "You withdrew your application on Monday, 2 March 2026." in read(client, withdrawn)
    for outcome, words in {
        Outcome.REJECTED: "We do not go on with your application, as we wrote to you on Monday",
        Outcome.GHOSTED: "We closed your application because we had heard nothing further",
    }.items():
        page = read(client, told_application(outcome))
        assert words in page
        assert "Your application is closed" in page
        assert "Still to come" not in page
        taps = [one for one in TAPPED if f'value="{one}"' in page]
        assert taps == ([Choice.WITHDRAW] if outcome is Outcome.GHOSTED else [])
        for offered in ("go_on", "call", "erasure"):
            assert f'value="{offered}"' in page


def test_who_withdrew_takes_it_back_by_one_button_and_later_by_another(
    client: FlaskClient, frozen: Callable
):
    application = asked_application()
    say(client, application, choice="withdraw")
    page = read(client, application)
    assert 'value="interested"' in page
    assert 'value="go_on"' not in page
    frozen(NOW + 8 * DAY)
    page = read(client, application)
    assert 'value="interested"' not in page
    assert 'value="go_on"' in page


def test_german_is_formal_and_complete(client: FlaskClient):
    page = read(client, make.application(at=NOW - HOUR), lang="de")
    assert "Sie hören spätestens am Donnerstag, 5. März 2026 von uns." in page
    assert "Bitte rufen Sie mich an" in page


def test_the_contact_is_who_looks_after_it_and_works_here(client: FlaskClient):
    robin = make.user(name="Robin Weber", email="robin@example.org")
    application = asked_application()
    make.event(application, at=NOW - HOUR, by=robin.email)
    pipeline.give_to(application, robin.email, by=robin.email, now=NOW, office=OFFICE)
    assert 'href="mailto:robin@example.org"' in read(client, application)
    db.session.get_one(User, robin.id).disabled_at = NOW
    page = read(client, application)
    assert "Robin" not in page
    assert "A reply to our last mail reaches the people" in page


def test_the_contact_has_a_face_a_role_in_plain_words_and_a_number(client: FlaskClient):
    robin = make.user(name="Robin Weber", email="robin@example.org")
    robin.phone = "+49 (30) 23125-007"
    application = asked_application()
    pipeline.give_to(application, robin.email, by=robin.email, now=NOW, office=OFFICE)
    english, german = read(client, application), read(client, application, lang="de")
    assert '<span class="monogram ink-1" aria-hidden="true">RW</span>' in english
    assert "Recruiting, looks after your application" in english
    assert '<a href="tel:+493023125007">+49 (30) 23125-007</a>' in english
    assert "Recruiting, betreut Ihre Bewerbung" in german
    robin.phone = None
    assert "tel:" not in read(client, application)


def test_what_we_hold_is_counted(client: FlaskClient):
    application = make.application(at=BEGUN)
    make.reply(application, at=NOW - DAY)
    page = read(client, application)
    assert "2 messages from you, the last of Sunday, 1 March 2026. The people" in page


# --- stages --------------------------------------------------------------------------------------


def staged(*names: str, hidden: tuple[str, ...] = ()) -> Application:
    job = make.job(stages=names)
    for stage in job.stages:
        stage.is_shown = stage.name not in hidden
    return make.application(job=job, at=NOW - HOUR)


def move(application: Application, name: str) -> None:
    stage = next(one for one in application.job.stages if one.name == name)
    pipeline.move(application, stage, by=RECRUITER, now=NOW - HOUR / 2, office=OFFICE)


def test_a_stage_is_called_as_somebody_said(client: FlaskClient):
    application = staged("Applied", "B list", "Offer")
    stage: Stage = application.job.stages[1]
    stage.shown_en, stage.shown_de = "A second look", "Ein zweiter Blick"
    move(application, "B list")
    english, german = read(client, application), read(client, application, lang="de")
    assert "<dd>A second look</dd>" in english
    assert "<dd>Ein zweiter Blick</dd>" in german
    assert "B list" not in english + german


def test_a_move_into_a_stage_that_nobody_sees_changes_not_one_byte(client: FlaskClient):
    names = ("Applied", "Interview", "Do not hire", "Offer")
    moved, stayed = (staged(*names, hidden=("Do not hire",)) for _ in range(2))
    for application in (moved, stayed):
        application.job.stages[2].promise = 9
        move(application, "Interview")
    move(moved, "Do not hire")
    pages = [neutral(read(client, one), one) for one in (moved, stayed)]
    assert pages[0] == pages[1]
    assert "<dd>Interview</dd>" in pages[0]
    assert "<dt>Still to come</dt><dd>Offer</dd>" in pages[0]


def test_before_the_first_stage_that_they_see_none_is_named(client: FlaskClient):
    page = read(client, staged("Applied", "Interview", hidden=("Applied",)))
    assert "Where it stands" not in page


# --- what it takes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "words", "turn"),
    [
        ({"wish": "call", "text": "Mornings"}, "Please call me", Turn.US),
        ({"wish": "not_reached"}, "Your messages or a link did not work for me", Turn.US),
        ({"choice": "interested"}, "I am still interested", Turn.US),
        (
            {"choice": "more_time", "until": "2026-03-20"},
            "I need more time, until 20 March 2026",
            Turn.CANDIDATE,
        ),
        ({"choice": "withdraw"}, "I withdraw my application", Turn.NOBODY),
    ],
)
def test_a_tap_becomes_events_in_the_words_that_were_tapped(
    client: FlaskClient, sent: dict, words: str, turn: Turn
):
    application = asked_application()
    answer = say(client, application, **sent)
    assert (answer.status_code, answer.location) == (303, status_path(application))
    assert told(application)[0][1] == words
    assert application.turn is turn


def test_what_they_asked_for_is_told_back_and_not_offered_again(client: FlaskClient):
    application = asked_application()
    say(client, application, wish="call", text="My number is secret")
    page = read(client, application)
    assert "On Monday, 2 March 2026 you asked for a call. We call by Tuesday, 3 March" in page
    assert "You hear from us by Tuesday, 3 March 2026 at the latest." in page
    assert 'value="call"' not in page
    assert "secret" not in page


def test_one_can_withdraw_at_any_time_while_nothing_was_told(client: FlaskClient, frozen: Callable):
    application = asked_application()
    say(client, application, choice="interested")
    frozen(NOW + 20 * DAY)
    assert 'value="withdraw"' in read(client, application)
    say(client, application, choice="withdraw")
    assert application.outcome is Outcome.WITHDRAWN


def test_this_is_wrong_reopens_what_was_closed_for_want_of_an_answer(client: FlaskClient):
    application = told_application(Outcome.GHOSTED)
    assert 'value="go_on"' in read(client, application)
    assert say(client, application, choice="go_on", text="x" * 501).status_code == 422
    assert say(client, application, choice="go_on", text="I was ill.").status_code == 303
    assert (application.outcome, application.turn) == (None, Turn.US)


@pytest.mark.parametrize("outcome", sorted(SILENT_OUTCOMES))
def test_who_was_told_that_we_heard_nothing_can_say_that_they_withdraw(
    client: FlaskClient, outcome: Outcome
):
    application = told_application(outcome)
    page = read(client, application)
    assert "Then it stands as withdrawn by you." in page
    assert "We close your application." not in page  # that was done before
    assert "zurückgezogen" in read(client, application, lang="de")
    for _click in range(2):
        assert say(client, application, choice="withdraw", text="Moved.").status_code == 303
    assert application.outcome is Outcome.WITHDRAWN
    assert [one.kind for one in application.events].count(Kind.WITHDRAWAL) == 1
    page = read(client, application)
    assert "You withdrew your application on Monday, 2 March 2026." in page
    assert "because we had heard nothing" not in page
    say(client, application, choice="interested")  # for seven days, as whoever withdraws
    assert (application.outcome, application.turn) == (None, Turn.US)


def test_who_withdraws_then_keeps_the_link_to_feedback_that_a_mail_brought_them(
    client: FlaskClient,
):
    application = told_application()
    made = feedback.invite(application, now=NOW - make.HOUR, days=30)
    path = feedback_path_of(made)
    say(client, application, choice="withdraw")
    assert client.get(path).status_code == 200
    assert path in read(client, application)


def test_this_is_wrong_about_our_decision_reaches_a_person(client: FlaskClient):
    application = told_application(Outcome.REJECTED)
    say(client, application, choice="go_on")
    assert (application.outcome, application.wrote_after_end) == (Outcome.REJECTED, True)
    assert 'value="go_on"' not in read(client, application)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"wish": "call", "text": "x" * 501}, "This has 501 characters, and 500 fit"),
        ({"wish": "furious"}, "not among those offered"),
        ({"choice": "furious"}, "not among those offered"),
        ({"choice": "more_time"}, "choose the day until which"),
        ({}, "not among those offered"),
    ],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(
    client: FlaskClient, wrong: dict, said: str
):
    application = asked_application()
    db.session.commit()
    before = state()
    sent = client.post(status_path(application), data=wrong)
    is_refused(sent, said, wrong)
    assert state() == before


def test_what_did_not_arrive_is_a_task_on_the_desk_and_told_on_the_timeline(
    client: FlaskClient, signed_in: Callable
):
    application = asked_application()
    say(client, application, wish="not_reached", text="The link was dead.")
    staff = signed_in()
    desk = " ".join(staff.get("/desk").text.split())
    assert "Our mail or a link does not work for them, they say." in desk
    assert "Mend the address" in desk
    page = staff.get(f"/applications/{application.id}").text
    assert "Does not reach them, they say" in page
    assert "The link was dead." in page


@pytest.mark.parametrize("how", ["named", "anonymous"])
def test_feedback_with_a_name_is_found_again_while_it_can_be_changed(
    client: FlaskClient, frozen: Callable, how: str
):
    application = asked_application()
    say(client, application, choice="withdraw")
    found = re.search(r'href="[^"]+(/feedback/[^"]+)"', read(client, application))
    assert found
    assert client.post(found[1], data={"how": how, "again": "4"}).status_code == 200
    begun = re.search(r'href="[^"]+(/feedback/[^"]+)">Complete or', read(client, application))
    assert (begun is not None) is (how == "named")
    if begun:
        page = body(client.get(begun[1].replace("&amp;", "&")))
        assert 'value="4" checked' in page
    frozen(NOW + 7 * DAY + HOUR)
    assert "/feedback/" not in read(client, application)


def test_on_the_timeline_a_tap_came_by_link_and_not_by_mail(
    client: FlaskClient, signed_in: Callable
):
    application = asked_application()
    say(client, application, choice="interested")
    say(client, application, wish="call")
    make.reply(application, at=NOW + HOUR)
    page = signed_in().get(f"/applications/{application.id}").text
    assert page.count("by link") == 2


# --- appointments --------------------------------------------------------------------------------


def invited() -> Application:
    application = asked_application(name="Oliver\r\nATTENDEE:x")
    make.event(
        application, Kind.INTERVIEW, at=NOW - DAY, due_at=NOW + 4 * DAY,
        channel=Channel.VIDEO, by=RECRUITER,
    )  # fmt: skip
    return application


def test_an_appointment_is_told_confirmed_and_moved(client: FlaskClient):
    application = invited()
    page = read(client, application)
    assert "Friday, 6 March 2026, 10:00 (clock of Berlin), by video" in page
    assert "We proposed an appointment on Sunday, 1 March 2026." in page
    say(client, application, wish="suits")
    page = read(client, application)
    assert "you told us that the appointment suits you" in page
    assert "<h2>We decide</h2>" in page
    assert 'value="suits"' not in page
    say(client, application, wish="another_time", text="Next week?")
    assert application.turn is Turn.US
    page = read(client, application)
    assert "you asked for another time for the appointment. We answer by Tuesday, 3 March" in page
    assert "You hear from us by Tuesday, 3 March 2026 at the latest." in page


@pytest.mark.parametrize("hours", [3, 24])
def test_no_answer_about_an_appointment_is_promised_for_after_it(client: FlaskClient, hours: int):
    application = asked_application()
    meets_at = NOW + hours * HOUR
    make.event(application, Kind.INTERVIEW, at=NOW - DAY, due_at=meets_at, by=RECRUITER)
    say(client, application, wish="another_time")
    assert application.due_at <= meets_at
    page = read(client, application)
    if hours == 3:
        assert page.count("as soon as we can, before the appointment") == 2
    else:
        assert "We answer by Monday, 2 March 2026, before the appointment." in page
        assert "You hear from us by Monday, 2 March 2026 at the latest." in page


def test_what_they_wish_stands_on_the_desk_in_the_words_that_were_tapped(
    client: FlaskClient, signed_in: Callable
):
    application = invited()
    say(client, application, wish="another_time", text="SECRET reasons")
    desk = " ".join(signed_in().get("/desk").text.split())
    assert "They ask: “I would like another time for the appointment”." in desk
    assert "Our answer due Tue" in desk
    assert "Meeting agreed for Fri" in desk
    assert "SECRET" not in desk


def test_an_appointment_goes_into_a_calendar_without_any_link(client: FlaskClient):
    application = invited()
    path = status_path(application)
    page = body(client.get(path))
    assert 'href="?calendar=1&amp;lang=en"' in page
    answer = client.get(f"{path}?calendar=1&lang=en")
    file = body(answer)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "DTSTART:20260306T090000Z\r\n" in file
    assert "ATTENDEE" not in file
    assert "http" not in file
    assert path.rpartition("/")[2][:20] not in file


def test_once_it_has_come_there_is_no_file_but_the_page(client: FlaskClient, frozen: Callable):
    application = invited()
    path = status_path(application)
    frozen(NOW + 5 * DAY)
    assert client.get(f"{path}?calendar=1").mimetype == "text/html"
    assert "Your appointment" not in read(client, application)


# --- what it never gives away --------------------------------------------------------------------


def neutral(page: str, application: Application) -> str:
    """A page without what names this very application."""
    return page.replace(application.job.title, "JOB")


def without_links(page: str, application: Application) -> str:
    """The same without the tokens of its links."""
    return re.sub(r'/feedback/[^"]+', "/feedback/", neutral(page, application))


def waits_for_us(application: Application) -> None:
    make.reply(application, at=NOW - 3 * HOUR)


def has_a_meeting(application: Application) -> None:
    make.event(application, Kind.INTERVIEW, at=NOW - 3 * HOUR, due_at=NOW + 3 * DAY, by=RECRUITER)


def is_paused(application: Application) -> None:
    make.event(application, Kind.PAUSED, at=NOW - 3 * HOUR, due_at=NOW + 9 * DAY)


def is_late(application: Application) -> None:
    make.reply(application, at=NOW - 5 * DAY)


SCENES = (lambda _application: None, waits_for_us, has_a_meeting, is_paused, is_late)


def two(scene: Callable[[Application], None], kind: Kind) -> tuple[Application, Application]:
    """The same application twice, of which we decided one an hour ago and told nobody."""
    both = asked_application(name="Oliver"), asked_application(name="Oliver")
    for application in both:
        scene(application)
    make.event(both[0], kind, at=NOW - HOUR, by="decides@heardback.test", body="SECRET")
    return both


def assert_alike(client: FlaskClient, both: tuple[Application, Application]) -> None:
    db.session.commit()
    for lang in ("en", "de"):
        for path_for in (status_path, answer_path):
            pages, asked, heads, lengths = [], [], [], set()
            for application in both:
                path = f"{path_for(application)}?lang={lang}"
                db.session.rollback()
                with queries_counted(db) as said:
                    answer = client.get(path)
                asked.append([one.split("WHERE")[0] for one in said])
                lengths.add(len(answer.data))
                # The title of a job may be longer by a digit; what fills the page is then shorter.
                pages.append(neutral(body(answer), application).rstrip())
                heads.append({k: v for k, v in answer.headers if k != "Content-Length"})
            assert pages[0] == pages[1]
            assert len(lengths) == 1 or path_for is answer_path  # which is not filled up
            assert heads[0] == heads[1]
            assert asked[0] == asked[1]
            assert "SECRET" not in pages[0]


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.HIRE, Kind.GHOSTED, Kind.NEVER_RESPONDED])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_decision_that_was_not_told_changes_not_one_byte(
    client: FlaskClient, frozen: Callable, scene: Callable, kind: Kind
):
    both = two(scene, kind)
    for days in (0, 5, 20):
        frozen(NOW + days * DAY)
        assert_alike(client, both)


@pytest.mark.parametrize(
    "sent",
    [
        {"choice": "withdraw"},
        {"choice": "later", "when": "year"},
        {"choice": "interested"},
        {"choice": "more_time", "until": "2026-03-16"},
        {"wish": "call"},
        {"wish": "not_reached"},
        {"wish": "suits"},
        {"wish": "another_time"},
    ],
    ids=str,
)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_nor_does_it_show_in_what_follows_from_a_tap(
    client: FlaskClient, frozen: Callable, scene: Callable, sent: dict
):
    both = two(scene, Kind.REJECTION)
    answers = [say(client, one, **sent).status_code for one in both]
    assert answers == [303, 303]
    pages = [body(client.get(status_path(one))) for one in both]
    assert len({len(page.encode()) for page in pages}) == 1
    without = [re.sub(r'href="[^"]+/feedback/[^"]+"', "", page).rstrip() for page in pages]
    assert neutral(without[0], both[0]) == neutral(without[1], both[1])
    frozen(NOW + 3 * DAY)
    pages = [without_links(read(client, one), one) for one in both]
    assert pages[0] == pages[1]


def test_a_decision_that_was_taken_back_unseen_leaves_no_trace(client: FlaskClient):
    both = two(waits_for_us, Kind.REJECTION)
    pipeline.reopen(both[0], note="SECRET", by=RECRUITER, now=NOW, office=OFFICE)
    assert_alike(client, both)


def test_it_shows_once_a_mail_of_ours_has_left_after_it(client: FlaskClient):
    both = two(waits_for_us, Kind.REJECTION)
    tell(both[0], MailPurpose.WRITTEN, at=NOW)
    assert "We do not go on with your application, as we wrote to you on Monday" in read(
        client, both[0]
    )


def test_the_page_asks_the_database_no_more_the_longer_the_timeline(client: FlaskClient):
    counts = []
    for number in (1, 40):
        application = asked_application()
        for hour in range(number):
            make.reply(application, at=NOW - DAY + hour * HOUR / 2)
        path = status_path(application)
        db.session.commit()
        with queries_counted(db) as said:
            assert client.get(path).status_code == 200
        counts.append(len(said))
    assert counts == [9, 9]


def test_who_tries_many_links_waits_and_a_good_one_works_still(client: FlaskClient):
    application = asked_application()
    codes = [client.get(f"/status/nonsense{number}").status_code for number in range(40)]
    assert codes == [404] * 30 + [429] * 10
    assert "It is your turn" in read(client, application)


def test_the_links_of_others_stay_closed(client: FlaskClient):
    token = answer_path(asked_application()).rpartition("/")[2]
    assert client.get(f"/status/{token}").status_code == 404
    assert client.get(path_of(LinkPurpose.STATUS, 987654)).status_code == 404


def test_nothing_that_they_tap_is_lost_on_a_decided_application(client: FlaskClient):
    """What reaches nobody's page still reaches a person."""
    both = two(waits_for_us, Kind.REJECTION)
    say(client, both[0], wish="call")
    assert both[0].wrote_after_end
    assert Kind.MESSAGE in {event.kind for event in events(both[0])}
