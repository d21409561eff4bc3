"""What the status page needs: numbers of colleagues, documents by name, erasures and consents.

Fill: nobody has a number, as none was asked for. Documents are listed by the worker from the mails
that stand there. Downwards, what was asked, allowed and decided is lost: the tables before have no
place for it; the notes of it on the timeline stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("user", sa.Column("phone", sa.String(length=41), nullable=True))
    op.create_table(
        "inventory",
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["received_id"], ["received.id"], name=op.f("fk_inventory_received_id")
        ),
        sa.PrimaryKeyConstraint("received_id", name=op.f("pk_inventory")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inventory_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inventory_id"], ["inventory.received_id"], name=op.f("fk_document_inventory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_inventory_id"), "document", ["inventory_id"])
    _create_erasure()
    _create_consent()


def _create_erasure() -> None:
    decisions = sa.Enum(
        "done",
        "refused",
        name="decision",
        native_enum=False,
        create_constraint=True,
        length=24,
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=254), nullable=True),
        sa.Column("decision", decisions, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_erasure_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_application_id"), "erasure", ["application_id"])
    op.create_index("ix_erasure_open", "erasure", ["decided_at", "taken_back_at", "due_on"])


def _create_consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_consent_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_application_id"), "consent", ["application_id"])
    op.create_index("ix_consent_open", "consent", ["withdrawn_at", "settled_at", "ask_on"])


def downgrade() -> None:
    for table in ("consent", "erasure", "document", "inventory"):
        op.drop_table(table)
    op.drop_column("user", "phone")
