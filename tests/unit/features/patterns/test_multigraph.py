"""The sliding window: what it holds, who stands in whose list, and what is tied."""

import numpy as np
import pytest

from features.patterns.lookups import earliest, earliest_after, latest_before
from features.patterns.multigraph import (
    NEVER,
    NO_SEQUENCE,
    NONE,
    OLDER,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
    TIED,
    add,
    empty,
    expire,
)

BUDGET = 100
MISSING = (NO_SEQUENCE, NO_SEQUENCE)


@pytest.fixture
def graph():
    return empty(accounts=4, capacity=10)


def budget(steps=BUDGET):
    return np.array([steps])


def pay(graph, moment, payer, payee, sequence=NO_SEQUENCE, known_at=None):
    known_at = moment if known_at is None else known_at
    return add(graph, moment, known_at, sequence, payer, payee)


def counterparties(graph, side, account):
    listed, pair = [], graph.newest[side, account]
    while pair != NONE:
        listed.append(int(graph.pairs[pair, PARTY + 1 - side]))
        pair = graph.pairs[pair, OLDER + side]
    return listed


def test_counterparties_stand_the_most_recent_first(graph):
    for moment, payee in enumerate([1, 2, 3, 1]):
        pay(graph, moment, 0, payee)
    assert counterparties(graph, PAYER, 0) == [1, 3, 2]
    assert counterparties(graph, PAYEE, 1) == [0]
    assert graph.fan[PAYER, 0] == 3


def test_what_left_the_window_is_in_no_list(graph):
    for moment, payee in enumerate([1, 2, 1]):
        pay(graph, moment, 0, payee)
    expire(graph, 1)
    assert counterparties(graph, PAYER, 0) == [1]
    assert counterparties(graph, PAYEE, 2) == []
    assert graph.fan[PAYER, 0] == 1
    pay(graph, 3, 0, 2)
    assert counterparties(graph, PAYER, 0) == [2, 1]


def test_a_pair_answers_within_the_window_only(graph):
    numbers = [pay(graph, moment, 0, 1) for moment in range(4)]
    pair = graph.links[numbers[0], PAIR]
    expire(graph, 0)
    assert earliest(graph, pair, 9, budget()) == numbers[1]
    assert earliest_after(graph, pair, numbers[1], 9, budget()) == numbers[2]
    assert latest_before(graph, pair, numbers[3], 9, budget()) == numbers[2]
    assert latest_before(graph, pair, numbers[1], 9, budget()) == NONE
    assert earliest_after(graph, pair, numbers[3], 9, budget()) == NEVER


def test_a_pair_answers_with_what_is_known_only(graph):
    first, second, third = (pay(graph, moment, 0, 1, known_at=5 - moment) for moment in range(3))
    pair = graph.links[first, PAIR]
    assert earliest(graph, pair, 4, budget()) == second
    assert latest_before(graph, pair, NEVER, 3, budget()) == third
    assert latest_before(graph, pair, third, 3, budget()) == NONE


def test_a_walk_ends_with_its_budget(graph):
    for moment in range(5):
        last = pay(graph, moment, 0, 1)
    left = budget(2)
    assert latest_before(graph, graph.links[last, PAIR], 1, 9, left) == NONE
    assert left[0] < 0


def test_ties(graph):
    numbers = [pay(graph, 1, 0, 1, sequence) for sequence in (1, 2, 2, *MISSING)]
    assert graph.links[numbers, TIED].tolist() == [0, 1, 1, 3, 3]
    assert graph.links[pay(graph, 2, 0, 1), TIED] == 5


@pytest.mark.parametrize(("payer", "payee"), [(NONE, 1), (1, NONE), (2, 2)])
def test_what_has_not_two_accounts_stands_in_no_list(graph, payer, payee):
    number = pay(graph, 0, payer, payee)
    assert graph.links[number, PAIR] == NONE
    assert not graph.fan.any()
