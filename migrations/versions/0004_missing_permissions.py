"""Which permissions a channel's token lacks"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Not known until the next test or connecting."""
    op.add_column("channels", sa.Column("missing_permissions", sa.String(300), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "missing_permissions")
