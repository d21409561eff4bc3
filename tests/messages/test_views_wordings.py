from __future__ import annotations

import re

import pytest

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.messages import wordings
from recruiting.messages.fields import FIELDS
from recruiting.messages.models import Wording
from tests import make

pytestmark = pytest.mark.usefixtures("frozen")

PATH = "/wordings/follow_up_1/en"
BODY = "Hello {first_name},\n\nthank you. No, thank you?\n\n{answer_link}\n\n{stop_link}"


def form_of(page: str) -> dict[str, str]:
    """What the first form of the page would send, but for the token."""
    form = re.search(r'<form class="form".*?</form>', page, re.DOTALL)
    assert form
    return dict(
        re.findall(r'<input type="hidden" name="(submission|version)" value="([^"]*)"', form[0])
    )


def save(client, body: str = BODY, *, page: str | None = None, **more: str):
    seen = form_of(page or client.get(PATH).text)
    return client.act(PATH, {**seen, "subject": "{job}: a word", "body": body, **more})


def stored() -> Wording | None:
    db.session.commit()
    return db.session.get(Wording, ("follow_up_1", "en"), populate_existing=True)


def test_the_list_names_every_mail_in_both_languages(signed_in):
    page = signed_in(Role.ADMIN).get("/wordings").text
    assert page.count("/wordings/follow_up_1/") == 2
    assert page.count(">original<") == 2 * len(FIELDS)
    assert 'aria-current="page">Wording<' in page


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HR, Role.HIRING_MANAGER])
def test_only_administrators_get_there(signed_in, role):
    client = signed_in(role)
    assert client.get(PATH).status_code == 403
    assert save(client, page='<form class="form"></form>').status_code == 403
    assert client.act(PATH + "/restore").status_code == 403
    assert "/wordings" not in client.get("/account").text


def test_the_page_shows_the_mail_with_examples_and_what_its_fields_are(signed_in):
    page = signed_in(Role.ADMIN).get("/wordings/follow_up_2/de").text
    assert "mein Name ist Robin Weber" in page
    assert "unsere Frage vom 2. März 2026" in page
    assert "{asked_on}" in page
    assert "day of our question; the text must hold it" in page
    assert "These are the original words of this program." in page
    assert "Back to the original words" not in page


def test_a_change_is_saved_and_told_with_who_and_when(signed_in):
    admin = make.user(Role.ADMIN, name="Ada Byron")
    client = signed_in(admin)
    sent = save(client)
    assert (sent.status_code, sent.location) == (303, PATH)
    row = stored()
    assert row is not None
    assert (row.subject, row.body, row.changed_by) == ("{job}: a word", BODY, admin.email)
    page = client.get(PATH).text
    assert "Changed by Ada Byron on 2 March 2026, 10:00." in page
    assert "Saved. Mails that are written from now on say this." in page
    assert "changed by Ada Byron" in client.get("/wordings").text


def test_a_preview_shows_and_saves_nothing(signed_in):
    client = signed_in(Role.ADMIN)
    sent = save(client, preview="1")
    assert sent.status_code == 200
    assert "Hello Hannah," in sent.text
    assert "Backend developer: a word" in sent.text
    assert "Not saved yet" in sent.text
    assert stored() is None
    again = save(client, page=sent.text)  # and the words can be saved from there
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BODY + "{salary}", "This mail has no field {salary}. It has these: {answer_link}"),
        ("Hello", "The text must hold the field {answer_link} (page with the answers of one tap)."),
        (BODY + "{", "begins or ends no field"),
        ("", "Please write a text."),
        ("x" * 4001, "4000"),
    ],
)
@pytest.mark.parametrize("how", [{}, {"preview": "1"}])
def test_what_cannot_be_filled_in_is_told_and_not_saved(signed_in, body, said, how):
    client = signed_in(Role.ADMIN)
    sent = save(client, body, **how)
    assert sent.status_code == (422 if not how or body in {"", "x" * 4001} else 200)
    assert said in sent.text.replace("&#34;", '"')
    assert stored() is None


def test_a_link_in_the_subject_is_refused(signed_in):
    sent = save(signed_in(Role.ADMIN), subject="{answer_link}")
    assert "belongs into the text" in sent.text


def test_a_harsh_tone_is_hinted_at_and_can_be_saved(signed_in):
    client = signed_in(Role.ADMIN)
    harsh = BODY + "\n\nUnfortunately you must answer. Will you?"
    sent = save(client, harsh, preview="1")
    assert "It asks more than one question." in sent.text
    assert "These words may sound like blame or pressure: must, unfortunately." in sent.text
    assert save(client, harsh).status_code == 303


def test_the_later_of_two_administrators_sees_both_texts(signed_in):
    first, second = signed_in(Role.ADMIN), signed_in(Role.ADMIN)
    page = second.get(PATH).text
    assert save(first).status_code == 303
    late = save(second, BODY + "\n\nMine.", page=page)
    assert late.status_code == 409
    assert "Mine." in late.text
    assert "{job}: a word" in late.text
    assert f'href="{PATH}"' in late.text
    row = stored()
    assert row is not None
    assert row.body == BODY


def test_back_to_the_original_words(signed_in):
    client = signed_in(Role.ADMIN)
    save(client)
    page = client.get(PATH).text
    form = page[page.index("/restore") :]
    hidden = dict(re.findall(r'name="(submission|version)" value="([^"]*)"', form))
    assert client.act(PATH + "/restore", {**hidden, "version": "1"}).status_code == 409
    fresh = {"version": hidden["version"]}
    assert client.act(PATH + "/restore", fresh).status_code == 303
    assert stored() is None
    assert wordings.words("follow_up_1", "en").is_ours


def test_a_second_click_saves_once(signed_in):
    client = signed_in(Role.ADMIN)
    page = client.get(PATH).text
    assert save(client, page=page).status_code == 303
    assert save(client, BODY + "?", page=page).status_code == 303
    row = stored()
    assert row is not None
    assert row.body == BODY


def test_there_is_no_page_for_other_mails(signed_in):
    client = signed_in(Role.ADMIN)
    for path in ("/wordings/nothing/en", "/wordings/closing/fr"):
        assert client.get(path).status_code == 404
        assert client.act(path).status_code == 404
