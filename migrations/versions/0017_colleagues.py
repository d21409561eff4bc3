"""Mails to colleagues are about no application.

Fill: reminders lose the application they hung on, and the mail of its candidate that they seemed
to answer. Downwards they hang on the first application, as every mail must; where there is none,
they are lost.
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


def downgrade() -> None:
    op.drop_index("uq_message_colleague", "message")
    with op.batch_alter_table("message") as table:
        table.drop_constraint(op.f("ck_message_about"), type_="check")
    first = sa.select(sa.func.min(application.c.id)).scalar_subquery()
    is_free = message.c.application_id.is_(None)
    op.execute(message.update().where(is_free).values(application_id=first))
    op.execute(message.delete().where(is_free))
    with op.batch_alter_table("message") as table:
        table.alter_column("application_id", existing_type=sa.Integer(), nullable=False)
