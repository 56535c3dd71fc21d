"""A version for the second factor's secret, and a message's address on the platform"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All secrets so far are bound to 1; who has none gets 2, so that an old one does not fit."""
    op.add_column("members", sa.Column("totp_version", ID, nullable=False, server_default="1"))
    op.execute(
        sa.text(
            "UPDATE members SET totp_version = 2 WHERE totp_sealed IS NULL AND totp_pending IS NULL"
        )
    )
    op.add_column("messages", sa.Column("permalink", sa.String(500), nullable=True))


def downgrade() -> None:
    """A secret made since then stays shut: its owner comes in by a recovery code or a reset."""
    op.drop_column("messages", "permalink")
    op.drop_column("members", "totp_version")
