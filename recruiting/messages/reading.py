"""What an incoming mail is: from a person or from a machine, and which machine says what (pure).

The rules stand in one table, `RULES`; the first that fits decides, and its name is kept as the
reason. Sources: RFC 3834 (automatic answers), RFC 3464 (reports of delivery), RFC 3463 (their
codes), and for mail systems that follow none of them the formats that `flufl.bounce` knows. A
person must never be lost: what no rule knows is a person's reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import Message
from enum import StrEnum
from functools import cached_property
from unicodedata import normalize

from flufl.bounce import all_failures

from recruiting.messages import envelope, returns, texts
from recruiting.messages.envelope import Envelope
from recruiting.messages.texts import Part

HEAD = 2_000  # characters of a text in which a machine says what it is
FIRST_WORDS = 400  # characters in which it says so first of all
KNOWN_BYTES = 64 * 1024  # of a raw mail that are compared with known formats
OVERLONG = re.compile(rb"([^\n]{998})[^\n]+")  # no mail system writes such a line (RFC 5322, 2.1.1)
RETURNED_IDS = re.compile(r"^(?:message-id|in-reply-to)\s*:\s*<([^<>\s]{1,300})>", re.I | re.M)
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


class MailClass(StrEnum):
    """What an incoming mail is."""

    HUMAN_REPLY = "human_reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SOFT_BOUNCE = "soft_bounce"
    WITHDRAWAL_HINT = "withdrawal_hint"  # a person's reply that seems to say no; a proposal


BOUNCES = frozenset({MailClass.BOUNCE, MailClass.SOFT_BOUNCE})
FROM_PEOPLE = frozenset({MailClass.HUMAN_REPLY, MailClass.WITHDRAWAL_HINT})


@dataclass(frozen=True)
class Mail:
    """A mail that was read; `in_reply_to` holds also the ids of a mail that it returns."""

    envelope: Envelope
    mail_class: MailClass
    why: str
    returns_on: date | None
    failed_recipients: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    reply_text: str
    full_text: str
    html: str
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Report:
    """A report of delivery: which addresses failed, and whether for good."""

    failed: tuple[str, ...]
    is_failure: bool
    is_passing: bool


class Seen:
    """A parsed mail as the rules look at it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.message = message = envelope.parse(raw)
        self.envelope = envelope.read(message)
        self.parts = texts.parts(message)
        self.text, self.html = texts.body(message, self.parts)
        self.reply, self.quoted = texts.fold(self.text)

    def header(self, name: str) -> str:
        """One header in lower case."""
        return envelope.field(self.message, name).lower()

    @cached_property
    def head(self) -> str:
        """The beginning of the text, on one line, in lower case."""
        return re.sub(r"\s+", " ", self.text[:HEAD]).lower()

    @cached_property
    def subject(self) -> str:
        """The subject in lower case."""
        return self.envelope.subject.lower()

    @cached_property
    def is_from_daemon(self) -> bool:
        """Whether a mail system writes, not a mailbox."""
        local = (self.envelope.sender or "").partition("@")[0]
        path = self.header("Return-Path")
        is_null = path == "<>" or (not self.envelope.sender and not path)
        return is_null or local in {"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"}

    @cached_property
    def is_answer(self) -> bool:
        """Whether the subject says that somebody answers or passes something on."""
        return bool(_ANSWERS.match(self.subject))

    @cached_property
    def known_failures(self) -> tuple[frozenset[str], frozenset[str]]:
        """The addresses that failed for now and for good, in one of the known formats."""
        if self.is_answer:
            return frozenset(), frozenset()
        with suppress(Exception):  # what is written to mislead it raises many an error
            passing, lasting = all_failures(
                envelope.parse(OVERLONG.sub(rb"\1", self.raw[:KNOWN_BYTES]))
            )
            return _keys(passing), _keys(lasting)
        return frozenset(), frozenset()

    @cached_property
    def report(self) -> Report | None:
        """The report of delivery within, if there is one."""
        parts = texts.leaves(self.message)
        found = [one for one in parts if one.get_content_type() == "message/delivery-status"]
        return _report(found[0]) if found else None


def _report(part: Message) -> Report:
    """Read the fields of RFC 3464: a block for the mail, then one for each address."""
    failed, actions, codes = [], set(), set()
    for block in envelope.within(part):
        action, code = (envelope.field(block, name).lower() for name in ("Action", "Status"))
        address = envelope.field(block, "Original-Recipient") or envelope.field(
            block, "Final-Recipient"
        )
        if action or code:
            actions.add(action)
            codes.add(code[:1] if not code.startswith("5.2.2") else "4")  # full: it may pass
        if address and action in {"failed", ""}:
            failed.append(envelope.key(address.rpartition(";")[2]))
    is_failure = "failed" in actions or "5" in codes
    is_passing = "5" not in codes and ("4" in codes or "delayed" in actions)
    return Report(tuple(dict.fromkeys(failed)), is_failure, is_passing)


