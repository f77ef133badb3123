"""Which complaints stand: a complaint is told in events, and the latest one decides."""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

import pyarrow as pa


@dataclass(frozen=True)
class Complaint:
    """A complaint that stands.

    Attributes
    ----------
    transaction_id : str
        The transaction complained of.
    made_at : datetime
        When its first event happened.
    source : str
        Who took it.
    """

    transaction_id: str
    made_at: datetime
    source: str


def standing(complaints: pa.Table) -> tuple[Complaint, ...]:
    """List the complaints that stand: those whose latest event does not withdraw them.

    Parameters
    ----------
    complaints : pyarrow.Table
        Visible status events of complaints.
    """
    latest: dict[str, Complaint] = {}
    withdrawn: dict[str, bool] = {}
    for row in sorted(complaints.to_pylist(), key=itemgetter("known_at", "happened_at")):
        name, made_at = row["complaint_id"], row["happened_at"]
        if name in latest:
            made_at = min(made_at, latest[name].made_at)
        latest[name] = Complaint(row["transaction_id"], made_at, row["source"])
        withdrawn[name] = row["status"] == "withdrawn"
    return tuple(complaint for name, complaint in latest.items() if not withdrawn[name])


def complained_of(complaints: pa.Table) -> frozenset[str]:
    """Name the transactions under a complaint that stands."""
    return frozenset(each.transaction_id for each in standing(complaints))
