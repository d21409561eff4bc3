"""A mail is known again by what it held, once its files were deleted.

Fill: of mails whose files are gone nobody knows it any more; they are known by the words that are
left. Downwards it is lost.

Copies that stayed behind when a person placed the mail that they are of (until 0017) are placed
beside it, so that their files go when those of the mail go; unless another mail of that id leaves
open whose they are. Downwards they stay there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

received = sa.table(
    "received",
    sa.column("id", sa.Integer),
    sa.column("message_id", sa.String),
    sa.column("sender", sa.String),
    sa.column("state", sa.String),
    sa.column("why", sa.String),
    sa.column("application_id", sa.Integer),
    sa.column("event_id", sa.Integer),
    sa.column("sender_differs", sa.Boolean),
)


def upgrade() -> None:
    op.add_column("received", sa.Column("contents", sa.String(length=64), nullable=True))
    _place_copies()


def _place_copies() -> None:
    mail, other = received.alias("mail"), received.alias("other")
    its = (mail.c.message_id == received.c.message_id, mail.c.sender == received.c.sender)
    is_filed = (*its, mail.c.state == "filed", mail.c.why != "twice")
    is_another = sa.exists().where(
        other.c.message_id == received.c.message_id,
        other.c.sender == received.c.sender,
        other.c.why != "twice",
        other.c.state != "filed",
    )

    def of_mail(name: str) -> sa.ScalarSelect:
        found = sa.select(sa.func.min(mail.c[name])).where(*is_filed)
        return found.correlate(received).scalar_subquery()

    number = sa.select(sa.func.count()).select_from(mail).where(*is_filed)
    differs = sa.exists().where(*is_filed, mail.c.sender_differs.is_(sa.true()))
    op.execute(
        received.update()
        .where(
            received.c.state == "not_ours",
            received.c.why == "twice",
            number.correlate(received).scalar_subquery() == 1,
            ~is_another,
        )
        .values(
            state="filed",
            application_id=of_mail("application_id"),
            event_id=of_mail("event_id"),
            sender_differs=differs,
        )
    )


def downgrade() -> None:
    op.drop_column("received", "contents")
