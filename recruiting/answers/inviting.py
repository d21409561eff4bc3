"""Whether somebody is asked for exit feedback, by what they may know of their applications.

An invitation must not tell what we have not: if it came as soon as another application was decided
in silence, it would give that away. So an application counts as running for as long as its
candidate has not been told of its end, when an invitation is prepared and whenever its link is
put into a mail or shown. How much is asked of the database follows from that as well.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from recruiting.answers.outside import Outside, outside
from recruiting.db import db
from recruiting.feedback import opening, services
from recruiting.feedback import queries as feedback
from recruiting.feedback.models import Invitation
from recruiting.feedback.obstacles import Obstacle
from recruiting.feedback.rules import INVITED
from recruiting.pipeline.models import Application
from recruiting.pipeline.rules import Outcome
from recruiting.pipeline.timelines import catch_up
from recruiting.workdays import Office

# Who was hired and does not know it may withdraw, and is asked like everybody who does.
ASKABLE = INVITED | {Outcome.HIRED}


def invite(
    application: Application, *, now: datetime, office: Office, days: int
) -> Invitation | None:
    """Prepare the invitation of an application that has ended, unless something is against it.

    The link lives for `days`.
    """
    if application.outcome not in ASKABLE or _runs_elsewhere(application, now, office):
        return None
    return services.invite(application, now=now, days=days)


def obstacle_to(application: Application, *, now: datetime, office: Office) -> Obstacle | None:
    """What stands against an invitation now."""
    found = feedback.obstacle_to(application, now)
    if found in {None, Obstacle.RECENT} and _runs_elsewhere(application, now, office):
        return Obstacle.ACTIVE
    return found


def link_to(application: Application, *, now: datetime, office: Office) -> str | None:
    """The link that may be handed to the candidate now; none without one."""
    if _runs_elsewhere(application, now, office):
        return None
    found = feedback.open_invitation(application, now)
    return opening.link_for(found) if found else None


def link_beside(
    application: Application, seen: Outside, *, now: datetime, office: Office
) -> str | None:
    """The link on a page of the candidate's, where its end is known to them; none without one."""
    if seen.outcome not in INVITED:
        return None
    return link_to(application, now=now, office=office)


def _runs_elsewhere(application: Application, now: datetime, office: Office) -> bool:
    """Whether, as far as they know, another application of the same person is running."""
    theirs = select(Application).where(
        Application.candidate_id == application.candidate_id, Application.id != application.id
    )
    others = db.session.scalars(theirs.order_by(Application.id)).all()
    catch_up(others, office, now)
    ends = [outside(one, now, office).outcome for one in others]
    return None in ends
