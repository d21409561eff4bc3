"""The day on which a remark raised the alarm of an answer without a name.

The desk reads it, so that an alarm of today moves no count before tomorrow. Fill: none, which says
that it was raised before, or by the first words. Downwards it is lost.

The table is not rebuilt: on SQLite its rows must keep their order, which is that of random numbers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("anonymous_answer", sa.Column("alarm_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("anonymous_answer", "alarm_on")