def _keys(addresses: frozenset[bytes]) -> frozenset[str]:
    return frozenset(envelope.key(one.decode("ascii", "replace")) for one in addresses)


Rule = tuple[str, MailClass, Callable[[Seen], bool]]
_LATE = re.compile(r"delayed|not (yet )?been delivered|verzögert|warning: could not send"
                   r"|will (continue|keep) (to )?try|do not need to resend|mailbox (is )?full"
                   r"|over quota|quota exceeded|postfach .{0,20}voll|temporar"
                   r"|4\.\d\.\d")  # fmt: skip
_UNDELIVERED = re.compile(r"undeliver|delivery (status notification|failure|has failed|report)"
                          r"|returned (mail|to sender)|mail (delivery|system) (failed|error)"
                          r"|failure notice|nicht zustellbar|unzustellbar|non remis"
                          r"|message not delivered|nondeliverable|delivery.{0,20}fail")  # fmt: skip
_FAILED_TEXT = re.compile(r"(could|was|cannot|can't|couldn't) (not )?(be )?deliver|unknown user"
                          r"|user unknown|no such user|konnte nicht zugestellt|undeliverable"
                          r"|permanent(ly)? (error|fail)|does not exist|nicht zustellbar"
                          r"|recipient.{0,30}(rejected|unknown)|mailbox unavailable")  # fmt: skip
# What a mail system says first of all, in mails that bear no other mark.
_FAILED_FIRST = re.compile(r"(your|the following) (e-?)?(mail|message)s?\b.{0,60}"
                           r"(cannot|could ?n[o']t|was ?n[o']t|has not|not) (been |be )?"
                           r"(delivered|sent)|ihre (e-?)?(mail|nachricht) .{0,80}"
                           r"(nicht|unmöglich) .{0,20}zu(gestellt|stell)")  # fmt: skip
_OUT = re.compile(r"out of (the )?office|automatic reply|auto[- ]?(reply|response|matic response)"
                  r"|autoreply|abwesenheit|automatische antwort|abwesend|on vacation|away from"
                  r"|vacation (reply|message)|im urlaub|réponse automatique|absence du bureau"
                  r"|respuesta automática|risposta automatica|automatisch antwoord|afwezig"
                  r"|autosvar|odpowied. automatyczna|autoodpowied|resposta automática"
                  r"|otomatik yan|automatická odpov")  # fmt: skip
_OUT_TEXT = re.compile(r"(i am|i'm|i will be) (currently )?(out of (the )?office|on vacation"
                       r"|on (annual )?leave|away)|bin (ich )?(derzeit |zurzeit |vom .{1,30})?"
                       r"(nicht im büro|abwesend|im urlaub|außer haus)"
                       r"|this is an automat\w+ (reply|response)"
                       r"|dies ist eine automatische|automatisch (erstellt|generiert)")  # fmt: skip
_ANSWERS = re.compile(r"^(re|aw|antw|sv|wg|fwd?)\s*:")
_WORDS = 60  # a person who writes more than this beside "I am away" has said something


def _is_out_text(seen: Seen) -> bool:
    """Whether the text itself is nothing but word of an absence."""
    is_out = _OUT_TEXT.search(re.sub(r"\s+", " ", seen.reply[:HEAD]).lower())
    return bool(is_out) and len(seen.reply.split()) <= _WORDS and "?" not in seen.reply


RULES: tuple[Rule, ...] = (
    # A read receipt answers nothing, and nothing has failed.
    ("receipt", MailClass.AUTO_REPLY,
     lambda s: "disposition-notification" in s.header("Content-Type")),
    ("report_delayed", MailClass.SOFT_BOUNCE, lambda s: bool(s.report and s.report.is_passing)),
    ("report_failed", MailClass.BOUNCE, lambda s: bool(s.report and s.report.is_failure)),
    ("daemon_delayed", MailClass.SOFT_BOUNCE,
     lambda s: s.is_from_daemon and bool(_LATE.search(s.subject) or _LATE.search(s.head))
     and not re.search(r"5\.[0-9]\.[0-9]|\b55[0-9]\b", s.head)),
    ("failed_header", MailClass.BOUNCE, lambda s: bool(s.header("X-Failed-Recipients"))),
    ("daemon_failed", MailClass.BOUNCE,
     lambda s: s.is_from_daemon
     and bool(_UNDELIVERED.search(s.subject) or _FAILED_TEXT.search(s.head))),
    ("known_delayed", MailClass.SOFT_BOUNCE,
     lambda s: bool(s.known_failures[0]) and not s.known_failures[1]),
    ("known_failed", MailClass.BOUNCE, lambda s: bool(s.known_failures[1])),
    ("subject_failed", MailClass.BOUNCE,
     lambda s: not s.is_answer and bool(_UNDELIVERED.search(s.subject))),
    ("text_failed", MailClass.BOUNCE,
     lambda s: not s.is_answer and bool(_FAILED_FIRST.search(s.head[:FIRST_WORDS]))),
    ("auto_submitted", MailClass.AUTO_REPLY,
     lambda s: s.header("Auto-Submitted").partition(";")[0].strip() not in {"", "no"}),
    ("auto_header", MailClass.AUTO_REPLY,
     lambda s: any(map(s.header, ("X-Autoreply", "X-Autorespond", "X-AutoReply-From",
                                  "X-Vacation")))),
    ("precedence", MailClass.AUTO_REPLY,
     lambda s: s.header("Precedence") in {"auto_reply", "auto-reply", "junk"}),
    ("daemon_text", MailClass.BOUNCE,
     lambda s: s.is_from_daemon and not _OUT.search(s.subject) and bool(ADDRESS.search(s.head))),
    ("subject_out", MailClass.AUTO_REPLY,
     lambda s: bool(_OUT.search(s.subject)) and not s.is_answer),
    ("null_path", MailClass.AUTO_REPLY, lambda s: s.header("Return-Path") == "<>"),
    ("text_out", MailClass.AUTO_REPLY, _is_out_text),
)  # fmt: skip

