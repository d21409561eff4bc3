"""Mails to colleagues are about no application; files that have no name are counted.

Fill: reminders lose the application they hung on, and the mail of its candidate that they seemed
to answer. Downwards they hang on the first application, as every mail must; where there is none,
they are lost.

What mails hold is listed anew, unless it was deleted: their words may hold files that nobody looked
for, and how many have no name was not kept. The worker does that at its next beat.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

message = sa.table(
    "message",
    sa.column("application_id", sa.Integer),
    sa.column("in_reply_to", sa.String),
    sa.column("purpose", sa.String),
)
inventory = sa.table(
    "inventory",
    sa.column("received_id", sa.Integer),
    sa.column("deleted_at", sa.DateTime(timezone=True)),
)
document = sa.table("document", sa.column("inventory_id", sa.Integer))
application = sa.table("application", sa.column("id", sa.Integer))
IS_FREE = sa.text("application_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.alter_column("application_id", existing_type=sa.Integer(), nullable=True)
    reminders = message.update().where(message.c.purpose == "reminder")
    op.execute(reminders.values(application_id=None, in_reply_to=None))
    with op.batch_alter_table("message") as table:
        table.create_check_constraint(
            op.f("ck_message_about"), "(purpose = 'reminder') = (application_id IS NULL)"
        )
    op.create_index(
        "uq_message_colleague",
        "message",
        ["purpose", "occurrence"],
        unique=True,
        sqlite_where=IS_FREE,
        postgresql_where=IS_FREE,
    )
    is_here = inventory.c.deleted_at.is_(None)
    here = sa.select(inventory.c.received_id).where(is_here)
    op.execute(document.delete().where(document.c.inventory_id.in_(here)))
    op.execute(inventory.delete().where(is_here))
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("document") as table:
        table.alter_column("number", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.drop_column("number")
    op.drop_index("uq_message_colleague", "message")
    with op.batch_alter_table("message") as table:
        table.drop_constraint(op.f("ck_message_about"), type_="check")
    first = sa.select(sa.func.min(application.c.id)).scalar_subquery()
    is_free = message.c.application_id.is_(None)
    op.execute(message.update().where(is_free).values(application_id=first))
    op.execute(message.delete().where(is_free))
    with op.batch_alter_table("message") as table:
        table.alter_column("application_id", existing_type=sa.Integer(), nullable=False)
