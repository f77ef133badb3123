"""Through which doors money leaves, and whether the account lives an ordinary life."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import CHANNEL, UNKNOWN, WINDOWS, History, divided, first_since
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
        f"Of the money paid out in 30 days, {{value}} left {how}",
        paid("30d"),
        one_way=True,
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
        "Of the money paid out in 30 days, {value} went abroad",
        paid("30d"),
        one_way=True,
    ),
    Feature(
        "other_institution_share_30d",
        "Share of the money paid to a known institution in 30d that went to another than the"
        " account's; missing if there was none.",
        "share", "bank hopping", "FATF", "raises",
        "Of the money paid out in 30 days, {value} went to other institutions",
        paid("30d"),
    ),
    Feature(
        "cash_deposit_share_30d",
        "Share of the money received in 30d that was cash; missing if nothing came in.",
        "share", "cash deposits, then transfers", "AUSTRAC", "raises",
        "Of the money received in 30 days, {value} was cash",
        received("30d"),
    ),
    Feature(
        "salary_share_90d",
        "Share of the money received in 90d that was salary; missing if nothing came in.",
        "share", "ordinary life", "peer", "lowers",
        "Of the money received in 90 days, {value} was salary",
        received("90d"),
    ),
    Feature(
        "living_share_90d",
        "Share of the transactions in 90d that are salary, card payments, bills or fees;"
        " missing if there was none.",
        "share", "ordinary life", "peer", "lowers",
        "Of the transactions in 90 days, {value} are salary, card payments, bills or fees",
        everything("90d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    month = first_since(history.happened_at, as_of - _MONTH)
    quarter = first_since(history.happened_at, as_of - _QUARTER)
    amount, credit, channel = history.amount, history.credit, history.channel
    _leave(
        amount[month:], credit[month:], channel[month:],
        history.abroad[month:], history.elsewhere[month:], row[:5],
    )  # fmt: skip
    row[5] = _share_through(_CASH_DEPOSIT, amount[month:], credit[month:], channel[month:])
    row[6] = _share_through(_SALARY, amount[quarter:], credit[quarter:], channel[quarter:])
    row[7] = _living_share(credit[quarter:], channel[quarter:])


@inlined
def _leave(
    amount: NDArray[np.int64],
    credit: NDArray[np.bool_],
    channel: NDArray[np.int8],
    abroad: NDArray[np.int8],
    elsewhere: NDArray[np.int8],
    row: NDArray[np.float64],
) -> None:
    cash = crypto = e_wallet = went = 0
    went_abroad = country_known = went_elsewhere = institution_known = 0
    for event in range(len(amount)):
        # Factors and not branches: which way they go cannot be foretold, and that costs most.
        paid = amount[event] * (not credit[event])
        went += paid
        cash += paid * (channel[event] == _ATM)
        crypto += paid * (channel[event] == _CRYPTO)
        e_wallet += paid * (channel[event] == _E_WALLET)
        went_abroad += paid * (abroad[event] == 1)
        country_known += paid * (abroad[event] != UNKNOWN)
        went_elsewhere += paid * (elsewhere[event] == 1)
        institution_known += paid * (elsewhere[event] != UNKNOWN)
    row[0], row[1], row[2] = divided(cash, went), divided(crypto, went), divided(e_wallet, went)
    row[3] = divided(went_abroad, country_known)
    row[4] = divided(went_elsewhere, institution_known)


@inlined
def _share_through(
    wanted: int, amount: NDArray[np.int64], credit: NDArray[np.bool_], channel: NDArray[np.int8]
) -> float:
    """Share of the money received that came through one channel."""
    through = came = 0
    for event in range(len(amount)):
        received = amount[event] * credit[event]
        came += received
        through += received * (channel[event] == wanted)
    return divided(through, came)


@inlined
def _living_share(credit: NDArray[np.bool_], channel: NDArray[np.int8]) -> float:
    living = 0
    for event in range(len(channel)):
        spent = channel[event] == _CARD or channel[event] == _BILL or channel[event] == _FEE
        living += (channel[event] == _SALARY) if credit[event] else spent
    return divided(living, len(channel))
