"""A conversation without a name: the hash of a key beside an anonymous answer, and what was said.

The table of anonymous answers is not rebuilt: on SQLite its rows must keep their order, which is
that of random numbers. Downwards, what was said is lost, since the tables before have no place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

KINDS = ("said", "heard", "changed", "cannot_change", "ended")


def upgrade() -> None:
    op.add_column("anonymous_answer", sa.Column("key_hash", sa.String(length=64), nullable=True))
    op.create_index(
        op.f("ix_anonymous_answer_key_hash"), "anonymous_answer", ["key_hash"], unique=True
    )
    op.create_table(
        "remark",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="remarkkind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("by", sa.String(length=254), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["anonymous_answer.id"], name=op.f("fk_remark_answer_id")
        ),
        sa.PrimaryKeyConstraint("answer_id", "number", name=op.f("pk_remark")),
        sqlite_with_rowid=False,  # else SQLite would count the remarks of all in their order
    )


def downgrade() -> None:
    op.drop_table("remark")
    op.drop_index(op.f("ix_anonymous_answer_key_hash"), "anonymous_answer")
    op.drop_column("anonymous_answer", "key_hash")
