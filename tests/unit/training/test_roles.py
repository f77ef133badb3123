"""Roles are learnt from known mules, as they looked once they were known, and from no later one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from features.compute import FeatureTable
from ledger.schema import ROLES
from ledger.view import microseconds
from models.roles import RoleModel
from tests.facts import DAY, DAY_0, rows_of
from training.grid import DAY as DAY_IN_MICROSECONDS
from training.parameters import read_parameters
from training.roles import fit_roles, known_cases, lacking, learn_roles, read_roles, write_roles
from training.rows import Rows
from training.splits import Fold

NAMES = ("one", "two", "three")
PARAMETERS = read_parameters(Path(__file__).parents[3] / "params.yaml")


def day(number):
    return microseconds(DAY_0 + number * DAY)


def found(account, on, role=None, outcome="complicit_mule"):
    """Make an outcome learnt an hour after the midnight of a day."""
    at = DAY_0 + on * DAY
    return {"account_id": account, "outcome": outcome, "role": role, "happened_at": at,
            "known_at": at + timedelta(hours=1)}  # fmt: skip


def features(*accounts, days=(0, 7, 14, 21)):
    """Show each account at some days; its one value is the day."""
    pairs = [(account, on) for on in days for account in accounts]
    names, when = zip(*pairs, strict=True)
    values = np.array(when, float)[:, np.newaxis]
    return FeatureTable(np.array(names, object), np.array([day(d) for d in when]), values, ("day",))


def cases(*outcomes):
    table = features("ann", "bob", "cho")
    found = known_cases(table, rows_of("labels", *outcomes))
    when = (found.as_of - day(0)) // DAY_IN_MICROSECONDS
    assert found.values[:, 0].tolist() == when.tolist()
    roles = [ROLES[label] for label in found.label]
    return dict(zip(found.account_id, zip(when.tolist(), roles, strict=True), strict=True))


def test_a_mule_is_shown_at_the_first_instant_after_it_became_known():
    told = cases(found("ann", 3, "relay"), found("bob", 7, "cash_out"), found("cho", 21, "relay"))
    # Bob's outcome was learnt an hour after day 7, and Cho's after the last instant.
    assert told == {"ann": (7, "relay"), "bob": (14, "cash_out")}


def test_a_ledger_whose_outcomes_name_no_role_has_no_case():
    assert cases(found("ann", 3), found("bob", 3, outcome="legitimate")) == {}


def test_only_the_first_mule_outcome_tells_a_role():
    told = cases(
        found("ann", 3), found("ann", 9, "relay"),
        found("bob", 2, outcome="legitimate"), found("bob", 3, "collector"),
        found("bob", 9, "cash_out"),
    )  # fmt: skip
    assert told == {"bob": (7, "collector")}


@pytest.fixture
def mules():
    """40 known mules, one a day; their role follows the first feature."""
    random = np.random.default_rng(0)
    values = random.normal(size=(400, len(NAMES)))
    role = (values[:, 0] > 0).astype(np.int8) * 2
    names = np.array([f"a{n}" for n in range(400)], object)
    return Rows(names, np.array([day(n // 10) for n in range(400)]), role, values)


def test_a_fold_learns_from_what_was_known_an_embargo_before_its_test(mules):
    folds = [Fold((day(1),), (day(2),), (day(n), day(n + 1))) for n in (1, 20)]
    fitted = fit_roles(mules, NAMES, folds, PARAMETERS)
    embargo = PARAMETERS.splits.embargo_days
    for learnt, first in zip(fitted.folds, (1, 20), strict=True):
        known = mules.only(mules.as_of <= day(first - embargo))
        assert sum(learnt.mules.values()) == len(known) == 10 * (first - embargo + 1)
        # Whoever is told later changes nothing, to the byte.
        assert learnt == learn_roles(known, NAMES, PARAMETERS)
    assert sum(fitted.service.mules.values()) == 400
    assert fitted.service == learn_roles(mules, NAMES, PARAMETERS)


def test_roles_that_can_be_told_apart_are(mules):
    model = RoleModel.read(learn_roles(mules, NAMES, PARAMETERS), NAMES)
    assert model.roles == ("collector", "cash_out")
    told = model.probabilities(np.random.default_rng(1).normal(size=(200, len(NAMES))))
    right = np.random.default_rng(1).normal(size=(200, len(NAMES)))[:, 0] > 0
    assert ((told[:, 1] > 0.5) == right).mean() > 0.9


def test_too_few_of_one_role_make_no_model(mules):
    few = mules.only(np.concatenate([np.flatnonzero(mules.label == 0)[:50],
                                     np.flatnonzero(mules.label == 2)[:9]]))  # fmt: skip
    learnt = learn_roles(few, NAMES, PARAMETERS)
    assert (learnt.model_text, learnt.mules) == ("", {"collector": 50, "cash_out": 9})
    assert lacking(learnt.mules, 10) == "10 known mules of each role are needed (cash_out: 9)"
    assert lacking(learnt.mules, 9) == ""
    lower = replace(PARAMETERS, roles=replace(PARAMETERS.roles, minimum_mules=9))
    assert learn_roles(few, NAMES, lower).model_text


@pytest.mark.parametrize("which", [slice(0, 0), 0])
def test_one_role_or_none_cannot_be_told_apart(mules, which):
    alone = mules.only(np.arange(400)[which] if isinstance(which, slice) else mules.label == which)
    learnt = learn_roles(alone, NAMES, PARAMETERS)
    assert learnt.model_text == ""
    assert "at least 2 are needed" in lacking(learnt.mules, 10)


def test_what_was_learnt_is_read_back(mules, tmp_path):
    fitted = fit_roles(mules, NAMES, [Fold((day(1),), (day(2),), (day(1),))], PARAMETERS)
    write_roles(fitted, tmp_path)
    assert read_roles(tmp_path) == fitted
