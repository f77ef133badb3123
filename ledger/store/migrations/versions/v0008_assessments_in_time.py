"""The assessments of a bundle are found in the order they were made, however many there are."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the index that names every bundle hold its times too."""
    op.drop_index("assessments_bundle", "assessments")
    op.create_index("assessments_bundle_made_at", "assessments", ["bundle", "made_at"])
