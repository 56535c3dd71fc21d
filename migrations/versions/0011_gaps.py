"""The gap ledger, and what readings know of webhooks"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("channels", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("channels", sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "gaps",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("recovered", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_gaps_channel_id_channels"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
    )
    op.create_index("ix_gaps_channel_id_began_at", "gaps", ["channel_id", "began_at"])


def downgrade() -> None:
    op.drop_table("gaps")
    op.drop_column("channels", "whole_at")
    op.drop_column("channels", "missed_at")
