"""Snapshots of the network features stand beside the facts that they were computed from."""

from ledger.store.migrations.versions.v0001_ledger import create

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SNAPSHOTS = "account_id! definitions! happened_at:i! known_at:i! figures!"
KEY = ("account_id", "definitions", "happened_at", "known_at")


def upgrade() -> None:
    """Create the table; its key finds the latest snapshot of an account."""
    create("snapshots", KEY, SNAPSHOTS)
