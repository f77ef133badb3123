"""What investigations have found since of the accounts that were assessed.

An account is compared only where it was no known mule, so every alert that is counted here came
before the outcome. But whoever was alerted by the champion was looked at, and whom the challenger
alone would have alerted may not have been: the champion's counts are flattered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.outcomes import Outcome, known_mules, outcomes_by_account
from ledger.view import LedgerView, microseconds
from training.shadow.alerts import Alerted

CLEARED = ("legitimate", "victim")


@dataclass(frozen=True)
class Since:
    """Accounts with such an outcome, and how many of them each model alerted.

    Attributes
    ----------
    accounts : int
    champion, by_thresholds, as_many : int
        Of `training.shadow.alerts.Alerted`.
    """

    accounts: int
    champion: int
    by_thresholds: int
    as_many: int


def since_known(first: Mapping[str, int], found: Alerted, now: LedgerView) -> tuple[Since, Since]:
    """Count the accounts that are known mules by now, and those that were cleared.

    Parameters
    ----------
    first : mapping of str to int
        Accounts that were no known mules when they were assessed -> when they first were,
        microseconds UTC.
    found : Alerted
    now : LedgerView
    """
    labels = now.labels()
    mules = known_mules(labels).keys() & first.keys()
    cleared = {
        account_id
        for account_id, outcomes in outcomes_by_account(labels).items()
        if account_id in first and any(_clears(each, first[account_id]) for each in outcomes)
    }
    return _since(mules, found), _since(cleared - mules, found)


def _clears(outcome: Outcome, since: int) -> bool:
    return outcome.outcome in CLEARED and microseconds(outcome.known_at) >= since


def _since(accounts: set[str], found: Alerted) -> Since:
    return Since(
        len(accounts),
        len(accounts & found.champion),
        len(accounts & found.by_thresholds),
        len(accounts & found.as_many),
    )
