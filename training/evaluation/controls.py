"""Controls: does a score rest on laundering, or on something that gives mules away without it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.compute import FeatureTable, compute
from ledger.lake import Lake
from ledger.view import instant
from training.evaluation.metrics import roc_auc, scored
from training.rows import Rows


def laundering_free(lake: Lake, as_ofs: Sequence[int], *, threads: int) -> FeatureTable:
    """Compute the features again with every laundering transaction deleted.

    An account that did nothing but launder has no row left.
    """
    transactions = lake.read("transactions")
    laundering = lake.read("truth_transactions", ["transaction_id"])["transaction_id"]
    innocent = pc.invert(pc.is_in(transactions["transaction_id"], value_set=_one(laundering)))
    instants = [instant(as_of) for as_of in as_ofs]
    return compute(transactions.filter(innocent), lake.read("accounts"), instants, threads=threads)


def single_features(
    rows: Rows, names: Sequence[str], is_hard_innocent: npt.NDArray[np.bool_]
) -> dict[str, float]:
    """Measure how well each feature alone separates mules from hard innocents, the best first.

    Returns
    -------
    dict of str to float
        ROC-AUC in the better direction; a missing value counts as the lowest.
    """
    compared = rows.only((rows.label == 1) | is_hard_innocent)
    lowest = np.where(np.isnan(compared.values), -np.inf, compared.values)
    once = np.ones(len(compared))
    areas = {}
    for name, column in zip(names, lowest.T, strict=True):
        ranked = scored(compared.account_id, compared.as_of, compared.label, column)
        area = roc_auc(ranked, once)
        areas[name] = max(area, 1 - area)
    return dict(sorted(areas.items(), key=lambda item: -item[1]))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
