"""Assessments on record, seen again as they were when they were made.

Records keep no features. They are computed again from the facts that each assessment saw, and its
score must come out as it was served.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np
import numpy.typing as npt

from ledger.assessments import AssessmentRecord
from ledger.view import LedgerView, microseconds
from models.facts import Facts
from models.scorer import Scorer

Opened = Callable[[datetime, int | None], LedgerView]
"""Opens a ledger at an instant, as far as a `recorded_seq`."""

AT_ONCE = 500
"""Assessments whose facts are read together."""


@dataclass(frozen=True, eq=False)
class Again:
    """Assessments of one instant, made again; those whose facts are gone have no row.

    Attributes
    ----------
    asked : int
        How many records there are.
    account_id : object array, length n
    values : float64 array, shape (n, features)
        Missing is NaN.
    raw : float64 array, length n
        What `scorer` says of them.
    as_of : int64 array, length n
        Microseconds, UTC.
    known_mule, as_served : bool arrays, length n
        Whether a mule outcome was known then; whether the score came out as it was served.
    """

    asked: int
    account_id: npt.NDArray[np.object_]
    values: npt.NDArray[np.float64]
    raw: npt.NDArray[np.float64]
    as_of: npt.NDArray[np.int64]
    known_mule: npt.NDArray[np.bool_]
    as_served: npt.NDArray[np.bool_]

    @property
    def differing(self) -> int:
        """Count those that do not come out again as they were served."""
        return self.asked - int(self.as_served.sum())


def seen_again(
    records: Iterable[AssessmentRecord], opened: Opened, scorer: Scorer
) -> Iterator[Again]:
    """Make assessments again with the bundle they were made with, those of one instant together."""
    for chunk in _together(records):
        yield _again(chunk, opened(chunk[0].as_of, chunk[0].recorded_seq), scorer)


def _together(records: Iterable[AssessmentRecord]) -> Iterator[list[AssessmentRecord]]:
    """Put together what was assessed at one instant of one state of the ledger."""

    def key(record: AssessmentRecord) -> tuple[datetime, int]:
        return record.as_of, record.recorded_seq

    for _, group in groupby(sorted(records, key=key), key):
        of_one = list(group)
        for start in range(0, len(of_one), AT_ONCE):
            yield of_one[start : start + AT_ONCE]


def _again(records: Sequence[AssessmentRecord], view: LedgerView, scorer: Scorer) -> Again:
    # One account may have been asked about twice, with reasons and without.
    facts = Facts.read(view, list(dict.fromkeys(record.account_id for record in records)))
    table = facts.features()
    row_of = {account_id: row for row, account_id in enumerate(table.account_id)}
    found = [record for record in records if record.account_id in row_of]
    account_id = np.array([record.account_id for record in found], object)
    values = table.values[[row_of[record.account_id] for record in found]]
    raw = scorer.raw(values) if found else np.empty(0)
    return Again(
        asked=len(records),
        account_id=account_id,
        values=values,
        raw=raw,
        as_of=np.full(len(found), microseconds(view.as_of)),
        known_mule=np.array([each in facts.known_mules for each in account_id], np.bool_),
        as_served=raw == np.array([record.raw_score for record in found], np.float64),
    )
