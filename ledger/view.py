"""The one rule of what is known at an instant, in every form that is needed.

Nothing outside this file decides whether a fact may be seen.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ledger.lake import Lake

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

VISIBLE_SQL = "happened_at < :as_of AND known_at < :as_of"
"""The rule for the SQL store."""


def is_visible(happened_at: int, known_at: int, as_of: int) -> bool:
    """Tell whether a fact may be seen at `as_of` (all in microseconds since 1970, UTC).

    The feature kernel compiles this very function.
    """
    return happened_at < as_of and known_at < as_of


def microseconds(instant: datetime) -> int:
    """Convert an instant to microseconds since 1970, UTC.

    Raises
    ------
    ValueError
        If `instant` has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no zone; write it as 2024-06-01T00:00:00Z")
    return (instant - _EPOCH) // MICROSECOND


def instant(microseconds_since_1970: int) -> datetime:
    """Convert microseconds since 1970 to an instant in UTC."""
    return _EPOCH + timedelta(microseconds=int(microseconds_since_1970))


@dataclass(frozen=True)
class LedgerView:
    """A ledger as it was known at `as_of`."""

    lake: Lake
    as_of: datetime

    def read(self, table: str, columns: list[str] | None = None) -> pa.Table:
        """Read the visible rows of a table of facts."""
        if columns is not None:
            columns = list(dict.fromkeys([*columns, "happened_at", "known_at"]))
        rows = self.lake.read(table, columns)
        cutoff = pa.scalar(self.as_of, pa.timestamp("us", tz="UTC"))
        visible = pc.and_(pc.less(rows["happened_at"], cutoff), pc.less(rows["known_at"], cutoff))
        return rows.filter(visible)
