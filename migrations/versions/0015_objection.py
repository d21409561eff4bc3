"""Whether candidates may be asked for feedback, where a stage asks, and answers given in steps.

Fill: nobody has objected, every stage invites, as until now. Of an answer with a name the first
item has acted where it asked for something. The defaults stay, so that code from before this step
can go on writing stages and answers. Downwards, objections are lost: the tables before have no
place for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

answer = sa.table("answer", sa.column("choice", sa.String), sa.column("has_acted", sa.Boolean))


def upgrade() -> None:
    op.add_column("candidate", sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("stage") as table:
        table.add_column(
            sa.Column("invites", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("answer") as table:
        table.add_column(
            sa.Column("has_acted", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    asked = answer.c.choice.is_not(None) & (answer.c.choice != "not_said")
    op.execute(answer.update().where(asked).values(has_acted=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("answer") as table:
        table.drop_column("has_acted")
    with op.batch_alter_table("stage") as table:
        table.drop_column("invites")
    with op.batch_alter_table("candidate") as table:
        table.drop_column("objected_at")
