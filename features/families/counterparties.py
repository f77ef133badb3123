"""Who pays the account and whom it pays."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import IN_WORDS, Feature
from features.history import CREDIT, DEBIT, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, mutual, paid, received, with_first_contact

_LENGTHS = np.array(list(WINDOWS.values()))
_WINDOWS = len(WINDOWS)
_WEEK, _MONTH = WINDOWS["7d"], WINDOWS["30d"]


def _distinct() -> list[Feature]:
    return [
        Feature(
            f"{side}_count_{window}",
            f"Number of different accounts that {verb} in {window}.",
            "accounts", typology, "AMLworld", "raises",
            f"Money {words} {{value}} in {IN_WORDS[window]}",
            select(window),
        )
        for side, verb, words, typology, select in (
            ("payer", "paid in", "came from", "fan-in", received),
            ("payee", "were paid", "went to", "fan-out", paid),
        )
        for window in WINDOWS
    ]  # fmt: skip


FEATURES = (
    *_distinct(),
    *(
        Feature(
            f"gather_scatter_{window}",
            f"The smaller of the numbers of different payers and of payees in {window}.",
            "accounts", "gather-scatter", "AMLworld", "raises",
            f"At least {{value}} paid in and at least as many were paid in {IN_WORDS[window]}",
            everything(window),
        )
        for window in ("1d", "7d")
    ),
    Feature(
        "new_payer_share_7d",
        "Share of the money received from known accounts in 7d that came from accounts never dealt"
        " with before those 7d; missing if there was none.",
        "share", "unrelated payers", "FATF", "raises",
        "Of the money received in 7 days, {value} came from accounts never dealt with before",
        with_first_contact(received("7d")),
    ),
    Feature(
        "new_payee_share_7d",
        "Share of the money paid to known accounts in 7d that went to accounts never dealt with"
        " before those 7d; missing if there was none.",
        "share", "new payees", "FATF", "raises",
        "Of the money paid in 7 days, {value} went to accounts never dealt with before",
        with_first_contact(paid("7d")),
    ),
    Feature(
        "one_time_share_90d",
        "Share of the accounts dealt with in 90d that were met in a single transaction of those"
        " 90d; missing if there was none.",
        "share", "one-time links", "FATF", "raises",
        "Of the accounts dealt with in 90 days, {value} appear only once",
        everything("90d"),
    ),
    Feature(
        "payer_concentration_90d",
        "Sum of the squared shares of the payers in the money received from known accounts in 90d;"
        " missing if there was none.",
        "ratio", "few or many sources", "Herfindahl", "either",
        "The concentration of payers over 90 days is {value} (1 is a single payer)",
        received("90d"),
    ),
    Feature(
        "payee_concentration_90d",
        "Sum of the squared shares of the payees in the money paid to known accounts in 90d;"
        " missing if there was none.",
        "ratio", "few or many destinations", "Herfindahl", "either",
        "The concentration of payees over 90 days is {value} (1 is a single payee)",
        paid("90d"),
    ),
    Feature(
        "returned_share_90d",
        "Share of the money paid to known accounts in 90d that went to accounts which also paid in"
        " during those 90d; missing if there was none.",
        "share", "mutual relations", "peer", "lowers",
        "Of the money paid in 90 days, {value} went to accounts that also paid in",
        mutual("90d"),
    ),
    Feature(
        "payer_institutions_30d",
        "Number of different institutions that money came from in 30d; missing if none of the"
        " receipts names one.",
        "institutions", "bank hopping", "FATF", "raises",
        "Money came from {value} in 30 days",
        received("30d"),
    ),
    Feature(
        "payee_institutions_30d",
        "Number of different institutions that money went to in 30d; missing if none of the"
        " payments names one.",
        "institutions", "bank hopping", "FATF", "raises",
        "Money went to {value} in 30 days",
        paid("30d"),
    ),
    Feature(
        "payer_countries_30d",
        "Number of different countries that money came from in 30d; missing if none of the"
        " receipts names one.",
        "countries", "spread of payers", "FATF", "raises",
        "Money came from {value} in 30 days",
        received("30d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    _relations(history, as_of, row)
    row[8] = min(row[0], row[_WINDOWS])
    row[9] = min(row[1], row[_WINDOWS + 1])
    _new_shares(history, first_since(history.happened_at, as_of - _WEEK), row[10:12])
    _places(history, first_since(history.happened_at, as_of - _MONTH), row[16:19])


@inlined
def _relations(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    # Each counterparty has a place for debits and, after it, one for credits; `UNKNOWN` the first.
    places = 2 * (history.counterparty.max() + 2)
    value, times = np.zeros(places, np.int64), np.zeros(places, np.int64)
    payers = payees = 0
    end = len(history.amount)
    for window in range(_WINDOWS):
        start = first_since(history.happened_at, as_of - _LENGTHS[window])
        # A longer window adds what came before the shorter one.
        for event in range(start, end):
            credit = int(history.credit[event])
            place = _place(history.counterparty[event], credit)
            is_new = place > 1 and times[place] == 0
            payers += is_new * credit
            payees += is_new * (1 - credit)
            value[place] += history.amount[event]
            times[place] += 1
        row[window], row[_WINDOWS + window] = payers, payees
        end = start
    value[:2], times[:2] = 0, 0
    row[12] = _one_time_share(times)
    _shares(history, end, value, times, row[13:16])


@inlined
def _place(counterparty: int, credit: int) -> int:
    return 2 * (counterparty + 1) + credit


@inlined
def _one_time_share(times: NDArray[np.int64]) -> float:
    once = several = 0
    for place in range(2, len(times), 2):
        met = times[place] + times[place + 1]
        once += met == 1
        several += met > 1
    return divided(once, once + several)


@inlined
def _shares(
    history: History,
    start: int,
    value: NDArray[np.int64],
    times: NDArray[np.int64],
    row: NDArray[np.float64],
) -> None:
    """Write what the money exchanged with each counterparty tells."""
    came = went = returned = 0
    squares_in = squares_out = 0.0
    # Each unit of money counts as much as its counterparty has in all: the sum of the squares, and
    # in the order of time, so that it is the same whichever other transactions there are.
    for event in range(start, len(history.amount)):
        place = _place(history.counterparty[event], 0)
        amount, paid, received = history.amount[event], value[place], value[place + 1]
        if history.credit[event]:
            squares_in += float(amount) * float(received)
        else:
            squares_out += float(amount) * float(paid)
            # Not by its value: what is worth nothing in the reference currency was paid, too.
            returned += amount * (times[place + 1] > 0)
    for place in range(2, len(value), 2):
        went += value[place]
        came += value[place + 1]
    row[0] = divided(squares_in, float(came) * float(came))
    row[1] = divided(squares_out, float(went) * float(went))
    row[2] = divided(returned, went)


@inlined
def _new_shares(history: History, start: int, row: NDArray[np.float64]) -> None:
    # Counterparties are numbered in the order they were met.
    met_before = history.counterparty[:start].max() + 1 if start else 0
    came = went = came_new = went_new = 0
    for event in range(start, len(history.amount)):
        code, credit = history.counterparty[event], history.credit[event]
        named = history.amount[event] * (code != UNKNOWN)
        new = history.amount[event] * (code >= met_before)
        came += named * credit
        went += named * (not credit)
        came_new += new * credit
        went_new += new * (not credit)
    row[0], row[1] = divided(came_new, came), divided(went_new, went)


@inlined
def _places(history: History, start: int, row: NDArray[np.float64]) -> None:
    institutions = _sides(history.institution[start:], history.credit[start:])
    countries = _sides(history.country[start:], history.credit[start:])
    row[0], row[1] = _different(institutions, CREDIT), _different(institutions, DEBIT)
    row[2] = _different(countries, CREDIT)


@inlined
def _sides(place: NDArray[np.int32], credit: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Tell of each place, and last of `UNKNOWN`, whether it has debits (1) and credits (2)."""
    sides = np.zeros(place.max() + 2 if len(place) else 1, np.int8)
    for event in range(len(place)):
        sides[place[event]] |= 1 + credit[event]
    return sides


@inlined
def _different(sides: NDArray[np.int8], credit: bool) -> float:
    """Count the different places of one side; missing where it has events and none names one."""
    different = 0
    for place in range(len(sides) - 1):
        different += (sides[place] >> credit) & 1
    return np.nan if different == 0 and (sides[UNKNOWN] >> credit) & 1 else float(different)
