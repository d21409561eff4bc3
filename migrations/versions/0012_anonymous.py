"""Answers without a name, what colleagues assume, and words for one reader alone.

An invitation only knows that it was used up: the moment stands with the answer that bears a name.
Downwards, an invitation that was used without one gets the moment at which it was made, which tells
nothing; anonymous answers and assumptions are lost, since the tables before have no place for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

CHOICES = ("interested", "more_time", "decided_against", "not_reached", "not_said")
REASONS = (
    "fit",
    "impression",
    "pace",
    "people",
    "terms",
    "other_offer",
    "life",
    "hard_to_say_no",
    "no_answer_needed",
    "effort",
    "other",
)

invitation = sa.table(
    "invitation",
    sa.column("id", sa.String),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("used_at", sa.DateTime(timezone=True)),
    sa.column("is_used", sa.Boolean),
)
answer = sa.table(
    "answer",
    sa.column("invitation_id", sa.String),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)


def words(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "held_answers",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_answers")),
    )
    op.create_table(
        "anonymous_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("choice", words("choice", *CHOICES), nullable=True),
        sa.Column("reasons", sa.String(length=60), nullable=False),
        sa.Column("other_reason", sa.String(length=200), nullable=False),
        sa.Column("knew_next", sa.Integer(), nullable=True),
        sa.Column("again", sa.Integer(), nullable=True),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("raises_alarm", sa.Boolean(), nullable=False),
        sa.CheckConstraint("again BETWEEN 1 AND 5", name=op.f("ck_anonymous_answer_again_scale")),
        sa.CheckConstraint(
            "knew_next BETWEEN 1 AND 5", name=op.f("ck_anonymous_answer_knew_next_scale")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_answer")),
        sqlite_with_rowid=False,  # else SQLite would count the rows in the order they came
    )
    op.create_table(
        "assumed_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reason", words("reason", *REASONS), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_assumed_reason_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assumed_reason")),
    )
    with op.batch_alter_table("assumed_reason") as table:
        table.create_index(
            op.f("ix_assumed_reason_application_id"), ["application_id"], unique=False
        )
    with op.batch_alter_table("answer") as table:
        table.add_column(
            sa.Column("raises_alarm", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("answer") as table:
        table.alter_column("raises_alarm", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("is_used", sa.Boolean(), nullable=True))
    op.execute(invitation.update().values(is_used=invitation.c.used_at.is_not(None)))
    with op.batch_alter_table("invitation") as table:
        table.alter_column("is_used", existing_type=sa.Boolean(), nullable=False)
        table.drop_column("used_at")


def downgrade() -> None:
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    when = (
        sa.select(answer.c.submitted_at)
        .where(answer.c.invitation_id == invitation.c.id)
        .scalar_subquery()
    )
    op.execute(
        invitation.update()
        .where(invitation.c.is_used)
        .values(used_at=sa.func.coalesce(when, invitation.c.created_at))
    )
    with op.batch_alter_table("invitation") as table:
        table.drop_column("is_used")
    with op.batch_alter_table("answer") as table:
        table.drop_column("raises_alarm")
    op.drop_table("assumed_reason")
    op.drop_table("anonymous_answer")
    op.drop_table("held_answers")
