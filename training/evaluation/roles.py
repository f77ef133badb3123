"""Whether the role model tells the roles of mules that it never saw.

Asked of mules under test, as they looked before anybody knew them: of all, and of those in a band
in which a role is told. Beside it stands what needs no model: every mule has the commonest role,
and each role is as likely as its share of the known mules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.catalogue import NAMES
from ledger.schema import ROLES
from models.roles import LearntRoles, RoleModel, is_told
from training.evaluation.bands import placed_by
from training.evaluation.bootstrap import bounded_by, resampled_sums
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Array, Scored
from training.evaluation.tested import Tested
from training.parameters import Evaluate
from training.roles import FittedRoles, known_roles, lacking


@dataclass(frozen=True)
class Asked:
    """Mules under test whose role was found out, and what was forecast of it.

    Attributes
    ----------
    unit : int array, length n
        Number of the ring or account that is resampled whole.
    role : int array, length n
        Position in `ROLES`.
    told : bool array, length n
        Whether the account stood in a band in which the role is told.
    forecast, shares : float64 arrays, shape (n, roles)
        By the model of the fold; and the shares of the roles among the mules that it learnt from.
    """

    unit: npt.NDArray[np.intp]
    role: npt.NDArray[np.intp]
    told: npt.NDArray[np.bool_]
    forecast: Array
    shares: Array

    def only(self, which: npt.NDArray[np.bool_]) -> "Asked":
        """Keep the mules of a mask."""
        return Asked(*(column[which] for column in vars(self).values()))


def role_figures(tested: Tested, model: Scored, fitted: FittedRoles) -> dict[str, Any]:
    """Measure the role models of the folds.

    Returns
    -------
    dict
        `learnt_from`: known mules of each role, by fold and for `service`; `none`: why a model is
        missing, likewise; `new_role`: mules under test that are left out, since no mule of their
        role was known; and where any are asked, `all` and `told`, see `compared`, and `confusion`,
        how many mules of each role were taken for which.
    """
    learnt = {str(n): each for n, each in enumerate(fitted.folds, start=1)}
    learnt["service"] = fitted.service
    asked = _asked(tested, model, fitted)
    is_known = asked.shares[np.arange(len(asked.role)), asked.role] > 0
    kept, settings = asked.only(is_known), tested.parameters.evaluate
    groups = {"all": kept, "told": kept.only(kept.told)}
    minimum = tested.parameters.roles.minimum_mules
    return {
        "learnt_from": {name: dict(each.mules) for name, each in learnt.items()},
        "none": {
            name: lacking(each.mules, minimum)
            for name, each in learnt.items()
            if not each.model_text
        },
        "new_role": int((~is_known).sum()),
        **{name: compared(each, settings) for name, each in groups.items() if len(each.role)},
        **({"confusion": confusion(kept)} if len(kept.role) else {}),
    }


def _asked(tested: Tested, model: Scored, fitted: FittedRoles) -> Asked:
    roles = known_roles(tested.inputs.lake.read("labels"))
    test = tested.test
    has_role = np.array([account in roles for account in test.account_id])
    of_folds = [
        _of_fold(tested, model, number, learnt, has_role)
        for number, learnt in enumerate(fitted.folds)
    ]
    where, told, forecast, shares = (np.concatenate(each) for each in zip(*of_folds, strict=True))
    role = [ROLES.index(roles[account]) for account in test.account_id[where]]
    return Asked(model.unit[where], np.array(role, np.intp), told, forecast, shares)


def _of_fold(
    tested: Tested, model: Scored, number: int, learnt: LearntRoles, has_role: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_], Array, Array]:
    """Ask one fold's model; nothing is asked where there is none."""
    is_asked = (tested.fold == number) & (tested.test.label == 1) & has_role
    where = np.flatnonzero(is_asked & bool(learnt.model_text))
    placed = placed_by(model, tested.folds[number], tested.parameters.bands)
    bands = placed.bands(model.score[where])
    told = np.array([is_told(band, known_mule=False) for band in bands], np.bool_)
    forecast, shares = np.zeros((2, len(where), len(ROLES)))
    if len(where):
        roles = RoleModel.read(learnt, NAMES)
        columns = [ROLES.index(role) for role in roles.roles]
        forecast[:, columns] = roles.probabilities(tested.test.values[where])
        counts = np.array([learnt.mules[role] for role in roles.roles])
        shares[:, columns] = counts / counts.sum()
    return where, told, forecast, shares


def compared(asked: Asked, settings: Evaluate) -> dict[str, Any]:
    """Compare the forecasts with those that need no model.

    Returns
    -------
    dict
        `rows`; `accuracy`, that of the commonest role, and how far above it; `log_loss`, that of
        the shares, and how far below it: each with its interval.
    """
    row, both = np.arange(len(asked.role)), (asked.forecast, asked.shares)
    right, commonest = ((each.argmax(axis=1) == asked.role).astype(float) for each in both)
    loss, of_shares = (-np.log(each[row, asked.role]) for each in both)
    columns = {
        "accuracy": right,
        "accuracy_of_commonest": commonest,
        "accuracy_above": right - commonest,
        "log_loss": loss,
        "log_loss_of_shares": of_shares,
        "log_loss_below": of_shares - loss,
    }
    of_rows = np.column_stack([np.ones(len(row)), *columns.values()])
    drawn = resampled_sums(asked.unit, of_rows, resamples=settings.resamples, seed=settings.seed)
    means = (drawn[:, 1:] / drawn[:, :1]).T
    return {"rows": len(row)} | {
        name: vars(bounded_by(float(values.mean()), mean))
        for (name, values), mean in zip(columns.items(), means, strict=True)
    }


def confusion(asked: Asked) -> dict[str, dict[str, int]]:
    """Count for each role as which of them its mules were taken, the likeliest counting."""
    taken = asked.forecast.argmax(axis=1)
    return {
        role: {
            other: int(((asked.role == n) & (taken == m)).sum()) for m, other in enumerate(ROLES)
        }
        for n, role in enumerate(ROLES)
    }


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell how well roles are told apart, or why they are not."""
    yield from ("", "## Roles of mules", "")
    for name, why in figures["none"].items():
        yield f"No role model {_of(name)}: {why}."
        yield ""
    if "all" not in figures:
        yield "No mule under test was asked for its role: nothing tells how good a role model is."
        return
    yield (
        "What kind of mule an account is, if it is one: asked of mules under test before anybody"
        " knew them, of all and of those whose score put them where the role is told."
    )
    yield ""
    asked = {name: figures[name] for name in ("all", "told") if name in figures}
    yield from table(
        ("", "mules", "accuracy", "above the commonest role", "log loss", "below that of shares"),
        [_row(name, each) for name, each in asked.items()],
    )
    yield from ("", "Of the mules of each role, how many were taken for which:", "")
    yield from table(
        ("", *map(_words, ROLES)),
        [[_words(role), *map(str, taken.values())] for role, taken in figures["confusion"].items()],
    )
    if figures["new_role"]:
        yield from ("", f"{figures['new_role']:,} had a role that no mule known before them had.")


def _row(name: str, each: Mapping[str, Any]) -> list[str]:
    names = ("accuracy", "accuracy_above", "log_loss", "log_loss_below")
    return [name, f"{each['rows']:,}", *(bounded(each[figure]) for figure in names)]


def _of(name: str) -> str:
    return "for service" if name == "service" else f"in fold {name}"


def _words(role: str) -> str:
    return role.replace("_", " ")
