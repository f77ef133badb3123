"""Whether innocents of one group are flagged more often than others: predictive equality.

No group is a feature; a model may still flag one more often through what its accounts do.

References
----------
S. Corbett-Davies et al., "Algorithmic decision making and the cost of fairness", KDD (2017).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    found: dict[str, Any] = {}
    for attribute, group in _told_apart(tested, negative):
        columns = counted(group.inside, group.kept, flagged)
        sums, ratio, ratios = _resampled(tested, model.unit[negative], columns)
        found[attribute] = {
            name: {
                "rows": int(sums[2 * k + 1]),
                "fpr": float(sums[2 * k] / sums[2 * k + 1]),
                "ratio": vars(bounded_by(float(ratio[k]), ratios[:, k])),
            }
            for k, name in enumerate(group.names)
        }
    return found


def ratios_above(tested: Tested, model: Scored, other: Scored) -> dict[str, Any]:
    """Compare the ratios of `groups` with those of another scorer of the same rows.

    Returns
    -------
    dict
        For each attribute and group `model` and `other`, and the difference as `value` with its
        95 % interval; a group of which one scorer has no ratio is left out.
    """
    negative = model.label == 0
    once = np.ones(len(model.label))
    flagged = [reviewed(rows, once, tested.reviews)[negative] for rows in (model, other)]
    found: dict[str, Any] = {}
    for attribute, group in _told_apart(tested, negative):
        (_, ours, drawn), (_, theirs, others_drawn) = (
            _resampled(tested, model.unit[negative], counted(group.inside, group.kept, each))
            for each in flagged
        )
        found[attribute] = {
            name: {"model": float(ours[k]), "other": float(theirs[k])}
            | vars(bounded_by(float(ours[k] - theirs[k]), drawn[:, k] - others_drawn[:, k]))
            for k, name in enumerate(group.names)
            if not np.isnan(ours[k] - theirs[k])
        }
    return found


@dataclass(frozen=True)
class _Groups:
    """Which group each row is in, and which of them are large enough to be told."""

    inside: npt.NDArray[np.intp]
    kept: list[int]
    names: list[str]


def _told_apart(tested: Tested, rows: npt.NDArray[np.bool_]) -> Iterator[tuple[str, _Groups]]:
    members = _members(tested)[rows]
    for attribute in members:
        inside, names = pd.factorize(members[attribute], sort=True)
        kept = [place for place in range(len(names)) if (inside == place).sum() >= SMALLEST]
        if len(kept) >= 2:
            yield str(attribute), _Groups(inside, kept, [str(names[place]) for place in kept])


def _resampled(
    tested: Tested, units: npt.NDArray[np.intp], columns: Array
) -> tuple[Array, Array, Array]:
    """Return sums and ratios of all rows, and the ratios of each resample."""
    settings = tested.parameters.evaluate
    drawn = resampled_sums(units, columns, resamples=settings.resamples, seed=settings.seed)
    sums = columns.sum(axis=0)
    return sums, ratios_of(sums), ratios_of(drawn)


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
