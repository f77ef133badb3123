"""Fans: many pay one account, or one account pays many, within the window."""

from features.compiled import allocation_free
from features.patterns.lookups import earliest, latest_before
from features.patterns.multigraph import (
    NEVER,
    NONE,
    OLDER,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
)
from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES, Search, spend

_OF_TRANSACTION = TRANSACTION_VALUES.index("fan_out"), TRANSACTION_VALUES.index("fan_in")
_OF_ACCOUNT = ACCOUNT_VALUES.index("fan_out"), ACCOUNT_VALUES.index("fan_in")
_BURSTS = ACCOUNT_VALUES.index("fan_out_bursts"), ACCOUNT_VALUES.index("fan_in_bursts")


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Measure the two fans that a transaction is in.

    `fan_in` is the number of different payers that paid its payee within the window up to it, its
    own included; `fan_out` the number of different payees that its payer paid. An account's value
    is its largest fan, and `fan_in_bursts` how often a payer not among them before made the fan
    reach `Limits.burst`; likewise `fan_out_bursts`.

    References
    ----------
    Altman et al., Realistic synthetic financial transactions for anti-money laundering models,
    NeurIPS 2023; Blanusa et al., Graph Feature Preprocessor, ICAIF 2024: fan-in and fan-out.
    """
    pair = search.graph.links[transaction, PAIR]
    known_at = search.graph.known_at[transaction]
    for side in (PAYER, PAYEE):
        account = search.graph.pairs[pair, PARTY + side]
        fan = _size(search, side, account, known_at)
        search.counts.transactions[row, _OF_TRANSACTION[side]] = fan
        values = search.counts.accounts[account]
        values[_OF_ACCOUNT[side]] = max(values[_OF_ACCOUNT[side]], fan)
        if fan == search.limits.burst and _is_new(search, pair, transaction, known_at):
            values[_BURSTS[side]] += 1


@allocation_free
def _size(search: Search, side: int, account: int, known_at: int) -> int:
    """Count the counterparties known by `known_at`: all, unless facts came late."""
    if search.graph.learnt[side, account] <= known_at:
        return int(search.graph.fan[side, account])
    size = 0
    pair = search.graph.newest[side, account]
    while pair != NONE and spend(search.scratch):
        size += earliest(search.graph, pair, known_at, search.scratch.budget) != NEVER
        pair = search.graph.pairs[pair, OLDER + side]
    return size


@allocation_free
def _is_new(search: Search, pair: int, transaction: int, known_at: int) -> bool:
    """Tell whether the pair has no transaction in the window before this one."""
    budget = search.scratch.budget
    return latest_before(search.graph, pair, transaction, known_at, budget) == NONE
