"""Let an application remember when its first event that lies ahead begins to exist.

Until now such events counted at once. Fill: where any event was recorded before its moment, the
facts on the row are read anew at the next look; whatever the clock says, that does no harm.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# The tables as they are at this point in history; models may change, migrations may not.
application = sa.table(
    "application",
    sa.column("id", sa.Integer),
    sa.column("applied_at", sa.DateTime(timezone=True)),
    sa.column("next_event_at", sa.DateTime(timezone=True)),
)
event = sa.table(
    "event",
    sa.column("application_id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("next_event_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_application_behind", ["next_event_at"])
    early = sa.exists().where(
        event.c.application_id == application.c.id, event.c.at > event.c.recorded_at
    )
    op.execute(application.update().where(early).values(next_event_at=application.c.applied_at))


def downgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.drop_index("ix_application_behind")
        table.drop_column("next_event_at")
