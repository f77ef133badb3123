"""Runs the migrations on the connection that `ledger.store.migrate` opened and locked."""

from alembic import context

from ledger.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # SQLite too: a migration stands whole or not at all
)
with context.begin_transaction():
    context.run_migrations()