_NO = re.compile(r"(withdraw|zurückzieh|ziehe .{0,40}zurück|not interested (any ?more|any longer)"
                 r"|no longer (interested|available)|kein interesse mehr|nicht mehr interessiert"
                 r"|accepted (another|an) (offer|position)|(andere|anderes) (stelle|angebot) "
                 r"(angenommen|zugesagt)|bewerbung .{0,20}(zurück|zurückziehen))")  # fmt: skip
_NOT_NO = re.compile(r"\b(not|don't|never|nicht|keinesfalls|won't)\b.{0,30}(withdraw|zurück)")
_BACK = re.compile(r"zurue?ck")  # as keyboards without umlauts write it
HUMAN = "no_rule"


def read(raw: bytes) -> Mail:
    """Read a raw mail; takes any bytes, and raises only if its parts nest too deeply."""
    seen = Seen(raw)
    why, kind = next(
        ((name, kind) for name, kind, fits in RULES if fits(seen)), (HUMAN, MailClass.HUMAN_REPLY)
    )
    mail = Mail(
        seen.envelope,
        kind,
        why,
        None,
        (),
        seen.envelope.in_reply_to,
        seen.reply,
        seen.text,
        seen.html,
        seen.parts,
    )
    if kind in BOUNCES:
        return replace(mail, failed_recipients=_failed(seen), in_reply_to=_returned(seen))
    if kind is MailClass.AUTO_REPLY:
        return replace(mail, returns_on=_returns_on(seen), in_reply_to=_returned(seen))
    if says_no(seen.reply):
        return replace(mail, mail_class=MailClass.WITHDRAWAL_HINT, why="says_no")
    return mail


def bare(raw: bytes) -> Mail:
    """A mail of which only the head can be read, as a person's words that are not known."""
    head = envelope.read(envelope.parse_head(raw))
    return Mail(head, MailClass.HUMAN_REPLY, HUMAN, None, (), head.in_reply_to, "", "", "")


def says_no(text: str) -> bool:
    """Whether somebody's own words seem to take their application back; for a person to judge."""
    words = re.sub(r"\s+", " ", normalize("NFC", text[:HEAD])).lower()
    words = _BACK.sub("zurück", words)
    return any(_NO.search(one) and not _NOT_NO.search(one) for one in re.split(r"[.!?]\s", words))


def _returns_on(seen: Seen) -> date | None:
    written: datetime | None = seen.envelope.sent_at
    if written is None:
        return None
    return returns.returns_on(f"{seen.envelope.subject}\n{seen.text[:HEAD]}", written.date())


def _failed(seen: Seen) -> tuple[str, ...]:
    """The addresses that a bounce is about."""
    if seen.report and seen.report.failed:
        return seen.report.failed
    if known := seen.known_failures[0] | seen.known_failures[1]:
        return tuple(sorted(known))
    told = seen.header("X-Failed-Recipients") or seen.text[:HEAD]
    found = [envelope.key(one) for one in ADDRESS.findall(told)]
    own = {seen.envelope.sender, *seen.envelope.recipients}
    return tuple(dict.fromkeys(one for one in found if one not in own))[:10]


def _returned(seen: Seen) -> tuple[str, ...]:
    """The ids that a machine's mail answers or returns: of the mail itself, then within it."""
    found: list[str | None] = [*seen.envelope.in_reply_to]
    for part in texts.leaves(seen.message):
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            found += [envelope.read(one).message_id for one in envelope.within(part)]
        elif part.get_content_maintype() == "text":
            found += RETURNED_IDS.findall(texts.decoded(part)[:20_000])
    return tuple(dict.fromkeys(one for one in found if one))[: envelope.MOST_IDS]
