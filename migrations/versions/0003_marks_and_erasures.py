"""What came early or was deleted, and the log that only grows"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """An early mark's time is what we have for when it happened."""
    op.add_column("messages", sa.Column("visibility_at", TIME, nullable=True))
    with op.batch_alter_table("early_marks") as table:
        table.add_column(sa.Column("happened_at", TIME, nullable=True))
        table.create_index("ix_early_marks_at", ["at"])
    op.execute(sa.text("UPDATE early_marks SET happened_at = at"))
    with op.batch_alter_table("early_marks") as table:
        table.alter_column("happened_at", existing_type=TIME, nullable=False)
    op.create_table(
        "erasures",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("external_id", sa.String(220), nullable=False),
        sa.Column("next_event_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_erasures_channel_id_channels"
        ),
        sa.PrimaryKeyConstraint("channel_id", "external_id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_next_event_id", "erasures", ["next_event_id"])
    if is_postgres():
        op.execute(
            sa.text(
                "CREATE TRIGGER audit_log_truncate BEFORE TRUNCATE ON audit_log "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
            )
        )


def downgrade() -> None:
    if is_postgres():
        op.execute(sa.text("DROP TRIGGER audit_log_truncate ON audit_log"))
    op.drop_table("erasures")
    with op.batch_alter_table("early_marks") as table:
        table.drop_index("ix_early_marks_at")
        table.drop_column("happened_at")
    op.drop_column("messages", "visibility_at")


def is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
