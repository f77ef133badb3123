"""The value of a feature again, from the transactions that it lists alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.catalogue import ACCOUNT_NAMES, BY_NAME, NAMES
from features.compute import compute
from features.events import lay_out
from features.evidence import evidence
from features.network.join import with_rows
from features.selectors import nothing
from ledger.schema import SNAPSHOTS

_LONG_AGO = timedelta(days=1000)

FROM_TRANSACTIONS = frozenset(
    name for name in ACCOUNT_NAMES if BY_NAME[name].evidence is not nothing
)
"""Features whose value follows from the account's transactions alone; the others follow from the
account itself or from a snapshot of the network."""


@dataclass(frozen=True, eq=False)
class Recomputation:
    """Computes features of one account from some of its transactions.

    Attributes
    ----------
    transactions : pyarrow.Table
        All that are visible, in the ledger's order.
    account : pyarrow.Table
        One row.
    as_of : datetime
    snapshots : pyarrow.Table
        The one that the network features are of, or none.
    """

    transactions: pa.Table
    account: pa.Table
    as_of: datetime
    snapshots: pa.Table = field(default_factory=SNAPSHOTS.arrow.empty_table)

    @cached_property
    def all(self) -> NDArray[np.float64]:
        """Every feature from every transaction, shape (features,)."""
        return self._computed(self.transactions)

    def value(self, feature: str, transaction_ids: Sequence[str]) -> float:
        """Compute one feature from these transactions alone.

        Raises
        ------
        KeyError
            If one of them is none of the account's visible transactions, or is named twice.
        """
        return float(self._values(tuple(transaction_ids))[NAMES.index(feature)])

    def evidence(self, features: Sequence[str]) -> dict[str, list[str]]:
        """Find the transactions that make these features' values, from all that are visible."""
        events = lay_out(self.transactions, self.account)
        ids = self.transactions["transaction_id"]
        return evidence(features, events, 0, ids, self.as_of, self.snapshots)

    @cached_property
    def _known(self) -> dict[tuple[str, ...], NDArray[np.float64]]:
        return {}

    def _values(self, ids: tuple[str, ...]) -> NDArray[np.float64]:
        if ids not in self._known:
            self._known[ids] = self._computed(self._listed(ids) if ids else self._none())
        return self._known[ids]

    def _listed(self, ids: tuple[str, ...]) -> pa.Table:
        listed = pc.is_in(self.transactions["transaction_id"], pa.array(ids, pa.string()))
        kept = self.transactions.filter(listed)
        if len(kept) != len(ids):
            raise KeyError(f"{len(ids)} transactions listed, {len(kept)} of them known")
        return kept

    def _none(self) -> pa.Table:
        """Put one transaction before every window: without any, an account has no features."""
        old = self.transactions.slice(0, 1)
        instant = pa.array([self.as_of - _LONG_AGO], pa.timestamp("us", tz="UTC"))
        for column in ("happened_at", "known_at"):
            old = old.set_column(old.column_names.index(column), column, instant)
        return old

    def _computed(self, transactions: pa.Table) -> NDArray[np.float64]:
        own = compute(transactions, self.account, [self.as_of])
        values: NDArray[np.float64] = with_rows(own, self.snapshots).values[0]
        return values
