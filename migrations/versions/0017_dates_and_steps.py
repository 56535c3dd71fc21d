"""When things end, who let the desk in, what was deleted, and how far setting up is"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deadlines",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("set_by_id", ID, nullable=True),
        sa.Column("told_days", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["members.id"], name="fk_deadlines_set_by_id_members"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_deadlines"),
    )
    op.create_table(
        "deletions",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_deletions"),
    )
    op.create_table(
        "setup_steps",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "waiting", "done", name="stepstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("since", AT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name="fk_setup_steps_by_id_members"),
        sa.PrimaryKeyConstraint("key", name="pk_setup_steps"),
    )
    op.create_table(
        "channel_grantors",
        sa.Column("channel_id", ID, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(length=60), nullable=False),
        sa.Column("probed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_channel_grantors_channel_id_channels"
        ),
        sa.PrimaryKeyConstraint("channel_id", name="pk_channel_grantors"),
    )
    op.create_index("ix_channel_grantors_user_id", "channel_grantors", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_channel_grantors_user_id", "channel_grantors")
    op.drop_table("channel_grantors")
    op.drop_table("setup_steps")
    op.drop_table("deletions")
    op.drop_table("deadlines")
