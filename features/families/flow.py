"""How much money came in and went out, and how much of it stayed."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import IN_WORDS, Feature
from features.history import WINDOWS, History, divided, first_since
from features.selectors import everything, largest, paid, received

_LENGTHS = np.array(list(WINDOWS.values()))
_WINDOWS = len(WINDOWS)
_IN, _OUT = 1, 0


def _counts() -> list[Feature]:
    return [
        Feature(
            f"{side}_count_{window}",
            f"Number of transactions that {verb} the account in {window}.",
            "transactions", "velocity", "BOT", "raises",
            f"Money {words} {{value}} in {IN_WORDS[window]}; typical is {{typical}}.",
            select(window),
        )
        for side, verb, words, select in (
            ("credit", "credited", "came in", received),
            ("debit", "debited", "went out", paid),
        )
        for window in WINDOWS
    ]  # fmt: skip


def _sums() -> list[Feature]:
    return [
        Feature(
            f"{side}_sum_{window}",
            f"Money {verb} in {window}.",
            "minor units", "velocity", "FATF", "raises",
            f"The account {verb} {{value}} in {IN_WORDS[window]}; typical is {{typical}}.",
            select(window),
        )
        for side, verb, select in (("credit", "received", received), ("debit", "paid out", paid))
        for window in WINDOWS
    ]  # fmt: skip


def _largest() -> list[Feature]:
    return [
        Feature(
            f"{side}_max_{window}",
            f"Largest amount {verb} in one transaction in {window}; missing if there was none.",
            "minor units", "test payment, then a large one", "BOT", "raises",
            f"The largest amount {verb} in {IN_WORDS[window]} was {{value}};"
            " typical is {typical}.",
            largest(select(window)),
        )
        for side, verb, select in (("credit", "received", received), ("debit", "paid out", paid))
        for window in ("7d", "90d")
    ]  # fmt: skip


def _passed_through() -> list[Feature]:
    return [
        Feature(
            f"pass_through_{window}",
            f"The smaller of money in and money out, by money in, over {window};"
            " missing if nothing came in.",
            "share", "pass-through", "FATF", "raises",
            f"An amount equal to {{value}} of what came in over {IN_WORDS[window]} went out again;"
            " typical is {typical}.",
            everything(window),
        )
        for window in WINDOWS
    ]  # fmt: skip


FEATURES = (
    *_counts(),
    *_sums(),
    *_largest(),
    *_passed_through(),
    Feature(
        "kept_share_90d",
        "Money in less money out, by money in, over 90d; missing if nothing came in.",
        "share", "commission kept", "AUSTRAC", "either",
        "Of what came in over 90 days, {value} stayed; typical is {typical}.",
        everything("90d"),
    ),
)  # fmt: skip


@compiled
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    count = np.zeros((2, _WINDOWS), np.int64)
    total = np.zeros((2, _WINDOWS), np.int64)
    top = np.zeros((2, _WINDOWS), np.int64)
    for window in range(_WINDOWS):
        for event in range(
            first_since(history.happened_at, as_of - _LENGTHS[window]), len(history.amount)
        ):
            side = int(history.credit[event])
            count[side, window] += 1
            total[side, window] += history.amount[event]
            top[side, window] = max(top[side, window], history.amount[event])
    column = 0
    for measure in (count, total):
        for side in (_IN, _OUT):
            for window in range(_WINDOWS):
                row[column] = measure[side, window]
                column += 1
    for side in (_IN, _OUT):
        for window in (1, 3):
            row[column] = top[side, window] if count[side, window] else np.nan
            column += 1
    for window in range(_WINDOWS):
        came, went = total[_IN, window], total[_OUT, window]
        row[column] = divided(min(came, went), came)
        column += 1
    row[column] = divided(total[_IN, 3] - total[_OUT, 3], total[_IN, 3])
