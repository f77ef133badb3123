"""How much money came in and went out, and how much of it stayed."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import IN_WORDS, Feature
from features.history import CREDIT, DEBIT, WINDOWS, History, divided, first_since
from features.selectors import everything, largest, paid, received

_LENGTHS = np.array(list(WINDOWS.values()))
_MONTH = WINDOWS["30d"]
_WINDOWS = len(WINDOWS)


def _counts() -> list[Feature]:
    return [
        Feature(
            f"{side}_count_{window}",
            f"Number of transactions that {verb} the account in {window}.",
            "transactions", "velocity", "BOT", "raises",
            f"Money {words} {{value}} in {IN_WORDS[window]}",
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
            f"The account {verb} {{value}} in {IN_WORDS[window]}",
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
            f"The largest amount {verb} in {IN_WORDS[window]} was {{value}}",
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
            f"An amount equal to {{value}} of what came in over {IN_WORDS[window]} went out again",
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
        "Of what came in over 90 days, {value} stayed",
        everything("90d"),
    ),
    Feature(
        "drained_share_30d",
        "How far the money gathered in 30d (in less out, from 0) has fallen from its highest, by"
        " that highest, to nothing at most; missing if nothing was gathered.",
        "share", "drained account", "BOT", "raises",
        "Of the most money gathered at any time in 30 days, {value} is gone",
        everything("30d"),
        one_way=True,
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    counts, sums, largest, shares = row[:8], row[8:16], row[16:20], row[20:24]
    came, went = (0, 0, 0), (0, 0, 0)
    end = len(history.amount)
    for window in range(_WINDOWS):
        start = first_since(history.happened_at, as_of - _LENGTHS[window])
        # A longer window adds what came before the shorter one.
        came = _added(came, history, start, end, CREDIT)
        went = _added(went, history, start, end, DEBIT)
        end = start
        counts[window], counts[_WINDOWS + window] = came[0], went[0]
        sums[window], sums[_WINDOWS + window] = came[1], went[1]
        shares[window] = divided(min(came[1], went[1]), came[1])
        if window in (1, 3):
            largest[window // 2] = came[2] if came[0] else np.nan
            largest[2 + window // 2] = went[2] if went[0] else np.nan
    row[24] = divided(came[1] - went[1], came[1])
    row[25] = _drained(history, first_since(history.happened_at, as_of - _MONTH))


@inlined
def _drained(history: History, start: int) -> float:
    gathered = highest = 0
    for event in range(start, len(history.amount)):
        gathered += history.amount[event] * (1 if history.credit[event] else -1)
        highest = max(highest, gathered)
    return divided(highest - max(gathered, 0), highest)


@inlined
def _added(
    so_far: tuple[int, int, int], history: History, start: int, end: int, credit: bool
) -> tuple[int, int, int]:
    """Add the events from `start` to `end` of one side to their number, sum and largest amount."""
    number, total, top = so_far
    for event in range(start, end):
        amount = history.amount[event] * (history.credit[event] == credit)
        number += history.credit[event] == credit
        total += amount
        top = max(top, amount)
    return number, total, top
