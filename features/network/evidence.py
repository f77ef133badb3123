"""The payments behind a snapshot: for each account its own that make what was shown of it."""

import json
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.network.facts import Integers, Network
from features.network.families import FAMILIES, FEATURES
from features.network.family import Columns

_NUMBER = {feature.name: number for number, feature in enumerate(FEATURES)}


def payments_behind(network: Network, values: Columns, ids: pa.ChunkedArray) -> list[str]:
    """Name the payments that make each value of each account.

    Parameters
    ----------
    network : Network
    values : float64, shape (accounts, len(FEATURES))
        What the families computed of the network.
    ids : pyarrow.ChunkedArray
        Ids of transactions by their rows.

    Returns
    -------
    list of str
        One for each account of the network, as JSON: feature -> the ids of the payments that make
        its value, oldest first; a feature without is missing.
    """
    feature, account, row = _marked(network, values)
    texts = ids.take(pa.array(row)).to_pylist()
    named: dict[int, dict[str, list[str]]] = {}
    for start, end in pairwise(_ends(feature, account)):
        of_account = named.setdefault(int(account[start]), {})
        of_account[FEATURES[feature[start]].name] = texts[start:end]
    return [json.dumps(named[each]) if each in named else "{}" for each in range(network.size)]


def _marked(network: Network, values: Columns) -> tuple[Integers, Integers, Integers]:
    """Gather numbers of features, accounts and rows, each once, by account and feature."""
    parts, first = [np.empty((3, 0), np.int64)], 0
    for family in FAMILIES.values():
        end = first + len(family.features)
        for name, account, row in family.evidence(network, values[:, first:end]):
            known = account >= 0
            number = np.full(int(known.sum()), _NUMBER[name])
            parts.append(np.stack([number, account[known], row[known]]))
        first = end
    feature, account, row = np.concatenate(parts, axis=1)
    # Rows are in the ledger's order, so that of one account and feature the oldest is first.
    order = np.lexsort((row, feature, account))
    feature, account, row = feature[order], account[order], row[order]
    new = _differs(feature, account, row)
    return feature[new], account[new], row[new]


def _ends(feature: Integers, account: Integers) -> list[int]:
    starts = np.flatnonzero(_differs(feature, account))
    return [*starts.tolist(), len(feature)]


def _differs(*columns: Integers) -> NDArray[np.bool_]:
    """Mark where any column is another than in the row before."""
    new = np.ones(len(columns[0]), np.bool_)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return new
