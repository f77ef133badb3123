"""Who pays the account and whom it pays."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import IN_WORDS, Feature
from features.history import CREDIT, DEBIT, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, mutual, paid, received, with_first_contact

_LENGTHS = np.array(list(WINDOWS.values()))
_WINDOWS = len(WINDOWS)
_WEEK, _MONTH, _QUARTER = WINDOWS["7d"], WINDOWS["30d"], WINDOWS["90d"]


def _distinct() -> list[Feature]:
    return [
        Feature(
            f"{side}_count_{window}",
            f"Number of different accounts that {verb} in {window}.",
            "accounts", typology, "AMLworld", "raises",
            f"Money {words} {{value}} in {IN_WORDS[window]}; typical is {{typical}}.",
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
            f"At least {{value}} paid in and at least as many were paid in {IN_WORDS[window]};"
            " typical is {typical}.",
            everything(window),
        )
        for window in ("1d", "7d")
    ),
    Feature(
        "new_payer_share_7d",
        "Share of the money received from known accounts in 7d that came from accounts never dealt"
        " with before those 7d; missing if there was none.",
        "share", "unrelated payers", "FATF", "raises",
        "Of the money received in 7 days, {value} came from accounts never dealt with before;"
        " typical is {typical}.",
        with_first_contact(received("7d")),
    ),
    Feature(
        "new_payee_share_7d",
        "Share of the money paid to known accounts in 7d that went to accounts never dealt with"
        " before those 7d; missing if there was none.",
        "share", "new payees", "FATF", "raises",
        "Of the money paid in 7 days, {value} went to accounts never dealt with before;"
        " typical is {typical}.",
        with_first_contact(paid("7d")),
    ),
    Feature(
        "one_time_share_90d",
        "Share of the accounts dealt with in 90d that were met in a single transaction of those"
        " 90d; missing if there was none.",
        "share", "one-time links", "FATF", "raises",
        "Of the accounts dealt with in 90 days, {value} appear only once; typical is {typical}.",
        everything("90d"),
    ),
    Feature(
        "payer_concentration_90d",
        "Sum of the squared shares of the payers in the money received from known accounts in 90d;"
        " missing if there was none.",
        "ratio", "few or many sources", "Herfindahl", "either",
        "The concentration of payers over 90 days is {value} (1 is a single payer);"
        " typical is {typical}.",
        received("90d"),
    ),
    Feature(
        "payee_concentration_90d",
        "Sum of the squared shares of the payees in the money paid to known accounts in 90d;"
        " missing if there was none.",
        "ratio", "few or many destinations", "Herfindahl", "either",
        "The concentration of payees over 90 days is {value} (1 is a single payee);"
        " typical is {typical}.",
        paid("90d"),
    ),
    Feature(
        "returned_share_90d",
        "Share of the money paid to known accounts in 90d that went to accounts which also paid in"
        " during those 90d; missing if there was none.",
        "share", "mutual relations", "peer", "lowers",
        "Of the money paid in 90 days, {value} went to accounts that also paid in;"
        " typical is {typical}.",
        mutual("90d"),
    ),
    Feature(
        "payer_institutions_30d",
        "Number of different institutions that money came from in 30d; missing if none of the"
        " receipts names one.",
        "institutions", "bank hopping", "FATF", "raises",
        "Money came from {value} in 30 days; typical is {typical}.",
        received("30d"),
    ),
    Feature(
        "payee_institutions_30d",
        "Number of different institutions that money went to in 30d; missing if none of the"
        " payments names one.",
        "institutions", "bank hopping", "FATF", "raises",
        "Money went to {value} in 30 days; typical is {typical}.",
        paid("30d"),
    ),
    Feature(
        "payer_countries_30d",
        "Number of different countries that money came from in 30d; missing if none of the"
        " receipts names one.",
        "countries", "spread of payers", "FATF", "raises",
        "Money came from {value} in 30 days; typical is {typical}.",
        received("30d"),
    ),
)  # fmt: skip


@compiled
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    size = history.counterparty.max() + 1
    for window in range(_WINDOWS):
        start = first_since(history.happened_at, as_of - _LENGTHS[window])
        row[window] = _distinct_on(history, history.counterparty, start, CREDIT, size)
        row[_WINDOWS + window] = _distinct_on(history, history.counterparty, start, DEBIT, size)
    row[8] = min(row[0], row[_WINDOWS])
    row[9] = min(row[1], row[_WINDOWS + 1])
    row[10], row[11] = _new_shares(history, first_since(history.happened_at, as_of - _WEEK), size)
    _quarter(history, first_since(history.happened_at, as_of - _QUARTER), size, row[12:16])
    month = first_since(history.happened_at, as_of - _MONTH)
    institutions = history.institution.max() + 1
    row[16] = _distinct_or_missing(history, history.institution, month, CREDIT, institutions)
    row[17] = _distinct_or_missing(history, history.institution, month, DEBIT, institutions)
    row[18] = _distinct_or_missing(
        history, history.country, month, CREDIT, history.country.max() + 1
    )


@compiled
def _distinct_on(
    history: History, party: NDArray[np.int32], start: int, credit: bool, size: int
) -> int:
    seen = np.zeros(size, np.bool_)
    distinct = 0
    for event in range(start, len(party)):
        code = party[event]
        if history.credit[event] == credit and code != UNKNOWN and not seen[code]:
            seen[code] = True
            distinct += 1
    return distinct


@compiled
def _distinct_or_missing(
    history: History, party: NDArray[np.int32], start: int, credit: bool, size: int
) -> float:
    """Count the different parties; missing where there are transactions and none names one."""
    distinct = _distinct_on(history, party, start, credit, size)
    if distinct == 0 and (history.credit[start:] == credit).any():
        return np.nan
    return float(distinct)


@compiled
def _new_shares(history: History, start: int, size: int) -> tuple[float, float]:
    met_before = np.zeros(size, np.bool_)
    for event in range(start):
        if history.counterparty[event] != UNKNOWN:
            met_before[history.counterparty[event]] = True
    total = np.zeros(2, np.int64)
    new = np.zeros(2, np.int64)
    for event in range(start, len(history.amount)):
        code = history.counterparty[event]
        if code != UNKNOWN:
            side = int(history.credit[event])
            total[side] += history.amount[event]
            if not met_before[code]:
                new[side] += history.amount[event]
    return divided(new[1], total[1]), divided(new[0], total[0])


@compiled
def _quarter(history: History, start: int, size: int, row: NDArray[np.float64]) -> None:
    value = np.zeros((2, size), np.int64)
    met = np.zeros(size, np.int64)
    for event in range(start, len(history.amount)):
        code = history.counterparty[event]
        if code != UNKNOWN:
            value[int(history.credit[event]), code] += history.amount[event]
            met[code] += 1
    row[0] = divided((met == 1).sum(), (met > 0).sum())
    row[1] = _concentration(value[1])
    row[2] = _concentration(value[0])
    returned = 0
    for code in range(size):
        if value[1, code] > 0:
            returned += value[0, code]
    row[3] = divided(returned, value[0].sum())


@compiled
def _concentration(value: NDArray[np.int64]) -> float:
    """Sum the squared shares, smallest first so that the order of the parties does not matter."""
    total = value.sum()
    if total == 0:
        return np.nan
    concentration = 0.0
    for part in np.sort(value):
        share = float(part) / float(total)
        concentration += share * share
    return concentration
