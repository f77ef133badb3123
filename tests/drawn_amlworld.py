"""Draws a file in the format of AMLworld, of any size: `python -m tests.drawn_amlworld FILE`.

Ordinary accounts pay a few contacts, all day and on ten days; some of them look like mules for
they pay and are paid by many. Launderers move money in cycles, fans and scatter-gathers within some
days, by the same means as many others: a single row tells little. What begins late goes on when
ordinary payments have ended, so the last days hold little but laundering, as in HI-Small.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ledger.importers.amlworld import CURRENCIES
from tests.as_amlworld import HEADER

FORMATS = ("Cheque", "Credit Card", "ACH", "Cash", "Wire", "Bitcoin")
_SHARES = (0.37, 0.26, 0.12, 0.10, 0.09, 0.06)
_DAY = 24 * 60


@dataclass(frozen=True)
class Size:
    """How much is drawn; the defaults make a file that tests can afford."""

    accounts: int = 400
    payments: int = 6_000
    attempts: int = 60
    days: int = 10
    tail_days: int = 5
    seed: int = 7


def write(path: Path, size: Size = Size(), header: str = HEADER) -> Path:
    """Write a file, its rows not quite in order of time."""
    draw = np.random.default_rng(size.seed)
    parts = [_ordinary(draw, size), _to_themselves(draw, size), _laundering(draw, size)]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(rows["minute"] + draw.integers(0, 60, len(rows["minute"])), kind="stable")
    table = _as_texts({name: column[order] for name, column in rows.items()}, draw)
    with path.open("wb") as file:
        file.write(header.encode())
        options = arrow_csv.WriteOptions(include_header=False, quoting_style="none")
        arrow_csv.write_csv(table, file, options)
    return path


def _ordinary(draw, size):
    """Payments to contacts and shops, the first of which get most; one account pays everybody."""
    payer = (size.accounts * draw.beta(0.6, 1.5, size.payments)).astype(int)
    payer = np.where(draw.random(size.payments) < 0.03, 1, payer)
    contact = (payer * 31 + 7 * draw.geometric(0.35, size.payments)) % size.accounts
    shop = (size.accounts / 100 * draw.random(size.payments) ** 3).astype(int)
    payee = np.where(draw.random(size.payments) < 0.3, shop, contact)
    payee = np.where(payee == payer, (payee + 1) % size.accounts, payee)
    minute = draw.integers(0, size.days * _DAY, size.payments)
    means = draw.choice(len(FORMATS), size.payments, p=_SHARES)
    return _rows(payer, payee, minute, draw.lognormal(6, 2, size.payments), means, laundering=0)


def _to_themselves(draw, size):
    """Transfers of accounts to themselves, most of them on the first day."""
    number = size.payments // 8
    account = draw.integers(0, size.accounts, number)
    late = draw.random(number) < 0.1
    minute = np.where(
        late, draw.integers(0, size.days * _DAY, number), draw.integers(0, _DAY, number)
    )
    return _rows(account, account, minute, draw.lognormal(6, 2, number), 2, laundering=0)


def _laundering(draw, size):
    """Attempts one after the other, with pauses of hours between their payments."""
    payer, payee, minute, amount = [], [], [], []
    for _ in range(size.attempts):
        legs = _legs(draw, draw.integers(0, size.accounts, 12))
        start = draw.integers(0, size.days * _DAY)
        at = start + np.sort(draw.integers(0, 1 + size.tail_days * _DAY // 2, len(legs)))
        payer += [leg[0] for leg in legs]
        payee += [leg[1] for leg in legs]
        minute += list(at)
        amount += list(np.exp(draw.normal(8.5, 0.5)) * draw.uniform(0.9, 1.1, len(legs)))
    means = np.where(draw.random(len(payer)) < 0.85, 2, 0)
    found = _rows(np.array(payer), np.array(payee), np.array(minute), np.array(amount), means, 1)
    apart = found["payer"] != found["payee"]
    return {name: column[apart] for name, column in found.items()}


def _legs(draw, names):
    shape = draw.integers(0, 4)
    if shape == 0:
        ring = names[: draw.integers(3, 7)]
        return list(zip(ring, np.roll(ring, -1), strict=True))
    others = names[2 : draw.integers(6, 13)]
    if shape == 1:
        return [(names[0], other) for other in others]
    if shape == 2:
        return [(other, names[0]) for other in others]
    return [(names[0], o) for o in others] + [(o, names[1]) for o in others]


def _rows(payer, payee, minute, amount, means, laundering):
    every = np.ones(len(payer), int)
    return {
        "payer": payer, "payee": payee, "minute": minute, "amount": amount,
        "means": every * means, "laundering": every * laundering,
    }  # fmt: skip


def _as_texts(rows, draw):
    """Write rows as the columns of the file; one in a hundred changes the currency."""
    count = len(rows["minute"])
    names = np.array([name for name in CURRENCIES if name != "Bitcoin"])
    home = np.where(rows["payer"] % 3 == 0, rows["payer"] % len(names), 0)
    abroad = np.where(draw.random(count) < 0.01, draw.integers(0, len(names), count), home)
    rates = np.array([rate for name, (_, rate) in CURRENCIES.items() if name != "Bitcoin"])
    paid = np.maximum(np.round(rows["amount"] / rates[home]), 1)
    received = np.where(
        home == abroad, paid, np.maximum(np.round(paid * rates[home] / rates[abroad]), 1)
    )
    moment = np.datetime64("2022-09-01T00:00", "m") + rows["minute"]
    day = pa.array(moment.astype("datetime64[s]"))
    columns = [
        pa.compute.strftime(day, "%Y/%m/%d %H:%M"),
        *_account(rows["payer"]), *_account(rows["payee"]),
        pa.array(received), pa.array(names[abroad]), pa.array(paid), pa.array(names[home]),
        pa.array(np.array(FORMATS)[rows["means"]]), pa.array(rows["laundering"]),
    ]  # fmt: skip
    return pa.table(columns, [str(number) for number in range(len(columns))])


def _account(number):
    bank = np.char.zfill((number % 97).astype(str), 3)
    return pa.array(bank), pa.array(np.char.add("8", np.char.zfill(number.astype(str), 8)))


if __name__ == "__main__":
    _, target, payments = sys.argv
    many = int(payments)
    write(Path(target), Size(many // 10, many, many // 7_500, tail_days=8))
