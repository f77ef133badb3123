"""What a family of network features is: its declarations and the function that computes them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.feature import Feature
from features.network.facts import Accounts, Integers, Network

Columns = NDArray[np.float64]
"""One row for each account of a network and one column for each feature; NaN is missing."""


class Behind(NamedTuple):
    """Payments that make a feature's value for the accounts beside them; arrays of length n.

    Attributes
    ----------
    feature : str
    account : int64 or int32
        Paid or was paid; below 0 for nobody.
    row : int64
        The transaction of the coded ledger.
    """

    feature: str
    account: Integers | Accounts
    row: Integers


def _no_payments(network: Network, columns: Columns) -> Iterable[Behind]:  # noqa: ARG001 - for none
    return ()


@dataclass(frozen=True)
class Family:
    """The features that answer one question.

    Attributes
    ----------
    features : tuple of Feature
        In the order of their columns.
    compute : callable
        Writes the columns, which hold NaN before, and returns how often a stated bound left
        something out.
    evidence : callable
        Tells which of each account's own payments make its values, which are given. None for a
        family that rests on something else than payments.
    near : callable or None
        Marks the payments of a network that are enough to compute one account's values again,
        should some of its own go. None takes all.
    beyond : frozenset of str
        Features for which they are not enough.
    is_near_label : bool
        Whether the values rest on what victims, banks or investigations have said of accounts.
        That is close to what a label says, so an evaluation also learns without them.
    """

    features: tuple[Feature, ...]
    compute: Callable[[Network, Columns], int]
    evidence: Callable[[Network, Columns], Iterable[Behind]] = _no_payments
    near: Callable[[Network, int], NDArray[np.bool_]] | None = None
    beyond: frozenset[str] = frozenset()
    is_near_label: bool = False

    @property
    def rests_on_payments(self) -> bool:
        """Whether values follow from payments, and not from what else is known of accounts."""
        return self.evidence is not _no_payments
