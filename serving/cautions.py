"""What to know of the instant asked about, before a score or a rank of it is read."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from serving.wording import counted, moment

_NEWS = timedelta(days=1)
"""A ledger without facts for so long before the instant asked about has an end there."""


def cautions(
    as_of: datetime, last_learnt: datetime | None, learnt_until: datetime
) -> Iterator[str]:
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
        days = counted((as_of - last_learnt).days, "day")
        yield (
            f"The ledger ends at {moment(last_learnt)}, {days} before the instant asked about."
            " What happened since is not known, so the accounts look quieter than they may be."
        )
    if as_of < learnt_until:
        yield (
            f"The model was told outcomes until {moment(learnt_until)}, after the instant asked"
            " about. It judges with hindsight here; this does not show how good it is."
        )
