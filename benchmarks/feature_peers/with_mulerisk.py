"""The same tables from mulerisk's own engine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks.feature_peers.reference_set import COLUMNS, NAMES, compute_all
from benchmarks.feature_peers.task import Task, unprepared
from features.compute import FeatureTable, compute
from features.events import Events, columns_to_read, lay_out
from features.kernel import pack
from features.profiles import ACCOUNT_COLUMNS
from ledger.lake import Lake
from ledger.view import microseconds

_INSTANTS = 8


class Loaded(NamedTuple):
    """The tables of a ledger in memory."""

    transactions: pa.Table
    accounts: pa.Table


class LaidOut(NamedTuple):
    """Events, and the accounts whose they are."""

    events: Events
    account_ids: pa.ChunkedArray


def _loaded(lake: Lake, columns: Sequence[str] = COLUMNS) -> Loaded:
    return Loaded(
        lake.read("transactions", list(columns), coded=True),
        lake.read("accounts", list(ACCOUNT_COLUMNS)),
    )


def _laid_out(loaded: Loaded) -> LaidOut:
    return LaidOut(lay_out(*loaded), loaded.accounts["account_id"])


def _computed(laid_out: LaidOut, as_of: datetime) -> FeatureTable:
    account_ids, instant = laid_out.account_ids.to_numpy(), microseconds(as_of)
    values = np.empty((len(account_ids), len(NAMES)))
    active = compute_all(laid_out.events, instant, values)
    rows = values[: pack(values, active)]
    return FeatureTable(account_ids[active], np.full(len(rows), instant), rows, NAMES)


def _at_eight(lake: Lake, as_of: datetime) -> pa.Table:
    as_ofs = [as_of - timedelta(days=10 * back) for back in range(_INSTANTS)]
    laid_out = _laid_out(_loaded(lake))
    return pa.concat_tables([_computed(laid_out, each).to_arrow() for each in as_ofs])


def _of_whole_catalogue(lake: Lake, as_of: datetime) -> pa.Table:
    return compute(*_loaded(lake, columns_to_read(lake)), [as_of]).to_arrow()


def _from_memory(loaded: Loaded, as_of: datetime) -> pa.Table:
    return _computed(_laid_out(loaded), as_of).to_arrow()


TASKS = {
    "files": Task(unprepared, lambda lake, as_of: _from_memory(_loaded(lake), as_of)),
    "memory": Task(_loaded, _from_memory),
    "kernel": Task(lambda lake: _laid_out(_loaded(lake)), _computed),
    "eight instants": Task(unprepared, _at_eight),
    "whole catalogue": Task(unprepared, _of_whole_catalogue),
}
"""From files, from tables in memory and from events laid out; then more than the peers do."""
