"""Exit feedback: who was invited, who answered, and what they said; fits how it ended."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from recruiting.demo.story import Story
from recruiting.demo.wording import texts
from recruiting.feedback.box import week_after
from recruiting.feedback.rules import Choice, Reason, pack
from recruiting.pipeline.rules import Kind

LIVES = timedelta(days=30)
ID_BYTES = 32
NAMELESS = 14  # answers without a name
RELEASED = timedelta(days=21)  # how long ago
ANSWERS = 0.48  # share of invitations that are answered; of young ones fewer are so far
ANSWERS_SO_FAR = 0.25
INVITED = {Kind.GHOSTED, Kind.WITHDRAWAL}

# What weighs, by the part in which somebody left; repeated where it weighs more.
REASONS = {
    "applied": (Reason.PACE, Reason.OTHER_OFFER, Reason.LIFE, Reason.NO_ANSWER_NEEDED),
    "call": (Reason.OTHER_OFFER, Reason.PACE, Reason.TERMS, Reason.LIFE, Reason.HARD_TO_SAY_NO),
    "task": (Reason.EFFORT, Reason.EFFORT, Reason.EFFORT, Reason.PACE, Reason.OTHER_OFFER),
    "talk": (Reason.OTHER_OFFER, Reason.TERMS, Reason.PEOPLE, Reason.FIT, Reason.PACE),
    "offer": (Reason.TERMS, Reason.OTHER_OFFER),
}
CHOICES = {
    Kind.WITHDRAWAL: (Choice.DECIDED_AGAINST,),
    Kind.GHOSTED: (
        Choice.DECIDED_AGAINST,
        Choice.DECIDED_AGAINST,
        Choice.NOT_REACHED,
        Choice.INTERESTED,
        Choice.MORE_TIME,
        Choice.NOT_SAID,
    ),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """An application that may be asked how it was."""

    application_id: int
    story: Story
    how: Kind
    at: datetime


def invitations(
    ended: list[Ended], now: datetime, rng: Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield (invitation, answer or none) for most of those who left, in the order given."""
    for one in ended:
        if rng.random() < 0.15:
            continue
        submitted_at = one.at + timedelta(hours=rng.lognormvariate(3.2, 1.0))
        share = ANSWERS if one.at + LIVES < now else ANSWERS_SO_FAR
        is_used = rng.random() < share and submitted_at < min(now, one.at + LIVES)
        invitation = {
            "id": base64.urlsafe_b64encode(rng.randbytes(ID_BYTES)).rstrip(b"=").decode(),
            "application_id": one.application_id,
            "language": one.story.language,
            "created_at": one.at,
            "expires_at": one.at.replace(microsecond=0) + LIVES,
            "is_used": is_used,
            "revoked_at": None,
        }
        yield (
            invitation,
            _answer(one, submitted_at, rng) | {"invitation_id": invitation["id"]}
            if is_used
            else None,
        )


def nameless(
    ended: list[Ended], invitations: list[dict[str, Any]], now: datetime, rng: Random
) -> list[dict[str, Any]]:
    """Use up some invitations that are over without a name; what was said, in no order.

    All of it was released in one batch some weeks ago.
    """
    over = {one.application_id: one for one in ended if one.at + LIVES < now}
    rows = []
    for invitation in invitations:
        one = over.get(invitation["application_id"])
        if one is None or invitation["is_used"] or len(rows) == NAMELESS:
            continue
        invitation["is_used"] = True
        said = _answer(one, one.at, rng)
        kept = {name: said[name] for name in ("choice", "reasons", "knew_next", "again", "wish")}
        rows.append(
            {
                **kept,
                "id": f"{rng.getrandbits(128):032x}",
                "week_on": week_after((now - RELEASED).date()),
                "other_reason": "",
                "raises_alarm": False,
                "key_hash": None,
            }
        )
    return sorted(rows, key=lambda row: row["id"])


def _answer(one: Ended, at: datetime, rng: Random) -> dict[str, Any]:
    choice = rng.choice(CHOICES[one.how])
    reasons = list(dict.fromkeys(rng.choices(REASONS[one.story.part], k=rng.choice((1, 1, 2)))))
    wishes = texts(one.story.language)["wish"].get(reasons[0], [])
    unhappy = {Reason.EFFORT, Reason.PACE, Reason.PEOPLE} & set(reasons)
    return {
        "submitted_at": at,
        "choice": choice,
        "until": (at + timedelta(days=30)).date() if choice is Choice.MORE_TIME else None,
        "reasons": pack(reasons),
        "other_reason": "",
        "knew_next": _scale(rng, 2.6 if Reason.PACE in reasons else 4.0),
        "again": _scale(rng, 3.0 if unhappy else 4.2),
        "wish": rng.choice(wishes) if wishes and rng.random() < 0.7 else "",
        "may_contact": rng.random() < 0.25,
    }


def _scale(rng: Random, around: float) -> int | None:
    """An answer from 1 to 5; some leave it out."""
    return None if rng.random() < 0.06 else min(5, max(1, round(rng.gauss(around, 1.0))))
