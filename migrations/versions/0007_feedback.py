"""Invitations to exit feedback and the answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_invitation_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("application_id", name=op.f("uq_invitation_application_id")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.String(length=43), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "interested",
                "more_time",
                "decided_against",
                "not_reached",
                "not_said",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reasons", sa.String(length=60), nullable=False),
        sa.Column("other_reason", sa.String(length=200), nullable=False),
        sa.Column("knew_next", sa.Integer(), nullable=True),
        sa.Column("again", sa.Integer(), nullable=True),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("may_contact", sa.Boolean(), nullable=False),
        sa.CheckConstraint("again BETWEEN 1 AND 5", name=op.f("ck_answer_again_scale")),
        sa.CheckConstraint("knew_next BETWEEN 1 AND 5", name=op.f("ck_answer_knew_next_scale")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_answer_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_answer_invitation_id")),
    )


def downgrade() -> None:
    op.drop_table("answer")
    op.drop_table("invitation")
