"""Words that raise an alarm reach one reader, and nobody who has to do with the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from recruiting.accounts.models import User
from recruiting.accounts.rules import Actor, Role
from recruiting.db import db
from recruiting.dialogues import services as dialogues
from recruiting.dialogues.models import Remark
from recruiting.dialogues.rules import RemarkKind
from recruiting.feedback import services as feedback
from recruiting.feedback.models import AnonymousAnswer
from recruiting.feedback.rules import Answers, Reason, alarm_readers, raises_alarm
from recruiting.messages.models import Message
from recruiting.messages.rules import MessageState
from recruiting.pipeline.models import Application
from recruiting.reports import telling
from recruiting.worker import Worker
from tests import make
from tests.feedback.invited import ENDED, invitation
from tests.make import DAY, HOUR

pytestmark = pytest.mark.usefixtures("app", "frozen")
PAGE = "/reports/confided"
WORDS = "There was harassment in the interview."
TRUSTED = "trusted@heardback.test"


def trust(app: Flask, address: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], person_of_trust=address)


def confide(*, owner: User | None = None, manager: User | None = None) -> Application:
    made = invitation(name="Oliver Brandt")
    application = made.application
    application.owner = owner.email if owner else None
    application.manager_id = manager.id if manager else None
    answers = Answers(reasons=(Reason.PEOPLE,), wish=WORDS, may_contact=True)
    assert feedback.submit(made, answers, now=ENDED, alarm_words=("harass",))
    db.session.commit()
    return application


LONG_S = "hara\N{LATIN SMALL LETTER LONG S}s"


@pytest.mark.parametrize("said", ["HARASSMENT!", f"It was {LONG_S}ment", "They harassed me"])
def test_a_word_is_found_in_any_writing(said: str):
    assert raises_alarm(Answers(wish=said), ("harass",))
    assert raises_alarm(Answers(other_reason=said), ("Harass",))


def test_umlauts_are_found_however_they_are_composed_and_other_words_are_not():
    assert raises_alarm(Answers(wish="sexuelle Bela\N{COMBINING DIAERESIS}stigung"), ("belästig",))
    assert not raises_alarm(Answers(wish="A quiet word."), ("harass", ""))
    assert not raises_alarm(Answers(), ("harass",))


def test_the_words_of_the_settings_know_both_languages(app: Flask):
    words = app.extensions["settings"].alarms
    for said in ("harassment", "Belästigung", "discriminated", "Diskriminierung", "Mobbing"):
        assert raises_alarm(Answers(wish=said), words)


ADMIN, OTHER = Actor(1, "admin@x.test", "A", Role.ADMIN), Actor(2, "other@x.test", "B", Role.ADMIN)
HR = Actor(3, "hr@x.test", "C", Role.HR)
PERSON = Actor(4, TRUSTED, "D", Role.RECRUITER)
STAFF = [ADMIN, OTHER, HR, PERSON, Actor(5, "r@x.test", "E", Role.RECRUITER)]


@pytest.mark.parametrize(
    ("trusted", "concerned", "readers"),
    [
        (TRUSTED, [], [PERSON]),
        (TRUSTED, [ADMIN], [PERSON]),
        ("", [], [ADMIN, OTHER]),
        ("", [ADMIN], [OTHER]),
        (TRUSTED, [PERSON], [ADMIN, OTHER]),
        (TRUSTED, [PERSON, ADMIN, OTHER], [HR]),
        ("", [ADMIN, OTHER], [HR]),
        (TRUSTED, [PERSON, ADMIN, OTHER, HR], []),
        ("nobody@x.test", [], []),
    ],
)
def test_who_reads_them(trusted: str, concerned: list[Actor], readers: list[Actor]):
    assert alarm_readers(STAFF, trusted, [one.email for one in concerned]) == readers


def test_the_person_of_trust_reads_them_and_finds_the_way(app: Flask, signed_in):
    trust(app, TRUSTED.upper())
    confide()
    client = signed_in(make.user(Role.HIRING_MANAGER, email=TRUSTED))
    assert PAGE in client.get("/handed-over").text
    page = client.get(PAGE).text
    assert WORDS in page
    assert "Oliver Brandt" in page


@pytest.mark.parametrize("role", list(Role))
def test_while_one_is_set_there_is_nothing_here_for_anybody_else(app: Flask, signed_in, role: Role):
    trust(app, TRUSTED)
    application = confide()
    client = signed_in(role)
    assert client.get(PAGE).status_code == 404
    for path in (f"/applications/{application.id}", "/reports/ghosting", "/desk"):
        assert WORDS not in client.get(path).text


def test_while_none_is_set_admins_read_them_unless_it_is_about_them(signed_in):
    owner, manager = make.user(Role.ADMIN), make.user(Role.ADMIN)
    confide(owner=owner, manager=manager)
    assert WORDS in signed_in(Role.ADMIN).get(PAGE).text
    for concerned in (owner, manager):
        assert WORDS not in signed_in(concerned).get(PAGE).text
    assert signed_in(Role.HR).get(PAGE).status_code == 404


def test_if_it_is_about_the_person_of_trust_admins_read_it(app: Flask, signed_in):
    trust(app, TRUSTED)
    trusted = make.user(Role.HR, email=TRUSTED)
    confide(owner=trusted)
    assert WORDS not in signed_in(trusted).get(PAGE).text
    assert WORDS in signed_in(Role.ADMIN).get(PAGE).text


def test_without_a_name_the_words_stand_alone(app: Flask, signed_in):
    db.session.add(
        AnonymousAnswer(
            id="a" * 32, week_on=ENDED.date(), reasons="people", other_reason="",
            wish=WORDS, raises_alarm=True,
        )
    )  # fmt: skip
    db.session.commit()
    page = signed_in(Role.ADMIN).get(PAGE).text
    assert WORDS in page
    assert "Without a name" in page


def test_what_was_ticked_is_still_seen_on_the_application_and_no_alarm_is_told(signed_in):
    application = confide()
    for role in (Role.HR, Role.RECRUITER):
        page = signed_in(role).get(f"/applications/{application.id}").text
        assert "The people and the interview" in page
        assert "harass" not in page
        assert "alarm" not in page


# --- that there is something to read -------------------------------------------------------------


def told() -> list[Message]:
    db.session.rollback()
    found = list(db.session.scalars(select(Message).order_by(Message.id)))
    db.session.expunge_all()
    db.session.rollback()  # the worker writes next
    return found


def nameless(place: int = 1, **more: object) -> str:
    answer_id = f"{place:032x}"
    made = AnonymousAnswer(
        id=answer_id, week_on=ENDED.date(), reasons="", other_reason="", wish=WORDS,
        raises_alarm=True, **more,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return answer_id


def test_the_next_morning_the_person_of_trust_gets_a_mail_that_says_nothing_of_it(
    app: Flask, frozen: Callable
):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED, name="Ines Sommer")
    title = confide().job.title
    db.session.rollback()
    worker = Worker(app)
    for hours in (1, 5):
        worker.tick(ENDED + hours * HOUR)
        assert told() == []  # not at the moment of writing, nor that day
    worker.tick(ENDED + DAY - 4 * HOUR)  # at six in the office
    assert told() == []
    for moment in (ENDED + DAY, ENDED + DAY + HOUR, ENDED + 2 * DAY):
        worker.tick(moment)
        Worker(app).tick(moment)
        (mail,) = told()
    assert (mail.to_address, mail.state) == (TRUSTED, MessageState.QUEUED)
    assert (mail.application_id, mail.in_reply_to) == (None, None)
    said = f"{mail.subject} {mail.body} {mail.occurrence}"
    for word in ("Oliver", "Brandt", "harass", "alarm", "feedback", title):
        assert word not in said
    assert "sign in" in mail.body


def test_the_mail_needs_no_application(app: Flask):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    nameless()
    Worker(app).tick(ENDED + DAY)
    assert [mail.to_address for mail in told()] == [TRUSTED]


def test_what_is_new_is_told_again_and_what_was_told_is_not(app: Flask):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    make.application()
    answer_id = nameless(key_hash="k" * 64)
    worker = Worker(app)
    worker.tick(ENDED)
    worker.tick(ENDED + DAY)
    assert len(told()) == 1
    said_on = ENDED.date() + DAY
    for number, by in ((1, None), (2, TRUSTED)):
        words = {"kind": RemarkKind.SAID, "text": "x", "said_on": said_on}
        db.session.add(Remark(answer_id=answer_id, number=number, by=by, **words))
    db.session.commit()
    worker.tick(ENDED + DAY + HOUR)
    assert len(told()) == 1  # it came today
    worker.tick(ENDED + 2 * DAY)
    worker.tick(ENDED + 3 * DAY)
    assert len(told()) == 2


def remark(answer_id: str, number: int, said_on: date) -> None:
    words = {"kind": RemarkKind.SAID, "text": "x", "said_on": said_on}
    db.session.add(Remark(answer_id=answer_id, number=number, by=None, **words))
    db.session.commit()


def test_words_of_this_morning_that_raise_an_alarm_are_told_the_next(app: Flask):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    make.application()
    answer_id = nameless(key_hash="k" * 64)  # its mark was set by the remark
    remark(answer_id, 1, ENDED.date())
    worker = Worker(app)
    worker.tick(ENDED)
    assert told() == []
    worker.tick(ENDED + DAY)
    assert len(told()) == 1


def test_a_text_that_goes_away_is_no_news_and_other_words_are(app: Flask):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    make.application()
    going, staying = nameless(1), nameless(2)
    worker = Worker(app)
    worker.tick(ENDED)
    db.session.execute(delete(AnonymousAnswer).where(AnonymousAnswer.id == going))
    db.session.commit()
    worker.tick(ENDED + DAY)
    assert len(told()) == 1
    changed = update(AnonymousAnswer).where(AnonymousAnswer.id == staying)
    db.session.execute(changed.values(wish="It was bullying."))
    db.session.commit()
    worker.tick(ENDED + 2 * DAY)
    worker.tick(ENDED + 3 * DAY)
    assert len(told()) == 2


def test_of_very_many_texts_each_is_told_and_none_for_ever(app: Flask):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    make.application()
    for place in range(15):
        nameless(place + 1)
    worker = Worker(app)
    for days in range(4):
        worker.tick(ENDED + days * DAY)
    assert len(told()) == 2
    assert all(len(mail.occurrence) <= 80 for mail in told())


def test_who_cannot_be_written_to_is_tried_again_and_holds_up_nobody_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    make.user(Role.ADMIN, email="a@x.test")
    make.user(Role.ADMIN, email="b@x.test")
    make.application()
    nameless()
    tell = telling.tell

    def failing(email: str, *given: object, **more: object) -> object:
        """One of two readers whose mail fails after it was written."""
        mail = tell(email, *given, **more)
        if email == "a@x.test":
            raise OSError
        return mail

    worker = Worker(app)
    monkeypatch.setattr(telling, "tell", failing)
    worker.tick(ENDED)
    assert [mail.to_address for mail in told()] == ["b@x.test"]
    monkeypatch.undo()
    worker.tick(ENDED + HOUR)
    assert [mail.to_address for mail in told()] == ["b@x.test", "a@x.test"]


def test_a_day_whose_remarks_could_not_be_settled_is_tried_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    worker = Worker(app)

    def failing(**_given: object) -> int:
        raise OSError

    monkeypatch.setattr(dialogues, "settle", failing)
    worker.tick(ENDED)
    assert worker.settled_on is None
    monkeypatch.undo()
    worker.tick(ENDED + HOUR)
    assert worker.settled_on == ENDED.date()


def test_the_mail_stands_in_nobody_elses_outbox(app: Flask, signed_in):
    trust(app, TRUSTED)
    make.user(Role.RECRUITER, email=TRUSTED)
    make.application()
    nameless()
    Worker(app).tick(ENDED)
    (mail,) = told()
    db.session.execute(update(Message).values(state=MessageState.UNKNOWN))
    db.session.commit()
    for role in (Role.ADMIN, Role.RECRUITER):
        other = signed_in(role)
        page = other.get("/outbox").text
        assert f"/outbox/{mail.id}" not in page
        assert mail.subject not in page
        assert other.get(f"/outbox/{mail.id}").status_code == 404
        assert other.act(f"/outbox/{mail.id}/cancel", {"version": "1"}).status_code == 404
        assert mail.subject not in other.get(f"/applications/{mail.application_id}").text
    mine = signed_in(db.session.scalars(select(User).where(User.email == TRUSTED)).one())
    assert f"/outbox/{mail.id}" in mine.get("/outbox").text
    assert mine.get(f"/outbox/{mail.id}").status_code == 200


def test_where_all_admins_are_concerned_human_resources_read_it(app: Flask, signed_in):
    trust(app, TRUSTED)
    confide(owner=make.user(Role.ADMIN, email=TRUSTED), manager=make.user(Role.ADMIN))
    hr = signed_in(Role.HR)
    assert WORDS in hr.get(PAGE).text
    assert "nobody here may read" not in hr.get("/reports/ghosting").text


@pytest.mark.parametrize("case", ["all concerned", "no sign-in"])
def test_where_nobody_may_read_it_the_report_and_the_log_say_so(
    app: Flask, signed_in, capfd: pytest.CaptureFixture, case: str
):
    hr = signed_in(Role.HR)
    assert "nobody here may read" not in hr.get("/reports/ghosting").text
    trust(app, TRUSTED)
    if case == "no sign-in":
        nameless()
    else:
        trusted = make.user(Role.ADMIN, email=TRUSTED)
        owner = db.session.scalars(select(User).where(User.role == Role.HR)).one()
        confide(owner=owner, manager=trusted)
    page = hr.get("/reports/ghosting").text
    db.session.rollback()
    assert "nobody here may read" in page
    assert WORDS not in page
    capfd.readouterr()
    Worker(app).tick(ENDED + DAY)
    assert "nobody may read what was confided" in capfd.readouterr().err
    assert told() == []
