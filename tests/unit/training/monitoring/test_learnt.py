"""What a model learnt from is written down without any account, and read back as it was."""

import numpy as np
import pytest

from features.catalogue import NAMES
from tests.population import ACCOUNTS, ROWS_OF_EACH, latest, learnt, scorer, values_of
from training.monitoring.alerts import MOST, alerts_among
from training.monitoring.learnt import Learnt


def test_it_is_read_back_as_it_was_and_names_no_account():
    content = learnt().to_bytes()
    again = Learnt.from_bytes(content)
    assert again.to_bytes() == content
    assert again.features == learnt().features
    assert b"account-" not in content


def test_rows_of_one_account_count_as_one_account():
    assert (learnt().accounts, learnt().rows) == (ACCOUNTS, ACCOUNTS * ROWS_OF_EACH)
    assert set(learnt().features) == set(NAMES)
    assert all(each.rows == learnt().rows for each in learnt().features.values())


def test_scores_are_those_of_accounts_that_were_not_learnt_from():
    raw = scorer().raw(latest().values)
    assert learnt().score.rows == len(raw)
    assert learnt().score.index(learnt().score.of(raw)) == 0


def test_alerts_are_the_first_of_a_hundred_and_their_reasons_add_up():
    values = latest().values[:150]
    raw = scorer().raw(values)
    found = alerts_among(values, raw, np.arange(150), scorer())
    first = np.argsort(-raw, kind="stable")[:2]
    assert found.as_of.tolist() == first.tolist()
    contributions = scorer().shap(values[first], raw[first])
    # A behaviour's size is that of the sum of its features, which may be of both signs.
    assert (found.size.sum(axis=1) <= np.abs(contributions).sum(axis=1) + 1e-9).all()
    assert (found.size.sum(axis=1) >= np.abs(contributions.sum(axis=1)) - 1e-9).all()


def test_many_alerts_are_explained_evenly_from_the_first_to_the_last():
    values = np.tile(values_of(3, 1000)[0], (102, 1))
    raw = scorer().raw(values)
    found = alerts_among(values, raw, np.arange(len(raw)), scorer())
    ranks = np.argsort(np.argsort(-raw, kind="stable"))[found.as_of]
    assert len(found.size) == MOST < 1020
    assert ranks[0] == 0
    assert ranks[-1] == pytest.approx(1019)
