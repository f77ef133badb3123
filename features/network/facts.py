"""What is visible of a network at an instant: the arrays that every question is answered from."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.history import DAY, NEVER, WINDOWS
from features.network.coded import NONE, Coded, index_of, plain
from ledger.complaints import standing
from ledger.outcomes import known_mules
from ledger.view import IDENTIFIER_COLUMNS, microseconds, visible

Integers = NDArray[np.int64]
Accounts = NDArray[np.int32]

NO_SEQUENCE = 2**62
"""Order of a transaction of an instant whose source gives none: the last."""


class Payments(NamedTuple):
    """Visible payments of the last 90 days in the ledger's order; arrays of length n.

    Attributes
    ----------
    happened_at : int64, microseconds since 1970 UTC
    sequence : int64
        Order among payments of one instant.
    payer, payee : int32
        Numbers of accounts; `NONE` for cash and for places outside.
    amount : int64, minor units of the reference currency
    complained : bool
        Whether a complaint about it stands.
    row : int64
        Which transaction of the coded ledger it is.
    """

    happened_at: Integers
    sequence: Integers
    payer: Accounts
    payee: Accounts
    amount: Integers
    complained: NDArray[np.bool_]
    row: Integers

    def since(self, start: int) -> "Payments":
        """Keep those at or after an instant."""
        first = int(np.searchsorted(self.happened_at, start))
        return self.only(slice(first, None))

    def between_accounts(self) -> "Payments":
        """Keep those with a payer and a payee that are known and differ."""
        return self.only(self.are_between_accounts)

    @property
    def are_between_accounts(self) -> NDArray[np.bool_]:
        """Mark those with a payer and a payee that are known and differ."""
        return np.asarray((self.payer >= 0) & (self.payee >= 0) & (self.payer != self.payee))

    def only(self, which: slice | NDArray[np.bool_]) -> "Payments":
        """Keep the rows of a slice or a mask."""
        return Payments._make(column[which] for column in self)


class Complaints(NamedTuple):
    """Standing complaints about visible payments; arrays of length n.

    Attributes
    ----------
    payer, payee : int64
        Of the payment; `NONE` where there is none.
    amount : int64
    payment : int64
        The row of the payment.
    made_at : int64
    source : int64
        Equal for complaints taken by one place.
    """

    payer: Integers
    payee: Integers
    amount: Integers
    payment: Integers
    made_at: Integers
    source: Integers

    def only(self, which: NDArray[np.bool_]) -> "Complaints":
        """Keep the rows of a mask."""
        return Complaints._make(column[which] for column in self)


class Recalls(NamedTuple):
    """Recalls of visible payments: who was paid, when the recall was made, the payment's row."""

    payee: Integers
    happened_at: Integers
    payment: Integers

    def only(self, which: NDArray[np.bool_]) -> "Recalls":
        """Keep the rows of a mask."""
        return Recalls._make(column[which] for column in self)


class Sightings(NamedTuple):
    """Which account was seen with which identifier, each pair once, by account and then by key."""

    account: Integers
    key: Integers


