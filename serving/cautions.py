"""What to know of the instant asked about, before a score or a rank of it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from models.language import ENGLISH, Language

_NEWS = timedelta(days=1)
"""A ledger without facts for so long before the instant asked about has an end there."""


@dataclass(frozen=True)
class Caution:
    """One way in which an instant does not fit the ledger or the model.

    Attributes
    ----------
    kind : {"ended", "hindsight"}
        The ledger ended before it; the model was told outcomes of a later time.
    at : datetime
        Where the ledger ends, or until when the model was told outcomes.
    days : int
        From there to the instant asked about; 0 for hindsight.
    """

    kind: Literal["ended", "hindsight"]
    at: datetime
    days: int = 0

    def words(self, language: Language = ENGLISH) -> str:
        """Tell it in sentences."""
        at = language.moment(self.at)
        if self.kind == "hindsight":
            return language.text(
                "The model was told outcomes until {at}, after the instant asked about. It judges"
                " with hindsight here; this does not show how good it is.",
                at=at,
            )
        return language.plural(
            "The ledger ends at {at}, {n} day before the instant asked about. What happened since"
            " is not known, so the accounts look quieter than they may be.",
            "The ledger ends at {at}, {n} days before the instant asked about. What happened since"
            " is not known, so the accounts look quieter than they may be.",
            self.days,
            at=at,
        )


def cautions(
    as_of: datetime, last_learnt: datetime | None, learnt_until: datetime
) -> Iterator[Caution]:
    """Say where an instant does not fit the ledger or the model.

    Parameters
    ----------
    as_of : datetime
    last_learnt : datetime or None
        When the ledger learnt its last fact; None if it has none.
    learnt_until : datetime
        Up to when the model was told outcomes.
    """
    if last_learnt and as_of - last_learnt > _NEWS:
        yield Caution("ended", last_learnt, (as_of - last_learnt).days)
    if as_of < learnt_until:
        yield Caution("hindsight", learnt_until)
