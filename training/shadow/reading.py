"""Reading the records of a growing store, each once.

Records are read in the order of `made_at`, when their question came, but they are written when it
is answered: one that took long stands before others that were read already. So the last minutes are
looked through again, and what was taken from them is remembered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.assessments import AssessmentRecord, Made
from ledger.store.assessments import StoredAssessments
from training.assessed import AT_ONCE

LATE = timedelta(minutes=5)
"""An answer may take so long; a record that comes in later still is counted and not read."""


@dataclass(frozen=True)
class Stand:
    """How far records were read.

    Attributes
    ----------
    since : datetime
        Earlier ones are none of ours.
    last : datetime
        When the latest one that was read was made.
    taken : frozenset of Made
        Those that were read and were made at most `LATE` before it.
    """

    since: datetime
    last: datetime
    taken: frozenset[Made] = field(default_factory=frozenset)

    @classmethod
    def at(cls, since: datetime) -> "Stand":
        """Stand where nothing was read yet."""
        return cls(since, since)

    def and_also(self, new: list[Made]) -> "Stand":
        """Stand where these were read too."""
        last = max(self.last, *(place.at for place in new))
        taken = frozenset(place for place in (*self.taken, *new) if place.at >= last - LATE)
        return Stand(self.since, last, taken)


def unread(
    kept: StoredAssessments, bundle: str, stand: Stand, until: datetime
) -> Iterator[tuple[list[AssessmentRecord], Stand]]:
    """Read the records made with a bundle before `until` that were not read yet.

    Yields
    ------
    list of AssessmentRecord
        At most `AT_ONCE`.
    Stand
        Where one stands once these are dealt with; who fails before goes on from the one before.
    """
    place = Made(max(stand.since, stand.last - LATE))
    while page := kept.after(bundle, place, until, AT_ONCE):
        place = page[-1]
        if new := [each for each in page if each not in stand.taken]:
            stand = stand.and_also(new)
            yield kept.records([each.assessment_id for each in new]), stand
