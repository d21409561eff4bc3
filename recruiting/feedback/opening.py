"""The link to exit feedback, and what it opens: the invitation, or a glimpse of it.

Most who follow the link only look, so they are answered from plain columns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import contains_eager

from config import Settings
from recruiting import links
from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.errors import BadLink
from recruiting.feedback.models import Invitation
from recruiting.feedback.queries import ended_as
from recruiting.feedback.rules import INVITED, PURPOSE
from recruiting.jobs.models import Job
from recruiting.pipeline.models import Application


def _open(question: Any) -> Select[Any]:
    """A question about an invitation and what belongs to it, where its link opens something."""
    return (
        question.join(Invitation.application)
        .join(Application.job)
        .join(Application.candidate)
        .where(
            Invitation.id == bindparam("id"),
            or_(Invitation.revoked_at.is_(None), Invitation.revoked_at == Candidate.objected_at),
            or_(Invitation.is_used.is_(True), ended_as(bindparam("now")).in_(INVITED)),
        )
    )


class Glimpse(NamedTuple):
    """What the pages of an invitation show of it."""

    id: str
    application_id: int
    expires_at: datetime
    language: str
    is_used: bool
    revoked_at: datetime | None
    name: str
    job: str

    @classmethod
    def of(cls, invitation: Invitation) -> Glimpse:
        """The same of an invitation that was opened."""
        application = invitation.application
        return cls(
            invitation.id,
            application.id,
            invitation.expires_at,
            invitation.language,
            invitation.is_used,
            invitation.revoked_at,
            application.candidate.name,
            application.job.title,
        )


# Made once: every look at the page asks one of these.
OPENED = _open(select(Invitation)).options(
    contains_eager(Invitation.application).options(
        contains_eager(Application.job), contains_eager(Application.candidate)
    )
)
GLIMPSED = _open(
    select(
        Invitation.id,
        Invitation.application_id,
        Invitation.expires_at,
        Invitation.language,
        Invitation.is_used,
        Invitation.revoked_at,
        Candidate.name,
        Job.title,
    ).select_from(Invitation)
)


def link_for(invitation: Invitation) -> str:
    """The whole address that a candidate opens; its host comes from the settings alone."""
    token = links.sign(_settings().keys, PURPOSE, invitation.id, expires_at=invitation.expires_at)
    return f"{_settings().home}/feedback/{token}"


def invited_by(token: str, now: datetime) -> Invitation:
    """The invitation behind a link; `BadLink` if the link opens nothing, whatever the reason.

    It opens nothing while the application is active again, by whatever way it was reopened. One
    that an objection took back opens still, so that the objection can be undone there.
    """
    invitation = db.session.scalar(OPENED, _asked(token, now))
    if invitation is None:
        raise BadLink
    return invitation


def glimpse(token: str, now: datetime) -> Glimpse:
    """The same of who only looks, as plain columns: most who follow the link do no more."""
    found = db.session.execute(GLIMPSED, _asked(token, now)).first()
    if found is None:
        raise BadLink
    return Glimpse._make(found)


def _asked(token: str, now: datetime) -> dict[str, Any]:
    return {"id": links.read(_settings().keys, PURPOSE, token, now=now).id, "now": now}


def _settings() -> Settings:
    return current_app.extensions["settings"]
