"""The status page on what we hold: documents, deletion on wish, consent to be asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.pipeline import services as pipeline
from recruiting.pipeline.models import Application, Event
from recruiting.pipeline.rules import Kind, Outcome
from recruiting.privacy import documents, queries
from recruiting.privacy.models import Consent, Erasure
from recruiting.privacy.rules import Fact, fact_of
from tests import make
from tests.answers.asked import (
    NOW,
    RECRUITER,
    answer_path,
    asked_application,
    closed_application,
    is_refused,
    reopen_path,
    status_path,
    stop_path,
    tell,
    told_application,
)
from tests.answers.test_status import SCENES, assert_alike, read, say, two
from tests.feedback.test_views import state
from tests.make import DAY, HOUR, OFFICE
from tests.messages.mails import KEY
from tests.privacy.papers import handed_in

pytestmark = pytest.mark.usefixtures("frozen")
LATER = {"choice": "later", "when": "half_year", "may_ask": "y"}


def facts(application: Application) -> list[Fact]:
    """What the timeline tells of this room, in the order of recording."""
    ids = select(Event.external_id).where(Event.application_id == application.id)
    found = (fact_of(one) for one in db.session.scalars(ids.order_by(Event.id)))
    return [one for one in found if one is not None]


# --- documents -----------------------------------------------------------------------------------


def test_each_document_is_named_with_its_day_and_size_and_without_a_link(client: FlaskClient):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY, name="Lebenslauf <Öz>.pdf", octets=b"%PDF" * 60_000)
    english, german = read(client, application), read(client, application, lang="de")
    assert "<b>Lebenslauf &lt;Öz&gt;.pdf</b>" in english
    assert "received on 27 February 2026, 240 kB" in english
    assert "We delete them 180 days after your application has ended." in english
    assert "eingegangen am 27. Februar 2026, 240 kB" in german
    assert "Wir löschen sie 180 Tage nach dem Ende Ihrer Bewerbung." in german
    assert "inbox" not in english


def test_once_the_end_is_told_each_has_its_day(client: FlaskClient):
    application = told_application(Outcome.REJECTED)
    handed_in(application, at=NOW - 3 * DAY)
    page = read(client, application)
    assert "We delete it on 29 August 2026." in page
    assert "180 days after" not in page


def test_after_their_own_no_they_have_their_day(client: FlaskClient):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY)
    say(client, application, choice="withdraw")
    assert "We delete it on 29 August 2026." in read(client, application)


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.HIRE, Kind.GHOSTED])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_an_end_that_was_not_told_shows_no_day_and_changes_not_one_byte(
    client: FlaskClient, frozen: Callable, scene: Callable, kind: Kind
):
    both = two(scene, kind)
    for application in both:
        handed_in(application, at=NOW - 4 * DAY)
        say(client, application, wish="erasure")
    for days in (0, 40):
        frozen(NOW + days * DAY)
        assert_alike(client, both)


# --- "delete my data" ----------------------------------------------------------------------------


def test_the_wish_to_erase_is_a_dated_fact_and_changes_nothing_else(client: FlaskClient):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY)
    names = ("turn", "since", "due_at", "outcome", "last_touch_at", "replies")
    before = {name: getattr(application, name) for name in names}
    assert say(client, application, wish="erasure", text="All of it.").status_code == 303
    assert {name: getattr(application, name) for name in names} == before
    assert facts(application) == [Fact.ERASURE_ASKED]
    page = read(client, application)
    assert "you asked us to delete your data. A person decides" in page
    assert "by Thursday, 2 April 2026 at the latest" in page
    assert 'value="erasure"' in page  # to take it back
    assert "Ask for deletion" not in page
    assert "Lebenslauf.pdf" in page
    assert "löschen" in read(client, application, lang="de")


def test_a_second_click_asks_once_and_it_can_be_taken_back_and_asked_again(client: FlaskClient):
    application = asked_application()
    for _ in range(2):
        say(client, application, wish="erasure")
    for _ in range(2):
        say(client, application, take_back="erasure")
    assert facts(application) == [Fact.ERASURE_ASKED, Fact.ERASURE_TAKEN_BACK]
    assert "Ask for deletion" in read(client, application)
    say(client, application, wish="erasure")
    assert len(db.session.scalars(select(Erasure)).all()) == 2


def test_it_reopens_nothing_that_was_closed(client: FlaskClient):
    application = told_application(Outcome.GHOSTED)
    say(client, application, wish="erasure")
    assert application.outcome is Outcome.GHOSTED


def test_reading_the_page_asks_and_takes_back_nothing(client: FlaskClient):
    application = asked_application()
    say(client, application, wish="erasure")
    before = state()
    for query in ("", "?wish=erasure", "?take_back=erasure", "?take_back=consent"):
        assert client.get(status_path(application) + query).status_code == 200
    assert state() == before


@pytest.mark.parametrize("path_of", [answer_path, reopen_path, stop_path])
def test_links_for_another_purpose_erase_and_take_back_nothing(
    client: FlaskClient, path_of: Callable[[Application], str]
):
    application = asked_application()
    db.session.commit()
    token = path_of(application).rpartition("/")[2]
    for sent in ({"wish": "erasure"}, {"take_back": "erasure"}, LATER):
        assert client.post(f"/status/{token}", data=sent).status_code == 404
    assert facts(application) == []


def test_what_nobody_offered_is_refused_and_changes_nothing(client: FlaskClient):
    application = asked_application()
    db.session.commit()
    before = state()
    for wrong in ({"take_back": "everything"}, {"wish": "erasure", "text": "x" * 501}):
        said = "501 characters" if "text" in wrong else "not among those offered"
        is_refused(client.post(status_path(application), data=wrong), said, wrong)
    assert state() == before


def act_on(staff: Any, application: Application, do: str, **fields: str) -> Any:
    """Send the form of an application's page as a browser would."""
    page = staff.get(f"/applications/{application.id}").text
    form = page.split(f'action="/applications/{application.id}/{do}"')[1].split("</form>")[0]
    hidden = {
        name: form.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("submission", "version")
    }
    done = staff.act(f"/applications/{application.id}/{do}", {**hidden, **fields})
    db.session.commit()
    return done


