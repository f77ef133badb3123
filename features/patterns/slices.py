"""A stretch of time counted by itself, as one pass over all time counts it.

What a transaction completes depends on the window before it, so a slice of time is counted with the
window before it once more. Two things reach further back. A fact learnt late makes searches look
for what was known: those that were learnt after the slice begins come along, however old. And a
chain may be longer than any window: it is followed as far as it was decided to, and where it comes
from or goes on beyond, it is told that its length is not known.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.patterns import chains
from features.patterns.search import ACCOUNT_VALUES, Counts, Search, no_counts
from features.patterns.settings import Limits, Settings
from features.patterns.stream import new_search, run
from features.patterns.transfers import Transfers

UNKNOWN = 2**29
"""Hops from which on a chain may be longer than what was seen of it."""

SIZES = frozenset(("fan_in", "fan_out", "gather_scatter", "chain"))
"""Values of an account of which the largest stands; the others add up."""

_CHAIN = ACCOUNT_VALUES.index("chain")


@dataclass(frozen=True)
class Slice:
    """A stretch of time, all in microseconds since 1970 UTC.

    Attributes
    ----------
    start, end : int
        What happened in `[start, end)` is counted.
    since, until : int
        Chains are followed within `[since, until)`; at least `Settings.dwell` to either side.
    first, last : int
        Nothing happened before the one, nor at the other or after it.
    """

    start: int
    end: int
    since: int
    until: int
    first: int
    last: int

    def reaching(self, before: int, after: int) -> "Slice":
        """Follow chains so far before and after the slice."""
        since, until = max(self.first, self.start - before), min(self.last, self.end + after)
        return replace(self, since=since, until=until)

    def wider(self, unknown: "Unknown") -> "Slice":
        """Follow chains twice as far to the sides where their lengths are not known."""
        before, after = self.start - self.since, self.until - self.end
        return self.reaching(before * (1 + unknown.before), after * (1 + unknown.after))


class Unknown(NamedTuple):
    """Whether chains of a slice come from before what was looked at, or go on after it."""

    before: bool
    after: bool


class SliceCounts(NamedTuple):
    """The counts of a slice: of its transactions, and of accounts by what these complete.

    An account's chain is the longest through one of these transactions.
    """

    counts: Counts
    unknown: Unknown


def count_slice(
    transfers: Transfers, accounts: int, settings: Settings, here: Slice
) -> SliceCounts:
    """Count the patterns that the transactions of a slice complete.

    Parameters
    ----------
    transfers : Transfers
        Those of the slice, and those of all others that `needed_sql` names, or more.
    accounts : int
        Accounts are numbered below it.
    """
    within = tuple(name for name in settings.families if name != "chain")
    counts = _count_within(transfers, accounts, replace(settings, families=within), here)
    if "chain" not in settings.families:
        return SliceCounts(counts, Unknown(before=False, after=False))
    chained, unknown = _count_chains(transfers, accounts, settings, here)
    both = Counts(
        counts.transactions + chained.transactions,
        counts.accounts + chained.accounts,
        counts.cut | chained.cut,
    )
    return SliceCounts(both, unknown)


def needed_sql(settings: Settings) -> str:
    """Write which transactions a slice needs, as a condition on them and on the slice `here`."""
    limits = settings.limits()
    within = (
        f"(happened_at > here.start - {limits.window} OR known_at > here.start)"
        " AND happened_at < here.end"
    )
    chained = "happened_at >= here.since AND happened_at < here.until"
    return f"({within}) OR ({chained})" if set(settings.families) - {"chain"} else chained


def _count_within(transfers: Transfers, accounts: int, settings: Settings, here: Slice) -> Counts:
    """Count what needs no more than the window."""
    happened_at, limits = transfers.happened_at, settings.limits()
    is_near = (happened_at > here.start - limits.window) | (transfers.known_at > here.start)
    before = _only(transfers, is_near & (happened_at < here.start))
    own = _only(transfers, (happened_at >= here.start) & (happened_at < here.end))
    search = new_search(len(before.payer) + len(own.payer), accounts, settings)
    run(search, before)
    return _counts_of(search, own)


def _count_chains(
    transfers: Transfers, accounts: int, settings: Settings, here: Slice
) -> tuple[Counts, Unknown]:
    happened_at, limits = transfers.happened_at, settings.limits()
    near = _only(transfers, (happened_at >= here.since) & (happened_at < here.until))
    search = new_search(len(near.payer), accounts, replace(settings, families=("chain",)))
    head, start, end = np.searchsorted(
        near.happened_at, [_known_from(here, limits), here.start, here.end]
    )
    run(search, _part(near, 0, head))
    search.trail.hops[:head] = UNKNOWN
    run(search, _part(near, head, start))
    own = _part(near, start, end)
    counts = _counts_of(search, own)
    run(search, _part(near, end, len(near.payer)))
    onward = np.zeros(len(near.payer), np.int32)
    onward[near.happened_at >= _known_until(here, limits)] = UNKNOWN
    chains.count_through(search, onward)
    before = np.where(_are_linked(own), search.trail.hops[start:end], 0)
    after = np.where(_are_linked(own), onward[start:end], 0)
    counts.accounts[:] = 0
    longest = np.where(before + after >= chains.SHORTEST, before + after, 0)
    for party in (own.payer, own.payee):
        np.maximum.at(counts.accounts[:, _CHAIN], party[longest > 0], longest[longest > 0])
    return counts, Unknown(bool((before >= UNKNOWN).any()), bool((after >= UNKNOWN).any()))


def _known_from(here: Slice, limits: Limits) -> int:
    """Tell from when on no transaction follows one from before what is looked at."""
    return here.since + limits.dwell if here.since > here.first else here.since


def _known_until(here: Slice, limits: Limits) -> int:
    """Tell until when no transaction is followed by one after what is looked at."""
    return here.until - limits.dwell if here.until < here.last else here.until


def _counts_of(search: Search, transfers: Transfers) -> Counts:
    """Go on with a pass, and count by itself what comes now."""
    counts = no_counts(len(transfers.payer), search.counts.accounts.shape[0])
    run(search._replace(counts=counts), transfers)
    return counts


def _are_linked(transfers: Transfers) -> NDArray[np.bool_]:
    payer, payee = transfers.payer, transfers.payee
    return np.asarray((payer >= 0) & (payee >= 0) & (payer != payee))


def _only(transfers: Transfers, which: NDArray[np.bool_]) -> Transfers:
    return Transfers._make(column[which] for column in transfers)


def _part(transfers: Transfers, start: int, end: int) -> Transfers:
    return Transfers._make(column[start:end] for column in transfers)
