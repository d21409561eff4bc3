"""Turn a story that has its place in time into the rows of its events, in its own language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from recruiting.demo.blanks import Blanks
from recruiting.demo.employer import EMPLOYER
from recruiting.demo.story import Beat, Story, Who
from recruiting.demo.times import Hours
from recruiting.demo.wording import fill_in, texts
from recruiting.pipeline.rules import Channel, Direction, Kind, asks_something

Row = dict[str, Any]

# What is sent as a letter, with greeting and signature; all else is written down for ourselves.
LETTERS = {
    Kind.MESSAGE,
    Kind.INTERVIEW,
    Kind.ASSIGNMENT,
    Kind.OFFER,
    Kind.REJECTION,
    Kind.WITHDRAWAL,
}
INWARD = {Who.THEM, Who.MACHINE}


def tell(story: Story, moments: list[datetime], now: datetime, hours: Hours) -> Iterator[Row]:
    """Yield the events of one story, oldest first; `part` names the stage that it moves to."""
    teller = _Teller(story, Blanks(story, moments, now, hours))
    for index, beat in enumerate(story.beats):
        if beat.who is not Who.MEETING:
            yield teller.row(index, moments[index], beat)


class _Teller:
    """Writes as one candidate and one owner do, and knows what was said before."""

    def __init__(self, story: Story, blanks: Blanks) -> None:
        self.s = story
        self.blanks = blanks
        self.rng = story.rng
        self.manner = texts(story.language)["manner"]
        self.hello = self.rng.choice(self.manner["theirs_hello"])
        self.bye = self.rng.choice(self.manner["theirs_bye"])
        self.part = "applied"
        self.thread = ""  # the subject that answers refer to

    def row(self, index: int, at: datetime, beat: Beat) -> Row:
        """One event."""
        self.blanks.index = index
        due_at = self.blanks.due()
        subject, body = self._words(beat)
        inward = beat.who in INWARD
        return {
            "at": at,
            "part": beat.part,
            "kind": beat.kind,
            "direction": Direction.IN if inward else Direction.OUT,
            "channel": beat.channel,
            "awaits_reply": beat.awaits,
            "due_at": None if beat.who is Who.THEM else due_at,
            "minutes": beat.minutes,
            "by": beat.by.email if beat.by else None,
            "subject": beat.subject or self._move(beat) or subject,
            "body": body,
            "external_id": None,
            "result": beat.result,
            "asks": inward and beat.kind is Kind.MESSAGE and asks_something(body),
            "leaves_open": beat.leaves_open,
            "offers_no": beat.offers_no,
            "recorded_at": at,
        }

    def _move(self, beat: Beat) -> str:
        if beat.part is None:
            return ""
        job, old = self.s.job, self.part
        self.part = beat.part
        return f"{job.steps[job.step(old)].name} → {job.steps[job.step(beat.part)].name}"

    def _words(self, beat: Beat) -> tuple[str, str]:
        """Subject and body."""
        if not beat.words:
            return "", ""
        entries = [self._entry(key, beat) for key in beat.words]
        parts = [fill_in(self.rng.choice(one["texts"]), self.rng, self.blanks) for one in entries]
        is_letter = beat.kind in LETTERS and beat.channel is not Channel.PHONE
        # German goes on in lower case after the comma of the greeting; English begins anew.
        keeps_case = is_letter and self.s.language == "de"
        body = "\n\n".join([*(parts[:1] if keeps_case else []), *map(_begun, parts[keeps_case:])])
        return self._subject(entries[-1], beat), self._letter(beat, body) if is_letter else body

    def _entry(self, key: str, beat: Beat) -> dict[str, Any]:
        section, _, name = key.rpartition(".")
        return texts(self.s.language)[section or ("theirs" if beat.who in INWARD else "ours")][name]

    def _subject(self, entry: dict[str, Any], beat: Beat) -> str:
        is_mail = beat.kind in LETTERS and beat.channel is not Channel.PHONE
        if "subject" in entry:
            subject = fill_in(entry["subject"], self.rng, self.blanks)
            self.thread = subject if beat.who is Who.US and is_mail else self.thread
            return subject
        return self.manner["reply"] + self.thread if is_mail and self.thread else ""

    def _letter(self, beat: Beat, body: str) -> str:
        manner = self.manner
        if beat.by is not None:
            hello = self.rng.choice(manner["ours_hello"])
            signed = f"{self.rng.choice(manner['ours_bye'])}\n{beat.by.name}\n{EMPLOYER}"
        else:
            is_application = beat.channel is Channel.PORTAL
            hello = self.rng.choice(manner["letter_hello"]) if is_application else self.hello
            signed = f"{self.bye}\n{self.s.person.name}"
        return f"{fill_in(hello, self.rng, self.blanks)}\n\n{body}\n\n{signed}"


def _begun(text: str) -> str:
    return text[0].upper() + text[1:]
