"""Let each spell tell what was known of the conversation when it began.

The statistics of silences read it. Fill: blank, and every application that has a spell is marked
as behind, so that its timeline is read anew at the next look and written by the worker.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = (
    ("delay_hours", sa.Double(), None),
    ("paced", sa.Integer(), "0"),
    ("pace", sa.Double(), None),
    ("latest_hours", sa.Double(), None),
    ("asked_hours", sa.Text(), ""),
)
# The tables as they are at this point in history; models may change, migrations may not.
application = sa.table(
    "application",
    sa.column("id", sa.Integer),
    sa.column("applied_at", sa.DateTime(timezone=True)),
    sa.column("next_event_at", sa.DateTime(timezone=True)),
)
spell = sa.table("spell", sa.column("application_id", sa.Integer))


def upgrade() -> None:
    with op.batch_alter_table("spell") as table:
        for name, kind, blank in COLUMNS:
            table.add_column(sa.Column(name, kind, nullable=blank is None, server_default=blank))
    with op.batch_alter_table("spell") as table:
        for name, kind, blank in COLUMNS:
            if blank is not None:
                table.alter_column(name, existing_type=kind, server_default=None)
    has_spell = sa.exists().where(spell.c.application_id == application.c.id)
    op.execute(application.update().where(has_spell).values(next_event_at=application.c.applied_at))


def downgrade() -> None:
    with op.batch_alter_table("spell") as table:
        for name, _kind, _blank in reversed(COLUMNS):
            table.drop_column(name)
