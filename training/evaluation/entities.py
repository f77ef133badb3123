"""Entities: accounts that belong together by their holder, a device or a ring."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ledger.lake import Lake
from training.evaluation.rings import Rings

PUBLIC_ABOVE = 50
"""A device that orders for more accounts, such as that of a branch, links nobody to anybody."""


def entities(lake: Lake, rings: Rings, account_id: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """Give each row the number of its entity; accounts connected through others are of one.

    Parameters
    ----------
    lake : Lake
    rings : Rings
        They count where they are told apart.
    account_id : array of str, length n

    Returns
    -------
    int array, length n
        Counted from 0.
    """
    names, row = np.unique(account_id.astype(str), return_inverse=True)
    links = pd.concat(_links(lake, rings)).drop_duplicates()
    links = links[links["account"].isin(names) & ~_is_public(links["thing"])]
    account = np.searchsorted(names, links["account"].to_numpy(str))
    thing, things = pd.factorize(links["thing"])
    size = len(names) + len(things)
    shared = coo_matrix((np.ones(len(links)), (account, len(names) + thing)), (size, size))
    _, component = connected_components(shared, directed=False)
    _, number = np.unique(component[: len(names)], return_inverse=True)
    return np.asarray(number[row])


def _links(lake: Lake, rings: Rings) -> Iterator[pd.DataFrame]:
    """List which account is linked to which holder, device and ring, each named by its kind."""
    yield _named("holder", lake.read("accounts", ["account_id", "holder_id"]))
    if lake.has_values("transactions", "device_id"):
        yield _named("device", lake.read("transactions", ["payer_account", "device_id"]))
    listed = lake.read("identifiers", ["account_id", "value", "kind"])
    yield _named("device", listed.filter(pc.equal(listed["kind"], "device")).drop("kind"))
    of_mule = rings.of_mule if rings.are_told_apart else {}
    of_ring = pa.table({"account": list(of_mule), "ring": [f"{n}" for n in of_mule.values()]},
                       pa.schema([("account", pa.string()), ("ring", pa.string())]))  # fmt: skip
    yield _named("ring", of_ring)


def _is_public(thing: "pd.Series[str]") -> "pd.Series[bool]":
    return thing.str.startswith("device ") & (thing.map(thing.value_counts()) > PUBLIC_ABOVE)


def _named(kind: str, pairs: pa.Table) -> pd.DataFrame:
    both = pairs.rename_columns(["account", "thing"]).drop_null()
    once = both.group_by(both.column_names).aggregate([]).to_pandas()
    return once.assign(thing=kind + " " + once["thing"].astype(str))
