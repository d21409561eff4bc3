"""Somebody does not want to be asked for feedback, or no longer minds."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recruiting.candidates.models import Candidate
from recruiting.db import db
from recruiting.feedback import services

OBJECTION, OBJECT, ALLOW = "objection", "object", "allow"


def objection_of(candidate: Candidate, now: datetime) -> AnyResponse:
    """Take a candidate's objection from one of their pages, or its end, and go back there."""
    said = request.form.get(OBJECTION)
    if said == OBJECT:
        services.objects(candidate, now=now)
    elif said == ALLOW:
        services.allows(candidate)
    db.session.commit()
    return redirect(request.full_path.removesuffix("?"), 303)