@dataclass(frozen=True, eq=False)
class Network:
    """All that is visible at an instant.

    Attributes
    ----------
    as_of : int
        Microseconds since 1970 UTC.
    size : int
        Accounts are numbered below it.
    told : frozenset of str
        Tables with a visible row; what rests on another one is missing.
    active : bool, shape (size,)
        Whether an account has a visible transaction.
    payments : Payments
    mules : bool, shape (size,)
        Known mules (`ledger.outcomes`).
    mule_is_known : bool
        Whether there is any, even one without a payment.
    complaints : Complaints
    recalls : Recalls
    listed : int64
        The account of each list entry in force.
    sightings : Sightings
        Of the last 30 days.
    device_keys : int
        Identifiers with a number below it are devices.
    opened_at : int64, shape (size,)
        `NEVER` where it is not known.
    holder : int64, shape (size,)
        Equal for accounts of one holder; `NONE` where that is not known.
    """

    as_of: int
    size: int
    told: frozenset[str]
    active: NDArray[np.bool_]
    payments: Payments
    mules: NDArray[np.bool_]
    mule_is_known: bool
    complaints: Complaints
    recalls: Recalls
    listed: Integers
    sightings: Sightings
    device_keys: int
    opened_at: Integers
    holder: Integers

    def since(self, window: str) -> Payments:
        """Keep the payments of a window."""
        return self.payments.since(self.as_of - WINDOWS[window])

    @cached_property
    def paid(self) -> tuple[Integers, Integers]:
        """Pair payers with their payees of 90 days, each pair once, by payer and then by payee."""
        p = self.payments.between_accounts()
        pairs = np.unique(p.payer.astype(np.int64) * self.size + p.payee)
        return pairs // self.size, pairs % self.size

    def only(self, which: NDArray[np.bool_]) -> "Network":
        """Keep some of the payments."""
        return replace(self, payments=self.payments.only(which))

    def without(self, gone: Integers) -> "Network":
        """Show it as if some payments, by their rows, had never been, nor complaints of them.

        Identifiers stay, and who has a visible transaction.
        """
        p = self.payments
        # A payment from nobody to nobody links nobody and moves nothing: cheaper than a copy.
        nobody = np.zeros(len(p.row), np.bool_)
        first, end = (np.searchsorted(p.row, gone, side) for side in ("left", "right"))
        nobody[first[first < end]] = True
        payer, payee = (np.where(nobody, np.int32(NONE), party) for party in (p.payer, p.payee))
        complaints, recalls = self.complaints, self.recalls
        left = p._replace(payer=payer, payee=payee)
        return replace(
            self,
            payments=left,
            complaints=complaints.only(~np.isin(complaints.payment, gone)),
            recalls=recalls.only(~np.isin(recalls.payment, gone)),
        )

    def blank(self) -> NDArray[np.float64]:
        """Return a missing value for each account."""
        return np.full(self.size, np.nan)


def network(coded: Coded, as_of: datetime) -> Network:
    """Show a coded ledger as it was known at an instant."""
    now, size = microseconds(as_of), len(coded.ids)
    seen = visible(coded.transactions, as_of)
    small = {
        name: visible(getattr(coded, name), as_of)
        for name in ("labels", "complaints", "recalls", "list_entries")
    }
    identifiers = visible(coded.identifiers, as_of, "seen_from")
    active = np.zeros(size, np.bool_)
    for side in ("payer", "payee"):
        parties = seen[side].to_numpy()
        active[parties[parties >= 0]] = True
    mules = known_mules(small["labels"])
    referred = _Referred.of(seen, len(coded.referred_ids))
    complaints, about = _complaints(coded, small["complaints"], referred)
    return Network(
        as_of=now,
        size=size,
        told=frozenset(name for name, rows in small.items() if len(rows)),
        active=active,
        payments=_payments(seen, now - 90 * DAY, about),
        mules=_mules(coded, mules, size),
        mule_is_known=bool(mules),
        complaints=complaints,
        recalls=_recalls(coded, small["recalls"], referred),
        listed=_listed(coded, small["list_entries"], as_of),
        sightings=_sightings(seen, identifiers, now - WINDOWS["30d"]),
        device_keys=coded.device_keys,
        **_holders(coded, now, size),
    )


class _Referred(NamedTuple):
    """Payments that complaints or recalls are about, by number; NONE where one is not visible."""

    payer: Integers
    payee: Integers
    amount: Integers
    row: Integers
    is_visible: NDArray[np.bool_]

    @classmethod
    def of(cls, seen: pa.Table, count: int) -> "_Referred":
        number = seen["referred"].to_numpy()
        rows = np.flatnonzero(number >= 0)
        columns = np.full((4, count), NONE, np.int64)
        for column, name in zip(columns, ("payer", "payee", "amount", "row"), strict=True):
            column[number[rows]] = seen[name].to_numpy()[rows]
        is_visible = np.zeros(count, np.bool_)
        is_visible[number[rows]] = True
        return cls._make([*columns, is_visible])


def _complaints(
    coded: Coded, rows: pa.Table, referred: _Referred
) -> tuple[Complaints, NDArray[np.bool_]]:
    """Return the standing complaints, and for each payment referred to whether one stands."""
    found = standing(rows)
    about = pa.array([each.transaction_id for each in found], coded.referred_ids.type)
    number = index_of(about, coded.referred_ids)
    kept = referred.is_visible[number] if len(found) else np.zeros(0, np.bool_)
    number = number[kept]
    made_at = np.array([microseconds(each.made_at) for each in found], np.int64)[kept]
    _, source = np.unique([each.source for each in found] or [""], return_inverse=True)
    complained = np.zeros(len(referred.payer), np.bool_)
    complained[number] = True
    columns = (
        column[number] for column in (referred.payer, referred.payee, referred.amount, referred.row)
    )
    return Complaints._make([*columns, made_at, source[: len(found)][kept]]), complained


