"""Tokens that are renewed by one process at a time, and what calls cost"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "token_renewals",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("until", AT, nullable=False),
        _of_channel("token_renewals"),
        sa.PrimaryKeyConstraint("channel_id", name="pk_token_renewals"),
    )
    op.create_table(
        "spending",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("ceiling_cents", ID, nullable=False),
        sa.Column("stopped_month", sa.String(length=7), nullable=False),
        sa.Column("told_month", sa.String(length=7), nullable=False),
        _of_channel("spending"),
        sa.PrimaryKeyConstraint("channel_id", name="pk_spending"),
    )
    op.create_table(
        "charges",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("price", sa.String(length=20), nullable=False),
        sa.Column("resource", sa.String(length=220), nullable=False),
        sa.Column("micros", ID, nullable=False),
        _of_channel("charges"),
        sa.PrimaryKeyConstraint("channel_id", "day", "price", "resource", name="pk_charges"),
    )


def _of_channel(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_channel_id_channels"
    return sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=name)


def downgrade() -> None:
    op.drop_table("charges")
    op.drop_table("spending")
    op.drop_table("token_renewals")