def test_it_is_a_task_of_human_resources_with_its_day_and_of_nobody_else(
    client: FlaskClient, signed_in: Callable
):
    application = asked_application(name="Oliver Brandt")
    say(client, application, wish="erasure", text="All of it.")
    staff = {role: signed_in(make.user(role)) for role in (Role.HR, Role.ADMIN, Role.RECRUITER)}
    for role in (Role.HR, Role.ADMIN):
        desk = " ".join(staff[role].get("/desk").text.split())
        assert "What candidates asked of us" in desk
        assert "The law gives us until" in desk
    recruiter = staff[Role.RECRUITER]
    assert "What candidates asked of us" not in recruiter.get("/desk").text
    page = recruiter.get(f"/applications/{application.id}").text
    assert "Human resources or an administrator decides." in page
    assert "All of it." in page
    sent = {"decision": "done", "submission": "x" * 30, "version": str(application.version)}
    refused = recruiter.act(f"/applications/{application.id}/erasure", sent)
    assert refused.status_code in {403, 404}
    manager = make.user(Role.HIRING_MANAGER)
    application.manager_id = manager.id
    db.session.commit()
    assert "to be deleted" not in signed_in(manager).get(f"/applications/{application.id}").text


def test_done_by_a_person_takes_documents_and_consent_and_is_read_on_the_page(
    client: FlaskClient, signed_in: Callable
):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY)
    say(client, application, **LATER)
    say(client, application, wish="erasure")
    hr = signed_in(make.user(Role.HR))
    done = act_on(hr, application, "erasure", decision="done", reason="The invoice stays.")
    assert done.status_code == 303
    page = read(client, application)
    assert "documents of this application; they are being deleted." in page
    assert facts(application)[-1] is Fact.ERASURE_DONE
    documents.delete_erased(application, now=NOW, office=OFFICE, keys=[KEY])
    db.session.commit()
    page = read(client, application)
    assert "As you asked, we deleted the documents of this application" in page
    assert "deleted your data" not in page
    assert "What stays, why, and until when: The invoice stays." in page
    assert "Lebenslauf.pdf" not in page
    assert "Do not ask me again" not in page
    assert "What candidates asked of us" not in hr.get("/desk").text
    timeline = hr.get(f"/applications/{application.id}").text
    assert "Their data were deleted" not in timeline
    assert "1 document was deleted" in timeline


