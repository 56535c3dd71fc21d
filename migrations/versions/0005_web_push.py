"""Browsers that are told by push, and the desk's key at the push services"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What was told already is not pushed afterwards."""
    none, zero = sa.text("'none'"), sa.text("0")
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("push", sa.String(24), nullable=False, server_default=none))
        table.add_column(sa.Column("push_at", TIME, nullable=True))
        table.add_column(sa.Column("push_tries", ID, nullable=False, server_default=zero))
    with op.batch_alter_table("notices") as table:
        table.alter_column("push", existing_type=sa.String(24), server_default=None)
        table.alter_column("push_tries", existing_type=ID, server_default=None)
    op.create_index("ix_notices_push", "notices", ["push", "push_at"])
    no = sa.false()
    with op.batch_alter_table("notice_settings") as table:
        table.add_column(
            sa.Column("has_push_words", sa.Boolean(), nullable=False, server_default=no)
        )
    with op.batch_alter_table("notice_settings") as table:
        table.alter_column("has_push_words", existing_type=sa.Boolean(), server_default=None)
    _devices()
    op.create_table(
        "push_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("public", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_keys"),
    )


def downgrade() -> None:
    op.drop_table("push_keys")
    op.drop_table("push_devices")
    with op.batch_alter_table("notice_settings") as table:
        table.drop_column("has_push_words")
    op.drop_index("ix_notices_push", "notices")
    with op.batch_alter_table("notices") as table:
        for name in ("push_tries", "push_at", "push"):
            table.drop_column(name)


def _devices() -> None:
    op.create_table(
        "push_devices",
        sa.Column("id", ID, nullable=False),
        sa.Column("endpoint_hash", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.Column("problem", sa.String(24), nullable=True),
        sa.Column("problem_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_push_devices_member_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sign_in_sessions.id"],
            name="fk_push_devices_session_id_sign_in_sessions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_push_devices"),
        sa.UniqueConstraint("endpoint_hash", name="uq_push_devices_endpoint_hash"),
    )
    op.create_index("ix_push_devices_member_id", "push_devices", ["member_id"])
    op.create_index("ix_push_devices_session_id", "push_devices", ["session_id"])
