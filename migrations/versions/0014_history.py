"""How far back a new channel has been read, and whether that goes on"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Channels that are here already have been read back as far as it goes."""
    op.add_column("channels", sa.Column("history_to", TIME, nullable=True))
    op.add_column(
        "channels", sa.Column("history_items", ID, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("channels", sa.Column("history_done_at", TIME, nullable=True))
    op.add_column(
        "channels",
        sa.Column("is_history_stopped", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(sa.text("UPDATE channels SET history_done_at = checked_at WHERE cursor <> ''"))


def downgrade() -> None:
    for name in ("is_history_stopped", "history_done_at", "history_items", "history_to"):
        op.drop_column("channels", name)