def done(client: FlaskClient, signed_in: Callable, application: Application) -> None:
    """They asked, a person said done, and the worker was there."""
    say(client, application, wish="erasure")
    act_on(signed_in(make.user(Role.HR)), application, "erasure", decision="done", reason="Mails.")
    while documents.delete_erased(application, now=NOW, office=OFFICE, keys=[KEY]):
        db.session.commit()
        if not queries.is_being_erased(application):
            break
    db.session.commit()


def test_before_they_ask_the_page_says_what_goes_and_what_stays(client: FlaskClient):
    application = asked_application()
    english, german = read(client, application), read(client, application, lang="de")
    asking = english.index("Ask for deletion")
    assert english.index("the documents of this application are deleted") < asking
    assert english.index("Your name, your messages and what happened stay") < asking
    assert "why, and until when" in english
    assert "Ihr Name, Ihre Nachrichten und was geschehen ist" in german
    say(client, application, wish="erasure")
    assert "are deleted" in read(client, application)  # also while a person decides


def test_once_it_is_done_nothing_speaks_of_what_is_gone_and_it_is_not_offered_again(
    client: FlaskClient, signed_in: Callable
):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY)
    assert "with what was attached" in read(client, application)
    assert "angehängt" in read(client, application, lang="de")
    done(client, signed_in, application)
    english, german = read(client, application), read(client, application, lang="de")
    assert "2 messages from you, the last of Friday, 27 February 2026." in english
    assert "If you disagree" in english
    for page in (english, german):
        for gone in ("attached", "angehängt", 'value="erasure"', "Ask for deletion"):
            assert gone not in page
    say(client, application, wish="erasure")
    assert facts(application)[-1] is Fact.DOCUMENTS_DELETED


@pytest.mark.parametrize("arrival", [make.reply, handed_in], ids=["words", "document"])
def test_after_it_was_done_it_is_offered_again_once_something_came_in(
    client: FlaskClient, signed_in: Callable, frozen: Callable, arrival: Callable
):
    application = asked_application()
    done(client, signed_in, application)
    frozen(NOW + DAY)
    arrival(application, at=NOW + HOUR)
    assert "Ask for deletion" in read(client, application)
    say(client, application, wish="erasure")
    assert facts(application)[-1] is Fact.ERASURE_ASKED


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.HIRE])
def test_what_is_offered_after_it_was_done_tells_no_decision(
    client: FlaskClient, signed_in: Callable, frozen: Callable, kind: Kind
):
    both = two(SCENES[0], kind)
    for application in both:
        handed_in(application, at=NOW - 4 * DAY)
        done(client, signed_in, application)
    assert_alike(client, both)
    frozen(NOW + DAY)
    for application in both:
        make.reply(application, at=NOW + HOUR)
    assert_alike(client, both)


@pytest.mark.parametrize("decision", ["done", "refused"])
def test_neither_decision_goes_without_what_stays_and_why(
    client: FlaskClient, signed_in: Callable, decision: str
):
    application = asked_application()
    say(client, application, wish="erasure")
    bare = act_on(signed_in(make.user(Role.HR)), application, "erasure", decision=decision)
    assert bare.status_code == 422
    assert "Please say what stays and why" in bare.text
    assert facts(application) == [Fact.ERASURE_ASKED]


