"""Every table of the house, room by room: what a migration and a test compare the database with."""

from __future__ import annotations

from recruiting.accounts import models as accounts
from recruiting.candidates import models as candidates
from recruiting.db import Base
from recruiting.dialogues import models as dialogues
from recruiting.feedback import models as feedback
from recruiting.jobs import models as jobs
from recruiting.journal import models as journal
from recruiting.messages import models as messages
from recruiting.pipeline import models as pipeline
from recruiting.privacy import models as privacy
from recruiting.silence import models as silence

ROOMS = (
    accounts,
    jobs,
    candidates,
    pipeline,
    journal,
    messages,
    silence,
    feedback,
    dialogues,
    privacy,
)
ALL = Base.metadata.sorted_tables
