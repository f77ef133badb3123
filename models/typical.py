"""What an account's peers typically show, so that a reason can compare."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.peers import EVERY, Peers, Place

MINIMUM = 100
"""A group smaller than this says nothing of a percentile; a wider one is asked instead."""

AGE = "age_days"
"""The feature that tells an account's age: among accounts of its own age it would say nothing."""

_LEVELS = np.linspace(0.0, 1.0, 101)
_MEDIAN = 50


@dataclass(frozen=True, eq=False)
class Group:
    """What the accounts of one group show.

    Attributes
    ----------
    accounts : int
        How many there are.
    counts : int64 array of shape (features,)
        How many of them have a value.
    quantiles : float64 array of shape (features, 101)
        The quantiles 0, 0.01, ... 1 of these values; NaN where too few have one.
    """

    accounts: int
    counts: NDArray[np.int64]
    quantiles: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Compared:
    """What one account's peers show of each feature.

    Attributes
    ----------
    peers : tuple of Peers
        For each feature the narrowest group that tells enough of it.
    counts : int64 array of shape (features,)
        How many of these have a value.
    accounts : int64 array of shape (features,)
        How many these are.
    quantiles : float64 array of shape (features, 101)
        NaN where no account has a value.
    """

    peers: tuple[Peers, ...]
    counts: NDArray[np.int64]
    accounts: NDArray[np.int64]
    quantiles: NDArray[np.float64]

    @property
    def medians(self) -> NDArray[np.float64]:
        """Each feature's median; NaN where no peer has a value."""
        return self.quantiles[:, _MEDIAN]

    def position(self, feature: int, value: float) -> tuple[float, float]:
        """Return the percentages of peers below and above `value`, to one percentage point.

        Both NaN where the value is missing or no peer has one.
        """
        grid = self.quantiles[feature]
        if np.isnan(value) or np.isnan(grid[0]):
            return float("nan"), float("nan")
        below, through = np.searchsorted(grid, value, "left"), np.searchsorted(grid, value, "right")
        return float(100 * below / len(grid)), float(100 * (len(grid) - through) / len(grid))

    def place(self, feature: int, value: float) -> Place:
        """Tell where a value stands among the peers."""
        counts = int(self.accounts[feature]), int(self.counts[feature])
        return Place(self.peers[feature], *counts, *self.position(feature, value))

    def percentile(self, feature: int, value: float) -> float:
        """Return the percentage of peers below `value`, counting half of those that equal it."""
        return self.place(feature, value).percentile


@dataclass(frozen=True, eq=False)
class Typical:
    """What the accounts of every group show.

    Attributes
    ----------
    names : tuple of str
        The features, in the catalogue's order.
    groups : mapping of Peers to Group
        Those with at least `MINIMUM` accounts, and always `EVERY`.
    """

    names: tuple[str, ...]
    groups: Mapping[Peers, Group]

    def compared(self, peers: Peers) -> Compared:
        """Choose, feature by feature, whom an account with these peers is compared with.

        The narrowest group in which at least `MINIMUM` accounts have a value; failing all, every
        account.
        """
        if peers not in self._compared:
            self._compared[peers] = self._chosen(peers)
        return self._compared[peers]

    @cached_property
    def _compared(self) -> dict[Peers, Compared]:
        """What was asked before: an account's peers are one of few."""
        return {}

    def _chosen(self, peers: Peers) -> Compared:
        chosen = []
        for column, name in enumerate(self.names):
            chain = peers.groups_of_any_age if name == AGE else peers.groups
            chosen.append(next((p for p in chain if self._tells(p, column)), EVERY))
        groups = [self.groups[each] for each in chosen]
        return Compared(
            peers=tuple(chosen),
            counts=np.array([group.counts[i] for i, group in enumerate(groups)]),
            accounts=np.array([group.accounts for group in groups]),
            quantiles=np.array([group.quantiles[i] for i, group in enumerate(groups)]),
        )

    def _tells(self, peers: Peers, column: int) -> bool:
        group = self.groups.get(peers)
        return group is not None and not np.isnan(group.quantiles[column, 0])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form, with null for missing."""
        groups = [
            {
                "peers": asdict(peers),
                "accounts": group.accounts,
                "counts": dict(zip(self.names, group.counts.tolist(), strict=True)),
                "quantiles": {
                    name: None if np.isnan(row[0]) else row.tolist()
                    for name, row in zip(self.names, group.quantiles, strict=True)
                },
            }
            for peers, group in self.groups.items()
        ]
        return {"groups": groups}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], names: Sequence[str]) -> "Typical":
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError, KeyError, TypeError
            If a group lacks a feature, a row has another length or falls, or `EVERY` is missing.
        """
        groups = {
            Peers(**group["peers"]): Group(
                int(group["accounts"]),
                np.array([int(group["counts"][name]) for name in names]),
                np.array([_row(group["quantiles"][name]) for name in names]),
            )
            for group in fields["groups"]
        }
        if EVERY not in groups:
            raise KeyError("every account")
        return cls(tuple(names), groups)


def typical_of(
    values: NDArray[np.float64], peers: Sequence[Peers], names: Sequence[str]
) -> Typical:
    """Measure what the accounts of each group show.

    Parameters
    ----------
    values : float64 array of shape (n, features)
        Training rows; NaN is missing.
    peers : sequence of Peers, of length n
        The narrowest of each row's account.
    names : sequence of str
        The features, in the order of the columns.
    """
    members: dict[Peers, list[int]] = {}
    for row, narrowest in enumerate(peers):
        for group in narrowest.groups:
            members.setdefault(group, []).append(row)
    groups = {
        group: _group(values[rows], MINIMUM)
        for group, rows in members.items()
        if len(rows) >= MINIMUM and group != EVERY
    }
    return Typical(tuple(names), {**groups, EVERY: _group(values, 1)})


def _group(values: NDArray[np.float64], minimum: int) -> Group:
    counts = np.count_nonzero(~np.isnan(values), axis=0)
    quantiles = np.full((values.shape[1], len(_LEVELS)), np.nan)
    for row, column, count in zip(quantiles, values.T, counts, strict=True):
        if count >= minimum:
            # An observed value, not one between two: a typical count is a whole number.
            row[:] = np.quantile(column[~np.isnan(column)], _LEVELS, method="lower")
    return Group(len(values), counts, quantiles)


def _row(quantiles: Sequence[float] | None) -> NDArray[np.float64]:
    if quantiles is None:
        return np.full(len(_LEVELS), np.nan)
    row = np.asarray(quantiles, dtype=np.float64)
    if row.shape != _LEVELS.shape or not (np.diff(row) >= 0).all():
        raise ValueError(f"{len(_LEVELS)} quantiles that do not fall are expected")
    return row
