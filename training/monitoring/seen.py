"""The accounts that are compared: all of a ledger at an instant, or those that were assessed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from features.everyone import everyone
from ledger.assessments import AssessmentRecord
from ledger.errors import MuleriskError
from ledger.outcomes import known_mules
from ledger.view import LedgerView
from models.scorer import Scorer
from training.assessed import Again, Opened, seen_again
from training.parameters import Monitor


class NothingSeen(MuleriskError):
    """There is no account to compare."""


@dataclass(frozen=True, eq=False)
class Seen:
    """Accounts as the champion sees them, each once.

    Attributes
    ----------
    values : float64 array, shape (n, features)
        Missing is NaN.
    raw : float64 array, length n
        Their raw scores.
    as_of : int64 array, length n
        Microseconds, UTC.
    left_out : mapping of str to int
        How many are not compared, by the reason why.
    differing : int
        Of those assessed, how many do not come out again with the score that was served.
    """

    values: npt.NDArray[np.float64]
    raw: npt.NDArray[np.float64]
    as_of: npt.NDArray[np.int64]
    left_out: Mapping[str, int] = field(default_factory=dict)
    differing: int = 0

    def __len__(self) -> int:
        """Count the accounts."""
        return len(self.raw)


def seen_at(view: LedgerView, scorer: Scorer) -> Seen:
    """See every account of a ledger as a service would: known mules are left out.

    Raises
    ------
    NothingSeen
        If no account has a visible transaction.
    """
    table = everyone(view)
    known = np.isin(table.account_id.astype(str), list(known_mules(view.labels())))
    if known.all():
        raise NothingSeen(
            f"No transaction of an account that is no known mule is known before"
            f" {view.as_of.isoformat()}. Ask about a later --as-of."
        )
    values = table.values[~known]
    left_out = {"known mules": int(known.sum())} if known.any() else {}
    return Seen(values, scorer.raw(values), table.as_of[~known], left_out)


def seen_when_assessed(
    records: Sequence[AssessmentRecord],
    opened: Opened,
    scorer: Scorer,
    settings: Monitor,
    progress: Callable[[int], object] = lambda _: None,
) -> Seen:
    """See accounts again as they were when the champion assessed them.

    Of an account assessed several times, the last one counts; of more accounts than
    `settings.accounts_at_most`, so many are drawn.

    Parameters
    ----------
    records : sequence of AssessmentRecord
        Made with the bundle of `scorer`, the oldest first.
    opened : callable
        Opens the ledger at an instant, as far as a `recorded_seq`.
    scorer : Scorer
    settings : Monitor
    progress : callable
        Told how many records are done.

    Raises
    ------
    NothingSeen
        If none can be seen again.
    """
    last = {record.account_id: record for record in records if record.source != "supplied"}
    drawn = _drawn(list(last.values()), settings)
    supplied = sum(record.source == "supplied" for record in records)
    parts: list[Again] = []
    for part in seen_again(drawn, opened, scorer):
        parts.append(part)
        progress(len(records) - len(drawn) + sum(part.asked for part in parts))
    left_out = {
        "known mules": sum(int(part.known_mule.sum()) for part in parts),
        "assessed again later": len(records) - supplied - len(last),
        "not drawn": len(last) - len(drawn),
        "facts came with the request and were not kept": supplied,
    }
    return _seen(parts, left_out, scorer)


def _seen(parts: Sequence[Again], left_out: Mapping[str, int], scorer: Scorer) -> Seen:
    if not any((~part.known_mule).any() for part in parts):
        why_not = ", ".join(f"{count} {why}" for why, count in left_out.items() if count)
        raise NothingSeen(
            "No assessment by this champion is kept for that time that can be compared"
            f" ({why_not or 'none was made'}). Name an earlier --since, or leave it out to compare"
            " all accounts."
        )
    values = np.concatenate([part.values[~part.known_mule] for part in parts])
    as_of = np.concatenate([part.as_of[~part.known_mule] for part in parts])
    differing = sum(part.differing for part in parts)
    told = {why: count for why, count in left_out.items() if count}
    return Seen(values, scorer.raw(values), as_of, told, differing)


def _drawn(records: list[AssessmentRecord], settings: Monitor) -> list[AssessmentRecord]:
    random = np.random.default_rng(settings.seed)
    count = min(len(records), settings.accounts_at_most)
    return [records[i] for i in random.choice(len(records), count, replace=False)]
