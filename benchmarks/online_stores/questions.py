"""The features of one account, by each way to its transactions."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.feature_peers.random_ledger import AS_OF
from benchmarks.feature_peers.reference_set import NAMES, compute_all
from features import online
from features.compute import compute_events
from features.events import TRANSACTION_COLUMNS, Events, lay_out
from ledger.store import Store
from ledger.view import microseconds

Question = Callable[[str], NDArray[np.float64]]
"""Gives the features of an account."""


class LaidOut(NamedTuple):
    """One account's events, and its id."""

    events: Events
    account_id: NDArray[np.object_]


def all_features(laid_out: LaidOut) -> NDArray[np.float64]:
    """Compute every account feature of the catalogue."""
    return compute_events(*laid_out, [AS_OF]).values


def reference_set(laid_out: LaidOut) -> NDArray[np.float64]:
    """Compute the features that `benchmarks.features` compares."""
    values = np.empty((1, len(NAMES)))
    compute_all(laid_out.events, microseconds(AS_OF), values)
    return values


def from_bytes(store: Store, account: str) -> LaidOut:
    """Lay out what the store's segments hold."""
    view = store.view(AS_OF)
    accounts, segments = view.accounts([account]), view.segments([account])
    if segments is None:
        raise ValueError("the store has left its segments behind")
    return LaidOut(online.lay_out(segments, accounts), accounts["account_id"].to_numpy())


def from_rows(store: Store, account: str) -> LaidOut:
    """Lay out what the rows of the table hold."""
    view = store.view(AS_OF)
    accounts = view.accounts([account])
    transactions = view.transactions([account], TRANSACTION_COLUMNS)
    return LaidOut(lay_out(transactions, accounts), accounts["account_id"].to_numpy())


def questions(
    stores: Mapping[str, Store],
    features: Callable[[LaidOut], NDArray[np.float64]],
    accounts: list[str],
) -> dict[str, Question]:
    """Name every way to the features of these accounts."""
    held = {account: from_bytes(next(iter(stores.values())), account) for account in accounts}
    ways: dict[str, Question] = {"memory": lambda account: features(held[account])}
    for name, store in stores.items():
        ways[name] = lambda account, store=store: features(from_bytes(store, account))
        ways[f"{name}, from rows"] = lambda account, store=store: features(
            from_rows(store, account)
        )
    return ways
