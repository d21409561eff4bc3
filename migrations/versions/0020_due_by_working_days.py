"""What we owe is due by the end of a working day: rows say so once their timelines are read anew.

Every row of a running application is behind from here on, so pages read its timeline and the
worker writes it; by what is known of the rule nothing is counted here. Wrong tries are found by
when they were, to be forgotten. Downwards the rows stay as they are: they are read the same way.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

application = sa.table(
    "application",
    sa.column("outcome", sa.String),
    sa.column("applied_at", sa.DateTime),
    sa.column("next_event_at", sa.DateTime),
)


def upgrade() -> None:
    op.create_index("ix_login_failure_at", "login_failure", ["at"])
    op.execute(
        application.update()
        .where(application.c.outcome.is_(None))
        .values(next_event_at=application.c.applied_at)
    )


def downgrade() -> None:
    op.drop_index("ix_login_failure_at", "login_failure")