def _payments(seen: pa.Table, start: int, about: NDArray[np.bool_]) -> Payments:
    happened_at = seen["happened_at"].cast(pa.int64()).to_numpy()
    recent = seen.slice(int(np.searchsorted(happened_at, start)))
    referred = recent["referred"].to_numpy()
    complained = np.zeros(len(recent), np.bool_)
    complained[referred >= 0] = about[referred[referred >= 0]]
    return Payments(
        happened_at[len(seen) - len(recent) :].copy(),
        # Copies can be written to, whether Arrow's memory can or not: numba compiles once.
        np.array(recent["sequence"].fill_null(NO_SEQUENCE).to_numpy()),
        np.array(recent["payer"].to_numpy()),
        np.array(recent["payee"].to_numpy()),
        np.array(recent["amount"].to_numpy()),
        complained,
        np.array(recent["row"].to_numpy()),
    )


def _mules(coded: Coded, known: Collection[str], size: int) -> NDArray[np.bool_]:
    mules = np.zeros(size, np.bool_)
    number = index_of(pa.array(sorted(known), coded.ids.type), coded.ids)
    mules[number[number >= 0]] = True
    return mules


def _recalls(coded: Coded, rows: pa.Table, referred: _Referred) -> Recalls:
    number = index_of(rows["transaction_id"], coded.referred_ids)
    happened_at = rows["happened_at"].cast(pa.int64()).to_numpy()
    payee, row = (
        column[number] if len(number) else number for column in (referred.payee, referred.row)
    )
    known = payee >= 0
    return Recalls(payee[known], happened_at[known], row[known])


def _listed(coded: Coded, rows: pa.Table, as_of: datetime) -> Integers:
    """Name the account of each entry in force: the last one told of an account and list."""
    order = [(name, "ascending") for name in ("known_at", "happened_at")]
    latest = {
        (row["account_id"], row["list_name"]): row["expires_at"]
        for row in rows.sort_by(order).to_pylist()
    }
    in_force = [
        account for (account, _), end in sorted(latest.items(), key=lambda item: item[0])
        if end is None or end > as_of
    ]  # fmt: skip
    number = index_of(pa.array(in_force, coded.ids.type), coded.ids)
    return number[number >= 0]


def _sightings(seen: pa.Table, identifiers: pa.Table, start: int) -> Sightings:
    """Pair accounts with what they were seen with at or after `start`."""
    happened_at = seen["happened_at"].cast(pa.int64()).to_numpy()
    recent = seen.slice(int(np.searchsorted(happened_at, start)))
    until = identifiers["seen_until"].cast(pa.int64())
    lasting = identifiers.filter(pc.fill_null(pc.greater_equal(until, start), fill_value=True))
    accounts = [lasting["account"].to_numpy()]
    keys = [lasting["key"].to_numpy()]
    for column in IDENTIFIER_COLUMNS:
        accounts.append(recent["payer"].to_numpy())
        keys.append(recent[column].to_numpy())
    account, key = np.concatenate(accounts), np.concatenate(keys)
    known = (account >= 0) & (key >= 0)
    account, key = account[known].astype(np.int64), key[known].astype(np.int64)
    most = int(key.max(initial=0)) + 1
    pairs = np.unique(account * most + key)
    return Sightings(pairs // most, pairs % most)


def _holders(coded: Coded, now: int, size: int) -> dict[str, Integers]:
    opened_at, holder = np.full(size, NEVER, np.int64), np.full(size, NONE, np.int64)
    told = coded.accounts["opened_at"].cast(pa.int64()).fill_null(NEVER).to_numpy()
    # An account opened later is not there yet.
    opened_at[: len(told)] = np.where(told < now, told, NEVER)
    names = plain(coded.accounts["holder_id"]).dictionary_encode()
    holder[: len(told)] = names.indices.fill_null(NONE).to_numpy()
    return {"opened_at": opened_at, "holder": holder}
