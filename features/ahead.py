"""Compiling the feature engine ahead of its first use, which would otherwise wait for it.

What is compiled is what the least ledger of which everything can be asked needs: one payment to a
known mule, complained of.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from features import online
from features.compute import compute
from features.network.coded import COLUMNS, coded
from features.network.snapshot import take
from ledger.schema import CHANNELS, MULE_OUTCOMES, TABLES
from ledger.segments import RECORD, Segments

_AS_OF = datetime(2000, 1, 1, tzinfo=UTC)
_BEFORE: dict[str, object] = {
    name: _AS_OF - timedelta(days=1) for name in ("happened_at", "known_at")
}
_ROWS: Mapping[str, list[dict[str, object]]] = {
    "accounts": [{"account_id": "payer"}, {"account_id": "mule"}],
    "transactions": [
        {
            **_BEFORE, "transaction_id": "payment", "payer_account": "payer",
            "payee_account": "mule", "reference_minor": 1, "channel": CHANNELS[0],
        },
    ],
    "labels": [{"account_id": "mule", "outcome": MULE_OUTCOMES[0], "source": "bank", **_BEFORE}],
    "complaints": [
        {"complaint_id": "complaint", "transaction_id": "payment", "source": "bank", **_BEFORE}
    ],
}  # fmt: skip


def compile_account_features() -> None:
    """Compile what computes the features of an account, from a table or from a store's bytes."""
    compute(_table("transactions"), _table("accounts"), [_AS_OF])
    one = np.zeros(1, RECORD)
    online.lay_out(Segments({}, [], np.zeros(1, np.int64), one, _Empty()), _table("accounts"))


def compile_network_features() -> None:
    """Compile what takes a snapshot of the network."""
    take(coded({name: _table(name) for name in COLUMNS}), _AS_OF)


class _Empty:
    """A directory without a text."""

    def numbers(self, texts: Sequence[str]) -> Mapping[str, int]:  # noqa: ARG002 - none is known
        return {}

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:  # noqa: ARG002
        return {}


def _table(name: str) -> pa.Table:
    return pa.Table.from_pylist(_ROWS.get(name, []), TABLES[name].arrow)


PARTS: Mapping[str, Callable[[], None]] = {
    "account features": compile_account_features,
    "network features": compile_network_features,
}
"""What can be compiled at the same time, in processes of their own."""
