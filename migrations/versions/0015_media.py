"""Where attachments can be fetched, and those that are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = sa.text("is_media_due")


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
        sa.UniqueConstraint("digest", name="uq_blobs_digest"),
    )
    op.create_index("ix_blobs_kept_at", "blobs", ["kept_at"])
    op.create_table(
        "kept_media",
        sa.Column("message_id", ID, nullable=False),
        sa.Column("place", ID, nullable=False),
        sa.Column("blob_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_kept_media_message_id_messages"
        ),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name="fk_kept_media_blob_id_blobs"),
        sa.PrimaryKeyConstraint("message_id", "place", name="pk_kept_media"),
    )
    op.create_index("ix_kept_media_blob_id", "kept_media", ["blob_id"])
    op.add_column("messages", sa.Column("sources", sa.Text(), nullable=True))
    op.add_column(
        "messages",
        sa.Column("is_media_due", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_messages_media_due", "messages", ["id"], sqlite_where=DUE, postgresql_where=DUE
    )
    op.add_column(
        "desk",
        sa.Column("media_megabytes", ID, nullable=False, server_default=sa.text("1000")),
    )


def downgrade() -> None:
    op.drop_column("desk", "media_megabytes")
    op.drop_index("ix_messages_media_due", "messages")
    op.drop_column("messages", "is_media_due")
    op.drop_column("messages", "sources")
    op.drop_table("kept_media")
    op.drop_table("blobs")
