"""When the worker looks again, what it failed at, and how follow-ups leave a stage.

Fill: every stage drafts its follow-ups for a person. The watches are a cache: the worker's first
sweep writes them. The default of the new column stays, so that code from before this step can go
on writing stages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

LADDER = sa.Enum(
    "off",
    "batch",
    "first_automatic",
    name="ladder",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_watch_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_watch")),
    )
    with op.batch_alter_table("watch") as table:
        table.create_index(op.f("ix_watch_check_at"), ["check_at"], unique=False)
    op.create_table(
        "setback",
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_setback")),
    )
    with op.batch_alter_table("setback") as table:
        table.create_index(op.f("ix_setback_parked_at"), ["parked_at"], unique=False)
    with op.batch_alter_table("stage") as table:
        table.add_column(sa.Column("ladder", LADDER, nullable=False, server_default="batch"))


def downgrade() -> None:
    with op.batch_alter_table("stage") as table:
        table.drop_constraint("ladder", type_="check")
        table.drop_column("ladder")
    op.drop_table("setback")
    op.drop_table("watch")
