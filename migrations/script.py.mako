"""${message}

Say what for, how it is filled, and what must wait for a later deploy. Never import models: this
file keeps its own picture of the tables. Both ways work, with data, on SQLite and PostgreSQL.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
