"""A random ledger with the shape of a real one: few busy accounts, habits, nights, late facts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, CHANNELS, TRANSACTIONS
from ledger.view import microseconds

AS_OF = datetime(2025, 6, 1, 9, 30, tzinfo=UTC)
"""The instant asked about: ten days before the last fact, so that some are not to be seen."""

_FIRST_DAY = AS_OF - timedelta(days=170)
_DAYS = 180
_DAY = 24 * 3600
_TRANSACTIONS_PER_ACCOUNT = 50
_CONTACTS = 8
_PART = 10_000_000
"""Transactions of a part: what can be made at once in a few GB of memory."""
_INSTITUTIONS = np.array([f"bank_{number:02}" for number in range(20)])
_COUNTRIES = np.array(["TH", "KH", "MM", "LA", "SG"])
_CHANNEL_SHARES = {
    "transfer": 0.2, "instant": 0.36, "wire": 0.01, "card": 0.16, "cash_deposit": 0.04,
    "atm": 0.07, "cheque": 0.01, "e_wallet": 0.05, "crypto": 0.01, "fee": 0.01, "salary": 0.03,
    "bill": 0.04, "other": 0.01,
}  # fmt: skip
_HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 11, 10, 10, 10, 10, 10, 10, 9, 8, 6, 4, 2]
)

Texts = NDArray[np.object_]
_MISSING = np.array(None, object)


class Habits(NamedTuple):
    """Who pays whom.

    Attributes
    ----------
    busy, popular : float64
        How likely each account is to pay, and each account, or one outside, to be paid.
    contacts : int64, shape (accounts, _CONTACTS)
        Whom each account usually pays.
    """

    busy: NDArray[np.float64]
    popular: NDArray[np.float64]
    contacts: NDArray[np.int64]


def write(folder: Path, transactions: int, seed: int = 0) -> Lake:
    """Write a random ledger of so many transactions as Parquet, a part after the other."""
    random = np.random.default_rng(seed)
    people = _accounts(random, max(20, transactions // _TRANSACTIONS_PER_ACCOUNT))
    lake = append(Lake(folder, "random", "THB"), {"accounts": people})
    outside = max(10, len(people) // 2)
    directory, habits = _directory(random, people, outside), _habits(random, len(people), outside)
    moments = _moments(random, transactions)
    for first in range(0, transactions, _PART):
        happened = moments[first : first + _PART]
        rows = _transactions(random, happened, first, habits, directory)
        lake = append(lake, {"transactions": rows})
    return lake


def _accounts(random: np.random.Generator, count: int) -> pa.Table:
    last_day = microseconds(_FIRST_DAY + timedelta(days=_DAYS))
    opened = last_day - (random.exponential(900, count) * _DAY).astype(np.int64) * 10**6
    columns = {
        "account_id": [f"{number:010}" for number in random.permutation(count) + 4_000_000_000],
        "institution": random.choice(_INSTITUTIONS, count, p=_falling(len(_INSTITUTIONS))),
        "kind": np.full(count, "bank"),
        "opened_at": pa.array(opened).cast(ACCOUNTS.arrow.field("opened_at").type),
        "country": _some_missing(random, np.full(count, "TH", object), 0.02),
    }
    missing = {name: pa.nulls(count) for name in ACCOUNTS.arrow.names if name not in columns}
    return pa.table({**columns, **missing}).select(ACCOUNTS.arrow.names).cast(ACCOUNTS.arrow)


def _transactions(
    random: np.random.Generator,
    happened: NDArray[np.int64],
    first: int,
    habits: Habits,
    directory: dict[str, Texts],
) -> pa.Table:
    count = len(happened)
    channel = random.choice(CHANNELS, count, p=[_CHANNEL_SHARES[name] for name in CHANNELS])
    payer, payee = _parties(random, count, habits, channel)
    late = random.exponential(2 * _DAY, count) * (random.random(count) < 0.1)
    known = happened + (1e6 * (random.exponential(1, count) + late)).astype(np.int64)
    amount = _amounts(random, count)
    columns = {
        "transaction_id": [f"t{number:09}" for number in range(first, first + count)],
        "tenant": np.full(count, "local"),
        "happened_at": pa.array(happened).cast(TRANSACTIONS.arrow.field("happened_at").type),
        "known_at": pa.array(known).cast(TRANSACTIONS.arrow.field("known_at").type),
        **_side("payer", payer, directory, hidden=channel == "cash_deposit"),
        **_side("payee", payee, directory, hidden=np.isin(channel, ["atm", "fee"])),
        "payer_amount_minor": amount,
        "payee_amount_minor": amount,
        "reference_minor": amount,
        "payer_currency": np.full(count, "THB"),
        "payee_currency": np.full(count, "THB"),
        "channel": channel,
        "source_sequence": np.arange(first, first + count),
        "status": np.full(count, "booked"),
    }
    missing = {name: pa.nulls(count) for name in TRANSACTIONS.arrow.names if name not in columns}
    return (
        pa.table({**columns, **missing}).select(TRANSACTIONS.arrow.names).cast(TRANSACTIONS.arrow)
    )


def _habits(random: np.random.Generator, inside: int, outside: int) -> Habits:
    busy = random.lognormal(0, 1.2, inside)
    popular = random.lognormal(0, 1.5, inside + outside)
    popular /= popular.sum()
    contacts = random.choice(inside + outside, (inside, _CONTACTS), p=popular)
    return Habits(busy / busy.sum(), popular, contacts)


def _parties(
    random: np.random.Generator, count: int, habits: Habits, channel: NDArray[np.str_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw who pays whom: mostly an account of the ledger one of its usual contacts."""
    payer = random.choice(len(habits.busy), count, p=habits.busy)
    usual = habits.contacts[payer, random.integers(_CONTACTS, size=count)]
    anyone = random.choice(len(habits.popular), count, p=habits.popular)
    payee = np.where(random.random(count) < 0.75, usual, anyone)
    # No account pays itself, and salaries come from outside.
    payee = np.where(payee == payer, (payer + 1) % len(habits.busy), payee)
    swapped = channel == "salary"
    return np.where(swapped, payee, payer), np.where(swapped, payer, payee)


