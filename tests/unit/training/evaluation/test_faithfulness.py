"""A figure that could not be low would say nothing: explanations that are false must show."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from features.catalogue import NAMES, NETWORK_NAMES
from training.evaluation.faithfulness import _Case, _won


@dataclass
class Account:
    """Transactions of which some move the score and some are cited."""

    weight: np.ndarray
    evidence: np.ndarray

    def around(self):
        return "its network"

    def without(self, gone, around):
        assert around == "its network"
        return float(self.weight[~gone].sum())


def won(weight, cited):
    evidence = np.isin(np.arange(len(weight)), cited)
    return _won(Account(np.array(weight), evidence), np.random.default_rng(1))


@pytest.mark.parametrize(
    ("weight", "cited", "share"),
    [
        ([5.0, 4.0, 0.0, 0.0, 0.0], [0, 1], 1.0),
        ([5.0, 4.0, 3.0, 3.0, 3.0], [2, 3], 0.0),
        ([1.0, 1.0, 1.0, 1.0, 1.0], [0, 4], 0.5),
        ([5.0, 4.0], [0], 1.0),
    ],
)
def test_evidence_wins_as_often_as_it_matters_more_than_other_transactions(weight, cited, share):
    assert won(weight, cited) == share


@pytest.mark.parametrize("cited", [[], [0, 1, 2]])
def test_without_evidence_or_as_many_others_nothing_is_compared(cited):
    assert won([1.0, 2.0, 3.0, 4.0, 5.0], cited) is None


class Network:
    """What the snapshot of a network without some payments shows."""

    def without(self, gone):
        self.gone = gone.tolist()
        return np.full(len(NETWORK_NAMES), 2.0)


def test_what_the_network_shows_is_computed_again_without_the_payments(monkeypatch):
    monkeypatch.setattr(_Case, "values", lambda case, history: np.full((1, len(NAMES)), 1.0))
    scorer = SimpleNamespace(raw=lambda values: values.sum(axis=1))
    history = pa.table({"transaction_id": ["a", "b", "c"]})
    case = _Case(scorer, None, None, history, np.array([7, 8, 9]), None, lambda: None)
    network, gone = Network(), np.array([True, False, True])
    assert case.without(gone, None) == len(NAMES)
    assert case.without(gone, network) == len(NAMES) + len(NETWORK_NAMES)
    assert network.gone == [7, 9]
