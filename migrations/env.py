"""Runs migrations on the connection it is given (see app/migrating.py)."""

from alembic import context

from app.foundation.fulltext import is_own
from app.models import TABLES

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=TABLES,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=False,
    include_name=lambda name, kind, _parents: kind != "table" or not is_own(str(name)),
)
with context.begin_transaction():
    context.run_migrations()
