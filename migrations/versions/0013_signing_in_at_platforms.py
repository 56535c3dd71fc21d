"""Who is at a platform to let the desk in"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLATFORM = sa.Enum(
    "facebook", "instagram", "x", "desk", name="platform", native_enum=False, length=24
)
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_logins",
        sa.Column("id", ID, nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("platform", PLATFORM, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=True),
        sa.Column("is_reading_only", sa.Boolean(), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("came_back_at", AT, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_channel_logins_channel_id_channels"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_logins"),
        sa.UniqueConstraint("state_hash", name="uq_channel_logins_state_hash"),
    )


def downgrade() -> None:
    op.drop_table("channel_logins")
