"""What a mail is taken for: people are never lost, machines of many makes are known."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.messages import reading, returns, texts
from recruiting.messages.reading import FROM_PEOPLE, MailClass


def mail(text: str, subject: str = "Re: Your application", **headers: str) -> bytes:
    message = EmailMessage()
    given_headers = {
        "From": "Mia Kern <mia@example.org>",
        "To": "jobs@employer.example",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0100",
        "Subject": subject,
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given_headers.items():
        message[name] = value
    message.set_content(text)
    return bytes(message)


DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"

PEOPLE = {
    "a plain answer": mail("Yes, Tuesday at ten suits me."),
    "an answer by a list": mail("I like that.", Precedence="list", List_Id="<x.example>"),
    "a bulk mark on a person's mail": mail("Count me in.", Precedence="bulk"),
    "a program that says it is none": mail("Yes, gladly.", Auto_Submitted="no"),
    "Exchange, which asks for no machine's answer": mail(
        "Yes.", X_Auto_Response_Suppress="All", X_MS_Exchange_Organization_SCL="-1"
    ),
    "an answer to an automatic answer": mail(
        "You were away; did you see my question?", "Re: Automatic reply: Interview"
    ),
    "an answer to a bounce": mail(
        "It seems your mail was returned. Here I am.", "AW: Undeliverable: Interview"
    ),
    "away, and yet an answer with a question": mail(
        "I am out of office until Monday, but yes, I would like to come. Would ten be fine?"
    ),
    "somebody who tells of a failure": mail(
        "My last mail was returned to me, so I write again: I would like to come.",
        "Interview on Tuesday",
    ),
    "a long letter that mentions a holiday": mail(
        "Dear Ms Kern,\n\nI am on vacation this week with my family in the north, where the "
        "network is poor. Still I have thought a lot about your offer, and about what you told "
        "me of the team, the tools and the way you plan your work. I would like to accept it, "
        "if we can agree on the first of May as the day to begin, since I have to hand over my "
        "present work in good order.\n\nKind regards\nMia"
    ),
    "a quoted absence": mail("Thanks!\n\n> I am out of the office until 5 May.\n> Best, Kim"),
    "German": mail("Guten Tag, der Termin passt mir gut. Viele Grüße"),
    "no subject": mail("Yes.", ""),
    "a no": mail("Hiermit ziehe ich meine Bewerbung zurück."),
}
AWAY = {
    "RFC 3834": mail("Thank you.", "Your mail", Auto_Submitted="auto-replied"),
    "an old header": mail("Thank you.", "Your mail", X_Autoreply="yes"),
    "German subject": mail("Danke für Ihre Nachricht.", "Automatische Antwort: Gespräch"),
    "Outlook, English": mail("I am away.", "Automatic reply: Interview"),
    "French": mail("Je suis absent.", "Réponse automatique : entretien"),
    "Spanish": mail("Estoy fuera.", "Respuesta automática: entrevista"),
    "Italian": mail("Sono fuori.", "Risposta automatica: colloquio"),
    "Dutch": mail("Ik ben er niet.", "Automatisch antwoord: gesprek"),
    "Swedish": mail("Jag är borta.", "Autosvar: intervju"),
    "Polish": mail("Nie ma mnie.", "Odpowiedź automatyczna: rozmowa"),
    "Portuguese": mail("Estou fora.", "Resposta automática: entrevista"),
    "Turkish": mail("Ofiste değilim.", "Otomatik yanıt: görüşme"),
    "only in the text, German": mail(
        "Ich bin derzeit nicht im Büro und ab dem 9. März wieder erreichbar.", "Re: Gespräch"
    ),
    "only in the text, English": mail("I am currently out of the office. Back on 9 March."),
    "a null return path": mail("We have received your mail.", "Received", Return_Path="<>"),
    "a read receipt": (
        b"From: mia@example.org\r\nSubject: Gelesen: Interview\r\nContent-Type: multipart/report; "
        b'report-type=disposition-notification; boundary="x"\r\n\r\n--x\r\n\r\nread\r\n--x--\r\n'
    ),
}
BOUNCED = {
    "Postfix": mail(
        "I'm sorry to have to inform you that your message could not\nbe delivered.\n\n"
        "<mia@example.org>: host mx.example[192.0.2.1] said: 550 5.1.1 User unknown",
        "Undelivered Mail Returned to Sender",
        From=DAEMON,
    ),
    "Exim": mail(
        "A message that you sent could not be delivered.\n\n  mia@example.org\n    Unrouteable",
        "Mail delivery failed: returning message to sender",
        From=DAEMON,
        X_Failed_Recipients="mia@example.org",
    ),
    "Exchange, German": mail(
        "Ihre Nachricht an mia@example.org konnte nicht zugestellt werden.",
        "Unzustellbar: Gespräch",
        From="Microsoft Outlook <postmaster@employer.example>",
    ),
    "a house of its own": mail(
        "The following mail could not be delivered.\n\nTo: mia@example.org",
        "Mail Error",
        From="gateway@house.example",
    ),
    "qmail": mail(
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver "
        "your message to the following addresses.\n\n<mia@example.org>:\nno mailbox here by "
        "that name",
        "failure notice",
        From=DAEMON,
        Return_Path="<>",
    ),
}
DELAYED = {
    "Exim": mail(
        "A message that you sent has not yet been delivered to one or more recipients.\n\n"
        "mia@example.org",
        "Warning: message 1abc delayed 24 hours",
        From=DAEMON,
    ),
    "a full mailbox": mail(
        "mia@example.org: mailbox is full (452 4.2.2)", "Delivery problem", From=DAEMON
    ),
}


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_never_taken_for_a_machine(raw: bytes):
    assert reading.read(raw).mail_class in FROM_PEOPLE


@pytest.mark.parametrize("raw", AWAY.values(), ids=AWAY.keys())
def test_an_automatic_answer_is_no_answer(raw: bytes):
    assert reading.read(raw).mail_class is MailClass.AUTO_REPLY


@pytest.mark.parametrize("raw", BOUNCED.values(), ids=BOUNCED.keys())
def test_a_bounce_names_the_address_that_failed(raw: bytes):
    found = reading.read(raw)
    assert found.mail_class is MailClass.BOUNCE
    assert "mia@example.org" in found.failed_recipients


@pytest.mark.parametrize("raw", DELAYED.values(), ids=DELAYED.keys())
def test_what_may_pass_is_a_soft_bounce(raw: bytes):
    assert reading.read(raw).mail_class is MailClass.SOFT_BOUNCE


@pytest.mark.parametrize(
    ("text", "says_no"),
    [
        ("Hiermit ziehe ich meine Bewerbung zurück.", True),
        ("Hiermit ziehe ich meine Bewerbung zurueck.", True),
        ("Ich moechte meine Bewerbung zurueckziehen.", True),
        ("Ich möchte meine Bewerbung zuru\u0308ckziehen.", True),
        ("Ich ziehe meine Bewerbung nicht zurueck.", False),
        ("Ich melde mich zurueck, sobald ich meine Bewerbungsunterlagen habe.", False),
        ("I would like to withdraw my application.", True),
        ("I have accepted another offer.", True),
        ("I do not want to withdraw my application.", False),
        ("Ich ziehe meine Bewerbung nicht zurück.", False),
        ("I will come back to you on Monday.", False),
    ],
)
def test_a_no_is_heard_and_its_denial_too(text: str, says_no: bool):
    assert (reading.read(mail(text)).mail_class is MailClass.WITHDRAWAL_HINT) is says_no


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ich bin ab 3. März wieder da.", date(2026, 3, 3)),
        ("I am back on 3/12.", date(2026, 3, 12)),  # no other reading lies near
        ("Ich bin bis einschließlich 14.08. im Urlaub.", date(2026, 8, 15)),
        ("I will return on Monday, 9 March.", date(2026, 3, 9)),
        ("I am away until March 6th.", date(2026, 3, 7)),
        ("Back on Thursday.", date(2026, 3, 5)),
        ("I am away.", None),
    ],
)
def test_the_first_day_back_is_read(text: str, day: date | None):
    assert returns.returns_on(text, date(2026, 3, 2)) == day


@given(st.binary(max_size=2000))
def test_whatever_comes_is_read_as_something(raw: bytes):
    assert reading.read(raw).mail_class in MailClass


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=300))
def test_whatever_a_person_writes_is_kept_whole(text: str):
    head = b"From: mia@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nSubject: x\r\n"
    found = reading.read(head + b"\r\n" + text.encode())
    assert "".join(text.split()) in "".join(found.full_text.split())


@pytest.mark.parametrize("charset", ["punycode", "Punycode", "idna"])
def test_a_charset_of_names_is_none_of_texts(charset: str):
    """Python reads them in the square of their length: a mail of a megabyte took minutes."""
    head = f"From: mia@example.org\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    assert reading.read(head.encode() + b"Gr\xfc\xdfe-9").full_text == "Gr\xfc\xdfe-9"


def test_what_is_folded_is_moved_once():
    """Line by line to the front of a list, 200,000 blank ones took seconds."""
    kept, folded = texts.fold("a" + "\n" * 300_000 + "> b\n-- \nx")
    assert (kept, folded.strip()) == ("a", "> b\n-- \nx")