def test_refused_has_a_reason_which_the_candidate_reads(client: FlaskClient, signed_in: Callable):
    application = asked_application()
    handed_in(application, at=NOW - 3 * DAY)
    say(client, application, wish="erasure")
    hr = signed_in(make.user(Role.HR))
    done = act_on(hr, application, "erasure", decision="refused", reason="A claim is open.")
    assert done.status_code == 303
    page = read(client, application)
    assert "A claim is open." in page
    assert "complain to a data protection authority" in page
    assert "Lebenslauf.pdf" in page
    assert "Ask for deletion" in page
    say(client, application, take_back="erasure")  # too late, and said by the page
    assert facts(application)[-1] is Fact.ERASURE_REFUSED


def test_a_decision_that_comes_twice_is_taken_once(client: FlaskClient, signed_in: Callable):
    application = asked_application()
    say(client, application, wish="erasure")
    hr = signed_in(make.user(Role.HR))
    sent = {"decision": "done", "reason": "Your name stays.", "submission": "x" * 30}
    sent["version"] = str(application.version)
    path = f"/applications/{application.id}/erasure"
    assert [hr.act(path, sent).status_code for _ in range(2)] == [303, 303]
    db.session.commit()
    assert facts(application) == [Fact.ERASURE_ASKED, Fact.ERASURE_DONE]


def test_a_desk_that_cannot_show_all_says_how_many_there_are(
    client: FlaskClient, signed_in: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "MOST_ON_THE_DESK", 2)
    for number in (1, 2, 3):
        hr = signed_in(make.user(Role.HR))
        say(client, asked_application(), wish="erasure")
        said = "3 ask that their data be deleted; the 2 most urgent are shown."
        assert (said in hr.get("/desk").text) == (number == 3)


def test_a_day_that_has_passed_is_said_so(
    client: FlaskClient, signed_in: Callable, frozen: Callable
):
    application = asked_application()
    say(client, application, wish="erasure")
    frozen(NOW + 40 * DAY)
    desk = " ".join(signed_in(make.user(Role.HR)).get("/desk").text.split())
    assert "The law gave us until" in desk


# --- "not now": asked again, with consent --------------------------------------------------------


def test_not_now_ends_kindly_and_without_a_tick_nobody_asks_again(client: FlaskClient):
    application = asked_application()
    assert 'name="may_ask"' in read(client, application)
    assert "checked" not in read(client, application)
    say(client, application, choice="later", when="half_year")
    assert application.outcome is Outcome.WITHDRAWN
    assert db.session.scalars(select(Consent)).all() == []
    page = read(client, application)
    assert "that now is not the time. Your application is closed, as you wished" in page
    assert "allowed us" not in page


def test_with_a_tick_it_has_a_day_on_both_sides(client: FlaskClient, signed_in: Callable):
    application = asked_application()
    say(client, application, **LATER)
    page = read(client, application)
    assert "you allowed us to ask you again from Wednesday, 2 September 2026." in page
    assert "Do not ask me again" in page
    staff = signed_in()
    page = " ".join(staff.get(f"/applications/{application.id}").text.split())
    assert "May be asked again from 2 September 2026, consented on 2 March 2026." in page
    assert "Settled" not in page
    assert "Allows us to ask again from 2 September 2026" in page
    assert "dürfen" in read(client, application, lang="de")


def test_the_page_of_the_answer_says_what_was_allowed_and_where_to_take_it_back(
    client: FlaskClient,
):
    application = asked_application()
    db.session.commit()
    path = f"{answer_path(application)}?lang=en"
    assert client.post(path, data=LATER).status_code == 303
    page = " ".join(client.get(path).text.split())
    assert "you allowed us to ask you again from Wednesday, 2 September 2026." in page
    assert "You can take this back at any time on the page that says where" in page


@pytest.mark.parametrize("path_for", [status_path, answer_path])
def test_who_may_be_asked_again_has_to_say_when(client: FlaskClient, path_for: Callable):
    application = asked_application()
    db.session.commit()
    sent = {"choice": "later", "when": "unknown", "may_ask": "y"}
    refused = client.post(path_for(application), data=sent)
    is_refused(refused, "please choose a time", sent)
    assert "checked" in refused.text


