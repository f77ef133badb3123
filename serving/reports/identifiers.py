"""Devices, telephone numbers and addresses of an account, and who else was seen with them."""

from collections import Counter
from dataclasses import dataclass

from ledger.schema import IDENTIFIERS
from ledger.view import LedgerView

KINDS = next(column.values for column in IDENTIFIERS if column.name == "kind")
"""What an identifier may be."""
ACCOUNTS, VALUES = 8, 20
"""So many accounts are named for each identifier, and so many identifiers shown."""


@dataclass(frozen=True)
class Shared:
    """One identifier of the account that `count` other accounts were seen with too.

    Attributes
    ----------
    accounts : tuple of str
        The first of them by name.
    """

    kind: str
    value: str
    count: int
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Identifiers:
    """What the ledger knows of an account's identifiers.

    Attributes
    ----------
    known : tuple of (kind, count)
        How many it was seen with, of each kind that the ledger tells.
    missing : tuple of str
        The kinds of which the ledger tells nothing.
    shared : tuple of Shared
        Those that most others share first.
    """

    known: tuple[tuple[str, int], ...] = ()
    missing: tuple[str, ...] = KINDS
    shared: tuple[Shared, ...] = ()


def identifiers(view: LedgerView, account_id: str) -> Identifiers:
    """Read the identifiers of an account and who shares them."""
    others: dict[tuple[str, str], list[str]] = {}
    for row in view.seen_with(account_id).to_pylist():
        found = others.setdefault((row["kind"], row["value"]), [])
        if row["account_id"] != account_id:
            found.append(row["account_id"])
    counts = Counter(kind for kind, _ in others)
    shared = [
        Shared(kind, value, len(found), tuple(found[:ACCOUNTS]))
        for (kind, value), found in others.items()
        if found
    ]
    return Identifiers(
        known=tuple((kind, counts[kind]) for kind in KINDS if counts[kind]),
        missing=tuple(kind for kind in KINDS if not counts[kind]),
        shared=tuple(sorted(shared, key=lambda one: (-one.count, one.kind, one.value))[:VALUES]),
    )
