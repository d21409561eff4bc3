"""Verbs on invitations: prepare one, take it back, store what was answered with a name.

Preparing sends nothing; the link lies on the application's page until a person uses it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm.attributes import set_committed_value

from recruiting.candidates.models import Candidate
from recruiting.db import db, lock
from recruiting.feedback import queries
from recruiting.feedback.items import may_change
from recruiting.feedback.models import Answer, AssumedReason, Invitation
from recruiting.feedback.obstacles import Obstacle
from recruiting.feedback.rules import (
    Answers,
    Reason,
    language_of,
    pack,
    raises_alarm,
)
from recruiting.pipeline.models import Application

ID_BYTES = 32


def invite(application: Application, *, now: datetime, days: int) -> Invitation | None:
    """Prepare the one invitation of an application that ended as ghosted or withdrawn.

    The link lives for `days`. One that is there and open stays as it is, and so does one that
    was answered: exit feedback is asked once. One that was revoked or ran out begins anew under
    another id, so that its old link stays dead. Open, but from before the application went on, it
    is revoked: a link that comes to life again would tell of an end that was not told. None where
    something stands against it, see `obstacles.py`.
    """
    db.session.flush()  # the rows are asked, not what was loaded of them
    language = language_of(application.candidate.language)
    invitation = queries.invitation_of(application)
    if invitation is not None and queries.went_on_since(invitation):
        revoke(application, now=now)
    is_there = invitation is not None and (invitation.is_used or _is_open(invitation, now))
    if is_there and queries.obstacle_to(application, now) is not Obstacle.OUTCOME:
        return invitation
    lock(application.candidate)
    if queries.obstacle_to(application, now) is not None:
        return None
    invitation = invitation or Invitation(application_id=application.id)
    invitation.id = secrets.token_urlsafe(ID_BYTES)
    invitation.language = language
    invitation.created_at = now
    invitation.expires_at = now.replace(microsecond=0) + timedelta(days=days)
    invitation.revoked_at = None
    db.session.add(invitation)
    db.session.flush()
    return invitation


def revoke(application: Application, *, now: datetime) -> bool:
    """Take the invitation back, as when an application is reopened; false if none was open."""
    open_one = Invitation.is_used.is_(False) & Invitation.revoked_at.is_(None)
    which = (Invitation.application_id == application.id) & open_one
    return _set_revoked(which, now) == 1  # by the row itself: a link may have been used meanwhile


def objects(candidate: Candidate, *, now: datetime) -> bool:
    """Ask this person for feedback no more; false if that was so already.

    What they have not answered yet is taken back. Whoever invites waits for the same row, so that
    no invitation slips through; an application is locked before its candidate.
    """
    lock(candidate)
    if candidate.objected_at is not None:
        return False
    candidate.objected_at = now
    open_ones = Invitation.is_used.is_(False) & Invitation.revoked_at.is_(None)
    _revoke_where(candidate, open_ones, now)
    return True


def allows(candidate: Candidate) -> bool:
    """Lift an objection, as they have told us; false if there is none.

    What it took back is open again, as far as it has not run out.
    """
    lock(candidate)
    if candidate.objected_at is None:
        return False
    _revoke_where(candidate, Invitation.revoked_at == candidate.objected_at, None)
    candidate.objected_at = None
    db.session.flush()
    return True


def _revoke_where(candidate: Candidate, which: ColumnElement[bool], at: datetime | None) -> None:
    """Set the moment at which some of a candidate's invitations were taken back."""
    theirs = select(Application.id).where(Application.candidate_id == candidate.id)
    _set_revoked(Invitation.application_id.in_(theirs) & which, at)


def _set_revoked(which: ColumnElement[bool], at: datetime | None) -> int:
    db.session.flush()
    done = db.session.execute(
        update(Invitation)
        .where(which)
        .values(revoked_at=at)
        .execution_options(synchronize_session="fetch")
    )
    return done.rowcount  # ty: ignore[missing-attribute] - an update has a row count


def claim(invitation: Invitation) -> bool:
    """Use an invitation up; false if somebody, or a second click, was there before.

    The claim on the invitation's row decides between two that come at the same time.
    """
    invitation_id = invitation.id
    claimed = db.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.is_used.is_(False),
            Invitation.revoked_at.is_(None),
        )
        .values(is_used=True)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # ty: ignore[missing-attribute] - an update has a row count
        db.session.expire(invitation)
        return False
    set_committed_value(invitation, "is_used", True)
    return True


def submit(
    invitation: Invitation, answers: Answers, *, now: datetime, alarm_words: tuple[str, ...] = ()
) -> bool:
    """Store answers with a name, once; false if the invitation had been used up before."""
    invitation_id = invitation.id
    if not claim(invitation):
        return False
    _write(Answer(invitation_id=invitation_id, submitted_at=now), answers, alarm_words)
    return True


def keep(
    invitation: Invitation,
    held: Answer | None,
    answers: Answers,
    *,
    now: datetime,
    alarm_words: tuple[str, ...] = (),
) -> Answer | None:
    """Store answers with a name, or what has become of them since; none where that is over.

    Over it is once answers were given without a name, or some days after the first item. The
    caller has locked the application and asked then what is `held`, so of two who send items each
    adds to the other's.
    """
    invitation_id = invitation.id
    if held is None and claim(invitation):
        held = Answer(invitation_id=invitation_id, submitted_at=now)
    if held is None or not may_change(held.submitted_at, now):
        return None
    return _write(held, answers, alarm_words)


def _write(row: Answer, answers: Answers, alarm_words: tuple[str, ...]) -> Answer:
    row.choice, row.until = answers.choice, answers.until
    row.reasons, row.other_reason = pack(answers.reasons), answers.other_reason
    row.knew_next, row.again = answers.knew_next, answers.again
    row.wish, row.may_contact = answers.wish, answers.may_contact
    row.raises_alarm = raises_alarm(answers, alarm_words)
    db.session.add(row)
    db.session.flush()
    return row


def assume(application: Application, reason: Reason, *, by: str, now: datetime) -> AssumedReason:
    """Note what a colleague thinks weighed most; beside it stands what the candidate says."""
    added = AssumedReason(application_id=application.id, reason=reason, by=by, at=now)
    db.session.add(added)
    db.session.flush()
    return added


def _is_open(invitation: Invitation, now: datetime) -> bool:
    return invitation.revoked_at is None and now <= invitation.expires_at
