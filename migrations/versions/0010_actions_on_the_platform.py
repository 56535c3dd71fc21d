"""What is hidden, deleted, liked and blocked on a platform; who was answered elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('queued','sending','unknown')")
POINTS_TO = ("channel", "conversation", "message", "contact", "member")


def upgrade() -> None:
    op.add_column(
        "messages", sa.Column("is_liked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("messages", sa.Column("settled_as", sa.String(24), nullable=True))
    op.add_column("messages", sa.Column("settled_by_id", ID, nullable=True))
    op.add_column("messages", sa.Column("settled_at", TIME, nullable=True))
    op.add_column("contacts", sa.Column("blocked_at", TIME, nullable=True))
    op.add_column("drafts", sa.Column("private_to_id", ID, nullable=True))
    op.create_index("ix_conversations_post", "conversations", ["post_id"])
    _actions()


def downgrade() -> None:
    op.drop_table("platform_actions")
    op.drop_index("ix_conversations_post", "conversations")
    op.drop_column("drafts", "private_to_id")
    op.drop_column("contacts", "blocked_at")
    for name in ("settled_at", "settled_by_id", "settled_as", "is_liked"):
        op.drop_column("messages", name)


def _actions() -> None:
    op.create_table(
        "platform_actions",
        sa.Column("id", ID, nullable=False),
        *(sa.Column(f"{name}_id", ID, nullable=name == "contact") for name in POINTS_TO),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("target", sa.String(220), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("failures", ID, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_platform_actions"),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}s.id"],
                name=f"fk_platform_actions_{name}_id_{name}s",
            )
            for name in POINTS_TO
        ),
    )
    op.create_index("ix_platform_actions_work", "platform_actions", ["state", "next_at"])
    op.create_index(
        "ix_platform_actions_conversation", "platform_actions", ["conversation_id", "id"]
    )
    op.create_index(
        "uq_platform_actions_live",
        "platform_actions",
        ["message_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
