"""What sort of thing a message is and what can be done with it; which message an answer answers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("kind", sa.String(24), nullable=True))
    op.add_column("messages", sa.Column("abilities", sa.String(100), nullable=True))
    op.add_column(
        "outbox", sa.Column("reply_to", sa.String(220), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("outbox", "reply_to")
    op.drop_column("messages", "abilities")
    op.drop_column("messages", "kind")
