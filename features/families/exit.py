"""Through which doors money leaves, and whether the account lives an ordinary life."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.history import CHANNEL, CREDIT, DEBIT, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, paid, received

_MONTH, _QUARTER = WINDOWS["30d"], WINDOWS["90d"]
_ATM, _CRYPTO, _E_WALLET = CHANNEL["atm"], CHANNEL["crypto"], CHANNEL["e_wallet"]
_CASH_DEPOSIT, _SALARY = CHANNEL["cash_deposit"], CHANNEL["salary"]
_CARD, _BILL, _FEE = CHANNEL["card"], CHANNEL["bill"], CHANNEL["fee"]


def _leaving(name: str, how: str, source: str) -> Feature:
    return Feature(
        f"{name}_share_30d",
        f"Share of the money paid out in 30d that left {how}; missing if nothing was paid.",
        "share", "exit channels", source, "raises",
        f"Of the money paid out in 30 days, {{value}} left {how}; typical is {{typical}}.",
        paid("30d"),
    )  # fmt: skip


FEATURES = (
    _leaving("cash_out", "as cash from a machine", "FATF"),
    _leaving("crypto", "for crypto currency", "BOT"),
    _leaving("e_wallet", "to an e-wallet", "FATF"),
    Feature(
        "cross_border_share_30d",
        "Share of the money paid to a known country in 30d that went to another than the"
        " account's; missing if there was none.",
        "share", "exit channels", "FATF", "raises",
        "Of the money paid out in 30 days, {value} went abroad; typical is {typical}.",
        paid("30d"),
    ),
    Feature(
        "other_institution_share_30d",
        "Share of the money paid to a known institution in 30d that went to another than the"
        " account's; missing if there was none.",
        "share", "bank hopping", "FATF", "raises",
        "Of the money paid out in 30 days, {value} went to other institutions;"
        " typical is {typical}.",
        paid("30d"),
    ),
    Feature(
        "cash_deposit_share_30d",
        "Share of the money received in 30d that was cash; missing if nothing came in.",
        "share", "cash deposits, then transfers", "AUSTRAC", "raises",
        "Of the money received in 30 days, {value} was cash; typical is {typical}.",
        received("30d"),
    ),
    Feature(
        "salary_share_90d",
        "Share of the money received in 90d that was salary; missing if nothing came in.",
        "share", "ordinary life", "peer", "lowers",
        "Of the money received in 90 days, {value} was salary; typical is {typical}.",
        received("90d"),
    ),
    Feature(
        "living_share_90d",
        "Share of the transactions in 90d that are salary, card payments, bills or fees;"
        " missing if there was none.",
        "share", "ordinary life", "peer", "lowers",
        "Of the transactions in 90 days, {value} are salary, card payments, bills or fees;"
        " typical is {typical}.",
        everything("90d"),
    ),
)  # fmt: skip


@compiled
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    month = first_since(history.happened_at, as_of - _MONTH)
    went = _total(history, month, DEBIT)
    row[0] = divided(_through(history, month, DEBIT, _ATM), went)
    row[1] = divided(_through(history, month, DEBIT, _CRYPTO), went)
    row[2] = divided(_through(history, month, DEBIT, _E_WALLET), went)
    row[3] = _share_beyond(history, history.abroad, month)
    row[4] = _share_beyond(history, history.elsewhere, month)
    row[5] = divided(
        _through(history, month, CREDIT, _CASH_DEPOSIT), _total(history, month, CREDIT)
    )
    quarter = first_since(history.happened_at, as_of - _QUARTER)
    row[6] = divided(_through(history, quarter, CREDIT, _SALARY), _total(history, quarter, CREDIT))
    row[7] = _living_share(history, quarter)


@compiled
def _total(history: History, start: int, credit: bool) -> int:
    total = 0
    for event in range(start, len(history.amount)):
        if history.credit[event] == credit:
            total += history.amount[event]
    return total


@compiled
def _through(history: History, start: int, credit: bool, channel: int) -> int:
    total = 0
    for event in range(start, len(history.amount)):
        if history.credit[event] == credit and history.channel[event] == channel:
            total += history.amount[event]
    return total


@compiled
def _share_beyond(history: History, beyond: NDArray[np.int8], start: int) -> float:
    total = outside = 0
    for event in range(start, len(history.amount)):
        if not history.credit[event] and beyond[event] != UNKNOWN:
            total += history.amount[event]
            if beyond[event] == 1:
                outside += history.amount[event]
    return divided(outside, total)


@compiled
def _living_share(history: History, start: int) -> float:
    living = 0
    for event in range(start, len(history.channel)):
        channel = history.channel[event]
        if history.credit[event]:
            living += channel == _SALARY
        else:
            living += channel in (_CARD, _BILL, _FEE)
    return divided(living, len(history.channel) - start)
