"""What readings bring is kept raw too: each body once, known by its digest"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("raw_events") as batch:
        batch.add_column(sa.Column("digest", sa.LargeBinary(32), nullable=True))
        batch.create_index("ix_raw_events_digest", ["digest"])


def downgrade() -> None:
    with op.batch_alter_table("raw_events") as batch:
        batch.drop_index("ix_raw_events_digest")
        batch.drop_column("digest")
