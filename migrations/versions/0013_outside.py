"""How a stage is called in front of candidates, and whether they see it at all.

Fill: every stage is shown by its own name, as an empty text means. The defaults stay, so that
code from before this step can go on writing stages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("stage") as table:
        table.add_column(
            sa.Column("is_shown", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        for language in ("en", "de"):
            table.add_column(
                sa.Column(
                    f"shown_{language}", sa.String(length=200), nullable=False, server_default=""
                )
            )


def downgrade() -> None:
    with op.batch_alter_table("stage") as table:
        for name in ("shown_de", "shown_en", "is_shown"):
            table.drop_column(name)