def test_the_same_tap_twice_consents_once_and_it_is_withdrawn_once(client: FlaskClient):
    application = asked_application()
    for _ in range(2):
        say(client, application, **LATER)
    for _ in range(2):
        say(client, application, take_back="consent")
    assert facts(application) == [Fact.CONSENT_GIVEN, Fact.CONSENT_WITHDRAWN]
    assert "Do not ask me again" not in read(client, application)
    assert application.outcome is Outcome.WITHDRAWN


def test_another_answer_ends_what_was_allowed_with_the_one_before(client: FlaskClient):
    application = asked_application()
    say(client, application, **LATER)
    say(client, application, choice="interested")
    consent = queries.consent_of(application)
    assert (application.outcome, consent and consent.holds) == (None, False)


def test_on_that_day_a_task_lies_on_the_desk_and_no_mail_leaves(
    client: FlaskClient, signed_in: Callable, frozen: Callable
):
    application = asked_application()
    say(client, application, **LATER)
    staff = signed_in()
    assert "asked again" not in staff.get("/desk").text
    frozen(NOW + 184 * DAY)
    later = signed_in(make.user())
    desk = " ".join(later.get("/desk").text.split())
    assert "Asked to be asked again from today, consented on" in desk
    frozen(NOW + 186 * DAY)
    later = signed_in(make.user())
    assert "Asked to be asked again from 2 September 2026" in " ".join(
        later.get("/desk").text.split()
    )
    assert act_on(later, application, "ask-again").status_code == 303
    assert "asked again" not in later.get("/desk").text
    assert facts(application) == [Fact.CONSENT_GIVEN, Fact.CONSENT_SETTLED]


def test_where_we_ended_it_neither_desk_nor_page_asks_again(
    client: FlaskClient, signed_in: Callable, frozen: Callable
):
    application = asked_application()
    say(client, application, **LATER)
    pipeline.reopen(application, note="x", by=RECRUITER, now=NOW + HOUR, office=OFFICE)
    ended = {"by": RECRUITER, "now": NOW + 2 * HOUR, "office": OFFICE}
    pipeline.close(application, Outcome.REJECTED, note="x", **ended)
    db.session.commit()
    frozen(NOW + 184 * DAY)
    staff = signed_in()
    assert "asked again" not in staff.get("/desk").text
    page = staff.get(f"/applications/{application.id}").text
    assert f"/applications/{application.id}/ask-again" not in page
    sent = {"submission": "x" * 30, "version": str(application.version)}
    assert staff.act(f"/applications/{application.id}/ask-again", sent).status_code == 422


def test_before_its_day_nothing_is_settled(client: FlaskClient, signed_in: Callable):
    application = asked_application()
    say(client, application, **LATER)
    sent = {"submission": "x" * 30, "version": str(application.version)}
    done = signed_in().act(f"/applications/{application.id}/ask-again", sent)
    assert done.status_code == 422
    assert facts(application) == [Fact.CONSENT_GIVEN]


# --- every answer can be changed -----------------------------------------------------------------


def test_an_answer_says_until_when_it_can_be_changed(client: FlaskClient, frozen: Callable):
    for sent in ({"choice": "interested"}, {"choice": "withdraw"}, LATER):
        frozen(NOW)
        application = asked_application()
        say(client, application, **sent)
        assert "You can change this until 9 March 2026, 10:00." in read(client, application)
        frozen(NOW + 7 * DAY + HOUR)
        assert "You can change this" not in read(client, application)


def test_a_pause_a_withdrawal_and_a_human_are_plain_entries(client: FlaskClient):
    page = read(client, asked_application())
    for words in ("I need more time", "I withdraw my application", "Please call me"):
        assert f"<b>{words}</b>" in page


def test_a_decision_shows_in_the_day_of_documents_once_it_was_told(client: FlaskClient):
    application = closed_application(Outcome.REJECTED)
    handed_in(application, at=NOW - 3 * DAY)
    assert "We delete it on" not in read(client, application)
    tell(application, at=NOW)
    assert "We delete it on" in read(client, application)
    assert RECRUITER not in read(client, application)
