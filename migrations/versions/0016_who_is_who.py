"""Contacts that are one person, and customers who call themselves like us"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "same_people",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("clues", sa.String(length=100), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        _to("same_people", "contact_id", "contacts"),
        _to("same_people", "other_id", "contacts"),
        _to("same_people", "decided_by_id", "members"),
        sa.PrimaryKeyConstraint("contact_id", "other_id", name="pk_same_people"),
    )
    op.create_index("ix_same_people_other_id", "same_people", ["other_id"])
    op.create_table(
        "contact_clues",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("clue", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        _to("contact_clues", "contact_id", "contacts"),
        sa.PrimaryKeyConstraint("contact_id", "clue", "value", name="pk_contact_clues"),
    )
    op.create_index("ix_contact_clues_clue_value", "contact_clues", ["clue", "value"])
    op.create_table(
        "feed_readers",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feed_readers"),
    )
    op.create_table(
        "lookalikes",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("likeness", sa.String(length=24), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("dismissed_at", AT, nullable=True),
        sa.Column("dismissed_by_id", ID, nullable=True),
        _to("lookalikes", "contact_id", "contacts"),
        _to("lookalikes", "dismissed_by_id", "members"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_lookalikes"),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def downgrade() -> None:
    for table in ("lookalikes", "feed_readers", "contact_clues", "same_people"):
        op.drop_table(table)
