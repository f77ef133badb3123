"""What goes through e-wallets and crypto wallets."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import CHANNEL, MINUTE, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, paid, through, with_first_contact

_MONTH = WINDOWS["30d"]
_HOUR = 60 * MINUTE
_CRYPTO, _E_WALLET = CHANNEL["crypto"], CHANNEL["e_wallet"]

FEATURES = (
    Feature(
        "new_crypto_share_30d",
        "Share of the money paid as crypto currency to known addresses in 30d that went to an"
        " address never dealt with before that payment; missing if there was none.",
        "share", "new crypto addresses", "BOT", "raises",
        "Of the crypto currency paid in 30 days, {value} went to addresses never dealt with before",
        with_first_contact(through(paid("30d"), "crypto")),
    ),
    Feature(
        "e_wallet_hops_30d",
        "Number of receipts through an e-wallet in 30d after which a payment followed within an"
        " hour.",
        "transactions", "e-wallet hops", "BOT", "raises",
        "Money from an e-wallet was followed by a payment within an hour {value} in 30 days",
        everything("30d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    month = first_since(history.happened_at, as_of - _MONTH)
    row[0] = _new_crypto_share(history, month)
    row[1] = _e_wallet_hops(history, month)


@inlined
def _new_crypto_share(history: History, start: int) -> float:
    if not _uses(history, start, _CRYPTO):
        return np.nan
    # Counterparties are numbered in the order they were met.
    met = history.counterparty[:start].max() if start else UNKNOWN
    went = went_new = 0
    for event in range(start, len(history.amount)):
        party = history.counterparty[event]
        is_paid = not history.credit[event] and history.channel[event] == _CRYPTO
        went += history.amount[event] * (is_paid and party != UNKNOWN)
        went_new += history.amount[event] * (is_paid and party > met)
        met = max(met, party)
    return divided(went_new, went)


@inlined
def _e_wallet_hops(history: History, start: int) -> int:
    if not _uses(history, start, _E_WALLET):
        return 0
    hops, next_payment = 0, np.int64(-1)
    for event in range(len(history.amount) - 1, start - 1, -1):
        if not history.credit[event]:
            next_payment = history.happened_at[event]
        elif history.channel[event] == _E_WALLET and next_payment >= 0:
            hops += next_payment - history.happened_at[event] <= _HOUR
    return hops


@inlined
def _uses(history: History, start: int, channel: int) -> bool:
    """Tell whether anything went through a channel: for most accounts nothing did."""
    uses = 0
    for event in range(start, len(history.channel)):
        uses += history.channel[event] == channel
    return uses > 0
