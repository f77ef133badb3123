"""Whether innocents of one group are flagged more often than others: predictive equality.

No group is a feature; a model may still flag one more often through what its accounts do.

References
----------
S. Corbett-Davies et al., "Algorithmic decision making and the cost of fairness", KDD (2017).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.catalogue import NAMES
from ledger.view import instant
from models.peers import AGE_BANDS, peers_of
from models.typical import AGE
from training.evaluation.bootstrap import bounded_by, resampled_sums
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Array, Scored, reviewed
from training.evaluation.tested import Tested

SMALLEST = 100
"""A group of fewer negative rows is left out: nothing can be said of it."""
_YEARS = (25, 45, 65)
_HOLDERS = ("under 25", "25 to 44", "45 to 64", "65 or more")
_YEAR = timedelta(days=365.25)


def groups(tested: Tested, model: Scored) -> dict[str, Any]:
    """Compare the false positive rates of groups of accounts, at the daily capacity.

    Returns
    -------
    dict
        For each attribute that the ledger knows, and each group of `SMALLEST` negative rows or
        more: `rows`, all negative; `fpr`, the share flagged; and `ratio`, that share by the one of
        all other accounts for which the attribute is known, with its 95 % interval, the alerts
        being as they are.
    """
    negative = model.label == 0
    flagged = reviewed(model, np.ones(len(model.label)), tested.reviews)[negative]
    members = _members(tested)[negative]
    settings = tested.parameters.evaluate
    found: dict[str, Any] = {}
    for attribute in members:
        inside, names = pd.factorize(members[attribute], sort=True)
        kept = [place for place in range(len(names)) if (inside == place).sum() >= SMALLEST]
        if len(kept) < 2:
            continue
        columns = counted(inside, kept, flagged)
        drawn = resampled_sums(
            model.unit[negative], columns, resamples=settings.resamples, seed=settings.seed
        )
        sums = columns.sum(axis=0)
        ratio, ratios = ratios_of(sums), ratios_of(drawn)
        found[attribute] = {
            str(names[place]): {
                "rows": int(sums[2 * k + 1]),
                "fpr": float(sums[2 * k] / sums[2 * k + 1]),
                "ratio": vars(bounded_by(float(ratio[k]), ratios[:, k])),
            }
            for k, place in enumerate(kept)
        }
    return found


def _members(tested: Tested) -> pd.DataFrame:
    """Name the group of each test row by each attribute; missing where it is not known."""
    test = tested.test
    columns = ["account_id", "kind", "country", "holder_kind", "birth_year"]
    held = tested.inputs.lake.read("accounts", columns).to_pandas().set_index("account_id")
    held = held.reindex(test.account_id)
    age = [peers_of(None, None, days).age for days in test.values[:, NAMES.index(AGE)]]
    account_age = pd.Series(age, dtype=object)
    return pd.DataFrame(
        {
            "account_age": account_age,
            "new_to_bank": account_age.map(_new),
            "kind": held["kind"].to_numpy(),
            "holder_kind": held["holder_kind"].to_numpy(),
            "country": held["country"].to_numpy(),
            "holder_age": _holder_age(test.as_of, held["birth_year"].to_numpy(dtype=np.float64)),
        }
    )


def _new(band: str | None) -> str | None:
    return None if band is None else ("yes" if band == AGE_BANDS[0] else "no")


def _holder_age(as_of: npt.NDArray[np.int64], born: Array) -> npt.NDArray[np.object_]:
    years = np.array([instant(int(at)).year for at in as_of]) - born
    bands = np.array([*_HOLDERS, None], dtype=object)
    return bands[np.where(np.isnan(years), len(_HOLDERS), np.searchsorted(_YEARS, years, "right"))]


def counted(inside: npt.NDArray[np.intp], kept: list[int], flagged: Array) -> Array:
    """Make two columns for each group, flagged rows and rows, and two last ones of all groups."""
    known = inside >= 0
    columns = [
        column
        for place in kept
        for column in (flagged * (inside == place), (inside == place).astype(np.float64))
    ]
    return np.column_stack([*columns, flagged * known, known.astype(np.float64)])


def ratios_of(sums: Array) -> Array:
    """Divide the share flagged of each group by that of all others.

    Infinite where only the group is flagged, NaN where nobody is.

    Parameters
    ----------
    sums : float64 array, shape (..., 2 * groups + 2)
        Sums of the columns of `counted`.
    """
    flagged, rows = sums[..., 0:-2:2], sums[..., 1:-2:2]
    others_flagged, others = sums[..., -2:-1] - flagged, sums[..., -1:] - rows
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((flagged / rows) / (others_flagged / others))


def section(groups: Mapping[str, Any]) -> Iterator[str]:
    """Tell the false positive rate of each group beside that of all others."""
    yield from ("", "## False positives by group", "")
    if not groups:
        yield "The ledger tells no two groups of accounts apart."
        return
    yield from table(
        ("attribute", "group", "negative rows", "flagged", "times the others"),
        [
            [attribute.replace("_", " "), name, f"{each['rows']:,}", f"{each['fpr']:.2%}",
             bounded(each["ratio"])]
            for attribute, members in groups.items()
            for name, each in members.items()
        ],
    )  # fmt: skip
