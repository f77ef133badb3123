"""Every feature in pandas: integer codes, groupbys on them, running totals over sorted columns."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ledger.lake import Lake
from ledger.order import ORDER
from ledger.schema import CHANNELS
from ledger.view import microseconds

_WINDOWS = ("1d", "7d", "30d", "90d")
_DAY = 24 * 3600 * 10**6
_LENGTHS = np.array([1, 7, 30, 90]) * _DAY
_WEEK, _MONTH, _QUARTER = 1, 2, 3  # positions in _WINDOWS
_SIDES = {"debit": 0, "credit": 1}
_PLACES = ("institution", "country")
_TEXTS = [
    *(f"{side}_{what}" for side in ("payer", "payee") for what in ("account", *_PLACES)), "channel",
]  # fmt: skip
_NUMBERS = ["happened_at", "known_at", "reference_minor"]

Column = NDArray[Any]
Columns = dict[str, Column]
"""Columns with one row for each account."""


def features(lake: Lake, as_of: datetime) -> pd.DataFrame:
    """Compute the feature table from Parquet files."""
    columns = ["account_id", "institution", "country", "opened_at"]
    people = pd.read_parquet(lake.files("accounts"), columns=columns)
    now = microseconds(as_of)
    events = _events(_visible(lake, as_of), people, now)
    quarter = events[events["window"] <= _QUARTER]
    quarter = quarter.iloc[np.argsort(quarter["order"].to_numpy())]
    month = quarter[quarter["window"] <= _MONTH]
    older = events[events["window"] > _QUARTER]
    size = len(people)
    flow = _flow(quarter, size)
    values = {
        **flow,
        **_dwell(month, flow, size),
        **_counterparties(quarter, size),
        **_new_shares(quarter, older, size),
        **_places(month, flow, size),
        **_rhythm(quarter, older, people, now),
        **_repeats(month, flow, size),
        **_exits(quarter, month, flow, size),
    }
    table = pd.DataFrame({"account_id": people["account_id"], **values})
    return table[table["days_since_last"].notna()]


def _visible(lake: Lake, as_of: datetime) -> pd.DataFrame:
    """Read what may be seen at `as_of`, in order of time; texts come as categories."""
    files = lake.files("transactions")
    # Each part of a lake is written in order.
    keys = [] if len(files) == 1 else ["source_sequence", "transaction_id"]
    rows = pd.read_parquet(files, columns=_NUMBERS + _TEXTS + keys, read_dictionary=_TEXTS)
    rows = rows[(rows["happened_at"] < as_of) & (rows["known_at"] < as_of)]
    return rows.sort_values(list(ORDER)) if keys else rows


def _events(visible: pd.DataFrame, people: pd.DataFrame, now: int) -> pd.DataFrame:
    """Give each account an event for every transaction that touches it; numbers stand for texts."""
    _, *accounts = _codes(people["account_id"], visible, "account")
    places = {name: _codes(people[name], visible, name) for name in _PLACES}
    parties = 1 + max(int(codes.max(initial=0)) for codes in accounts)
    at = visible["happened_at"].to_numpy("datetime64[us]").view(np.int64)
    shared = {
        "at": at,
        "window": np.searchsorted(_LENGTHS, now - at).astype(np.int8),
        "amount": visible["reference_minor"].to_numpy(),
        "channel": visible["channel"].cat.set_categories(CHANNELS).cat.codes.to_numpy(),
    }
    sides = []
    for side, (own, other) in enumerate(((0, 1), (1, 0))):
        row = np.flatnonzero((accounts[own] >= 0) & (accounts[own] < len(people)))
        account, who = accounts[own][row].astype(np.int64), accounts[other][row]
        columns = {
            **{name: column[row] for name, column in shared.items()},
            "account": account,
            "credit": np.full(len(row), side, np.int8),
            "order": account * 2**32 + row,
            "pair": np.where(who < 0, -1, account * parties + who),
        }
        for name, (home, *theirs) in places.items():
            there, here = theirs[other][row], home[account]
            columns[name] = there
            columns[f"foreign_{name}"] = np.where((there < 0) | (here < 0), -1, there != here)
        sides.append(pd.DataFrame(columns))
    return pd.concat(sides, ignore_index=True)


def _codes(own: pd.Series, visible: pd.DataFrame, what: str) -> list[Column]:
    """Give equal texts of accounts and both sides equal numbers, the accounts' first."""
    sides = [visible[f"{side}_{what}"].cat for side in ("payer", "payee")]
    every = pd.Index(own.dropna()).append([side.categories for side in sides]).unique()
    return [
        every.get_indexer(own).astype(np.int32),
        *(np.append(every.get_indexer(s.categories), -1).astype(np.int32)[s.codes] for s in sides),
    ]


