"""The index of words"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty index; whatever was indexed before is taken in again by the worker."""
    if op.get_bind().dialect.name == "postgresql":
        run("CREATE TABLE search_index (id BIGINT PRIMARY KEY, words tsvector NOT NULL)")
        run("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")
    else:
        # Words come in folded and split, so the tokenizer must leave them as they are. Without
        # places and lengths of words (detail, columnsize) the index is a third smaller.
        run(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "words, tokenize=\"ascii tokenchars '_'\", detail=none, columnsize=0)"
        )
        run("CREATE TABLE search_words (word TEXT PRIMARY KEY) WITHOUT ROWID")
    for table in ("messages", "notes", "contacts"):
        run(f"UPDATE {table} SET is_indexed = false")  # noqa: S608 - three names of ours
    for table in ("messages", "notes"):
        run(f"UPDATE {table} SET indexed_as = NULL")  # noqa: S608 - two names of ours


def downgrade() -> None:
    run("DROP TABLE search_index")
    if op.get_bind().dialect.name == "sqlite":
        run("DROP TABLE search_words")


def run(statement: str) -> None:
    op.execute(sa.text(statement))