def _directory(random: np.random.Generator, accounts: pa.Table, outside: int) -> dict[str, Texts]:
    """List what transactions say of every account, those outside the ledger included."""
    elsewhere = {
        "account": np.array([f"x{number:09}" for number in range(outside)], object),
        "institution": random.choice(_INSTITUTIONS, outside).astype(object),
        "country": random.choice(_COUNTRIES, outside, p=[0.8, 0.05, 0.05, 0.05, 0.05]).astype(
            object
        ),
    }
    own = {
        "account": accounts["account_id"].to_numpy(),
        "institution": accounts["institution"].to_numpy(),
        "country": accounts["country"].to_numpy(),
    }
    every = {name: np.concatenate([own[name], elsewhere[name]]) for name in own}
    return {**every, "institution": _some_missing(random, every["institution"], 0.03)}


def _side(
    side: str, party: NDArray[np.int64], directory: dict[str, Texts], hidden: NDArray[np.bool_]
) -> dict[str, Texts]:
    return {
        f"{side}_{name}": np.where(hidden, _MISSING, of[party]) for name, of in directory.items()
    }


def _moments(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Draw instants in order, to the second, so that some coincide."""
    day = random.integers(_DAYS, size=count)
    hour = random.choice(24, count, p=_HOURS / _HOURS.sum())
    second = day * _DAY + hour * 3600 + random.integers(3600, size=count)
    midnight = _FIRST_DAY.replace(hour=0, minute=0)
    return np.sort(second) * 10**6 + microseconds(midnight)


def _amounts(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    amount = 1 + random.lognormal(10.5, 1.4, count).astype(np.int64)
    round_amount = 10_000 * (1 + amount // 10_000)
    return np.where(random.random(count) < 0.3, round_amount, amount)


def _falling(count: int) -> NDArray[np.float64]:
    share = 1 / np.arange(1, count + 1, dtype=np.float64)
    falling: NDArray[np.float64] = share / share.sum()
    return falling


def _some_missing(random: np.random.Generator, texts: NDArray[Any], share: float) -> Texts:
    return np.where(random.random(len(texts)) < share, _MISSING, texts)