def _flow(quarter: pd.DataFrame, size: int) -> Columns:
    key = (quarter["account"] * 2 + quarter["credit"]) * 4 + quarter["window"]
    found = quarter.groupby(key)["amount"].agg(["size", "sum", "max"])
    found = found.reindex(np.arange(size * 8), fill_value=0)
    count, total, top = (found[name].to_numpy().reshape(size, 2, 4) for name in found)
    count, total, top = count.cumsum(2), total.cumsum(2), np.maximum.accumulate(top, 2)
    columns = {}
    for at, window in enumerate(_WINDOWS):
        for side, own in _SIDES.items():
            columns[f"{side}_count_{window}"] = count[:, own, at]
            columns[f"{side}_sum_{window}"] = total[:, own, at]
            if window in ("7d", "90d"):
                some = count[:, own, at] > 0
                columns[f"{side}_max_{window}"] = np.where(some, top[:, own, at], np.nan)
        came, went = columns[f"credit_sum_{window}"], columns[f"debit_sum_{window}"]
        columns[f"pass_through_{window}"] = _divided(np.minimum(came, went), came)
    return {**columns, "kept_share_90d": _divided(came - went, came)}


def _dwell(month: pd.DataFrame, flow: Columns, size: int) -> Columns:
    """Match payments with receipts first in, first out.

    On the axis of all money received, account after account, a receipt spans from the total before
    it to the total with it. A payment spans what it passes on: all paid, less what exceeded the
    receipts, which is the running maximum of paid less received. Each piece between two
    neighbouring ends of either kind is one match.
    """
    account, credit = month["account"].to_numpy(), month["credit"].to_numpy() == 1
    amount, at = month["amount"].to_numpy(), month["at"].to_numpy()
    running = (
        pd.DataFrame({"received": np.where(credit, amount, 0), "paid": np.where(credit, 0, amount)})
        .groupby(account)
        .cumsum()
    )
    excess = (running["paid"] - running["received"]).groupby(account).cummax().clip(lower=0)
    before = np.cumsum(flow["credit_sum_30d"]) - flow["credit_sum_30d"]
    came_until = (before[account] + running["received"].to_numpy())[credit]
    went_until = (before[account] + (running["paid"] - excess).to_numpy())[~credit]
    ends = np.sort(np.concatenate([came_until, went_until]))
    came, went = np.searchsorted(came_until, ends), np.searchsorted(went_until, ends)
    piece = np.diff(ends, prepend=0)
    owner, payer = account[credit], np.append(account[~credit], -1)
    matched = (piece > 0) & (owner[np.minimum(came, len(owner) - 1)] == payer[went])
    came, went = came[matched], went[matched]
    exits = _channel(month, "atm", "crypto", "e_wallet") | (month["foreign_country"] == 1)
    matches = pd.DataFrame(
        {
            "account": owner[came],
            "stayed": at[~credit][went] - at[credit][came],
            "amount": piece[matched],
            "leaves": exits.to_numpy()[~credit][went],
        }
    )
    day = matches[matches["stayed"] <= _DAY]
    left = {
        "share_out_1h_30d": day[day["stayed"] <= _DAY // 24],
        "share_out_24h_30d": day,
        "exit_24h_share_30d": day[day["leaves"]],
    }
    return {
        **_quantiles(matches, size),
        **{
            name: _divided(_total(rows, size), flow["credit_sum_30d"])
            for name, rows in left.items()
        },
    }


def _quantiles(matches: pd.DataFrame, size: int) -> Columns:
    ordered = matches.sort_values(["account", "stayed"])
    amounts = ordered.groupby("account")["amount"]
    reached, total = 10 * amounts.cumsum(), amounts.transform("sum")
    columns = {}
    for name, tenths in (("dwell_median_30d", 5), ("dwell_p10_30d", 1)):
        first = ordered[reached >= tenths * total].drop_duplicates("account")
        columns[name] = np.full(size, np.nan)
        columns[name][first["account"]] = first["stayed"] / (_DAY / 1440)
    return columns


def _counterparties(quarter: pd.DataFrame, size: int) -> Columns:
    named = quarter[quarter["pair"] >= 0]
    sides = named.groupby(named["pair"] * 2 + named["credit"], sort=False).agg(
        account=("account", "first"),
        pair=("pair", "first"),
        credit=("credit", "first"),
        window=("window", "min"),
        amount=("amount", "sum"),
        times=("amount", "size"),
    )
    payers, payees = sides[sides["credit"] == 1], sides[sides["credit"] == 0]
    columns: Columns = {}
    for party, met in (("payer", payers), ("payee", payees)):
        latest = np.bincount(met["account"] * 4 + met["window"], minlength=size * 4)
        count = latest.reshape(size, 4).cumsum(1)
        columns |= {f"{party}_count_{window}": count[:, at] for at, window in enumerate(_WINDOWS)}
        squares = _total(met.assign(amount=met["amount"].astype(np.float64) ** 2), size)
        total = _total(met, size).astype(np.float64)
        columns[f"{party}_concentration_90d"] = _divided(squares, total**2)
    for window in ("1d", "7d"):
        columns[f"gather_scatter_{window}"] = np.minimum(
            columns[f"payer_count_{window}"], columns[f"payee_count_{window}"]
        )
    back = payees["pair"].isin(payers.loc[payers["amount"] > 0, "pair"])
    columns["returned_share_90d"] = _divided(_total(payees[back], size), _total(payees, size))
    one_sided = ~sides["pair"].duplicated(keep=False)
    parties = sides.drop_duplicates("pair")["account"]
    once = sides.loc[one_sided & (sides["times"] == 1), "account"]
    columns["one_time_share_90d"] = _divided(
        np.bincount(once, minlength=size), np.bincount(parties, minlength=size)
    )
    return columns


def _new_shares(quarter: pd.DataFrame, older: pd.DataFrame, size: int) -> Columns:
    named = quarter[(quarter["window"] <= _WEEK) & (quarter["pair"] >= 0)]
    known = pd.concat([older["pair"], quarter.loc[quarter["window"] > _WEEK, "pair"]])
    new = ~named["pair"].isin(known)
    return {
        f"new_{party}_share_7d": _divided(_total(named[new & own], size), _total(named[own], size))
        for party, own in (("payer", named["credit"] == 1), ("payee", named["credit"] == 0))
    }


def _places(month: pd.DataFrame, flow: Columns, size: int) -> Columns:
    columns = {}
    for name, place, side in (
        ("payer_institutions_30d", "institution", "credit"),
        ("payee_institutions_30d", "institution", "debit"),
        ("payer_countries_30d", "country", "credit"),
    ):
        named = month[(month["credit"] == _SIDES[side]) & (month[place] >= 0)]
        places = 1 + named[place].max()
        different = pd.unique(named["account"] * places + named[place]) // places
        count = np.bincount(different, minlength=size)
        columns[name] = np.where((count > 0) | (flow[f"{side}_count_30d"] == 0), count, np.nan)
    return columns


def _rhythm(quarter: pd.DataFrame, older: pd.DataFrame, people: pd.DataFrame, now: int) -> Columns:
    account, at = quarter["account"].to_numpy(), quarter["at"].to_numpy()
    starts = np.append(True, account[1:] != account[:-1])
    new_day = starts | (np.diff(at // _DAY, prepend=0) != 0)
    pauses = pd.Series(np.where(starts, np.nan, np.diff(at, prepend=0))).groupby(account)
    times = quarter.groupby("account")["at"].agg(["min", "max"])
    found = times.assign(
        count=pauses.count(), mean=pauses.mean(), spread=pauses.std(ddof=0), longest=pauses.max()
    ).reindex(people.index)
    before = older.groupby("account")["at"].max().reindex(people.index)
    opened = people["opened_at"].dt.as_unit("us").astype("int64").where(people["opened_at"].notna())
    spread, mean = found["spread"], found["mean"]
    burstiness = (spread - mean) / (spread + mean)
    return {
        "age_days": ((now - opened) / _DAY).where(opened < now),
        "days_since_last": (now - found["max"].fillna(before)) / _DAY,
        "longest_silence_90d": found["longest"].combine(found["min"] - before, np.fmax) / _DAY,
        "active_days_90d": np.bincount(account[new_day], minlength=len(people)),
        "burstiness_90d": burstiness.where((found["count"] >= 2) & (spread + mean > 0)),
    }


def _repeats(month: pd.DataFrame, flow: Columns, size: int) -> Columns:
    times = month.groupby(["account", "credit", "amount"], sort=False).size()
    repeated = times[times > 1].groupby("account").sum().reindex(np.arange(size), fill_value=0)
    count = flow["credit_count_30d"] + flow["debit_count_30d"]
    return {"repeat_amount_share_30d": _divided(repeated.to_numpy(), count)}


def _exits(quarter: pd.DataFrame, month: pd.DataFrame, flow: Columns, size: int) -> Columns:
    paid, received = month[month["credit"] == 0], month[month["credit"] == 1]
    went, came = flow["debit_sum_30d"], flow["credit_sum_30d"]
    credit = quarter["credit"] == 1
    salary = credit & _channel(quarter, "salary")
    living = salary | (~credit & _channel(quarter, "card", "bill", "fee"))
    count_7d, count_90d = (
        flow[f"credit_count_{w}"] + flow[f"debit_count_{w}"] for w in ("7d", "90d")
    )

    def through(rows: pd.DataFrame, channel: str) -> Column:
        return _total(rows[_channel(rows, channel)], size)

    def beyond(place: str) -> Column:
        foreign = paid[f"foreign_{place}"]
        return _divided(_total(paid[foreign == 1], size), _total(paid[foreign >= 0], size))

    return {
        "activity_growth_7d": _divided(count_7d, count_90d) * 90 / 7,
        "credit_growth_7d": _divided(flow["credit_sum_7d"], flow["credit_sum_90d"]) * 90 / 7,
        "cash_out_share_30d": _divided(through(paid, "atm"), went),
        "crypto_share_30d": _divided(through(paid, "crypto"), went),
        "e_wallet_share_30d": _divided(through(paid, "e_wallet"), went),
        "cross_border_share_30d": beyond("country"),
        "other_institution_share_30d": beyond("institution"),
        "cash_deposit_share_30d": _divided(through(received, "cash_deposit"), came),
        "salary_share_90d": _divided(_total(quarter[salary], size), flow["credit_sum_90d"]),
        "living_share_90d": _divided(
            np.bincount(quarter.loc[living, "account"], minlength=size), count_90d
        ),
    }


def _channel(rows: pd.DataFrame, *names: str) -> pd.Series:
    return rows["channel"].isin([CHANNELS.index(name) for name in names])


def _total(rows: pd.DataFrame, size: int) -> Column:
    """Add up the amounts of each account."""
    total = rows.groupby("account")["amount"].sum().reindex(np.arange(size), fill_value=0)
    return np.asarray(total)


def _divided(numerator: Column, denominator: Column) -> Column:
    """Divide; missing where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator == 0, np.nan, numerator / denominator)
