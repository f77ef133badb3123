"""Every feature in Polars: lazy plans for the streaming engine."""

from datetime import datetime, timedelta

import polars as pl
from polars import col

from ledger.lake import Lake
from ledger.order import ORDER

_DAYS = {"1d": 1, "7d": 7, "30d": 30, "90d": 90}
_SIDES = {"credit": col("credit"), "debit": ~col("credit")}
_EXITS = ["atm", "crypto", "e_wallet"]
_LIVING = ["card", "bill", "fee"]
_COLUMNS = [
    "happened_at", "reference_minor", "channel",
    *(f"{side}_{what}" for side in ("payer", "payee")
      for what in ("account", "institution", "country")),
]  # fmt: skip

Starts = dict[str, datetime]
"""When each window starts."""


def features(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Compute the feature table from Parquet files."""
    starts = {window: as_of - timedelta(days=days) for window, days in _DAYS.items()}
    people = _people(lake)
    events = _events(_visible(lake, as_of), people).collect(engine="streaming").lazy()
    ordered = _ordered(events, starts["90d"]).collect(engine="streaming").lazy()
    month = ordered.filter(col("at") >= starts["30d"])
    parts = [
        _totals(events, starts),
        _places(events.filter(col("at") >= starts["30d"])),
        _counterparties(events.filter(col("who").is_not_null()), starts),
        _new_shares(events.filter(col("who").is_not_null()), starts["7d"]),
        _rhythm(ordered),
        _repeats(month),
        _dwell(month),
    ]
    table = people
    for part in pl.collect_all(parts, engine="streaming"):
        table = table.join(part.lazy(), on="account", how="left")
    active = table.filter(col("last").is_not_null())
    return active.select(**_columns(as_of)).collect(engine="streaming")


def _people(lake: Lake) -> pl.LazyFrame:
    columns = ["account_id", "institution", "country", "opened_at"]
    people = pl.scan_parquet(lake.files("accounts")).select(columns).with_row_index("account")
    return people.collect(engine="streaming").lazy()


def _visible(lake: Lake, as_of: datetime) -> pl.LazyFrame:
    """Read what may be seen at `as_of`, in order of time."""
    rows = pl.scan_parquet(lake.files("transactions")).filter(
        col("happened_at") < as_of, col("known_at") < as_of
    )
    if len(lake.files("transactions")) == 1:
        # Each part of a lake is written in order.
        visible = rows.select(_COLUMNS).collect(engine="streaming")
    else:
        visible = rows.sort(ORDER).select(_COLUMNS).collect(engine="streaming")
    return visible.with_row_index("position").lazy()


def _events(visible: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Give each account an event for every transaction that touches it."""
    sides = [
        visible.select(
            "position",
            "channel",
            at="happened_at",
            credit=pl.lit(own == "payee"),
            amount="reference_minor",
            account_id=f"{own}_account",
            who=f"{other}_account",
            their_institution=f"{other}_institution",
            their_country=f"{other}_country",
        )
        for own, other in (("payer", "payee"), ("payee", "payer"))
    ]
    return (
        pl.concat(sides)
        .join(people.drop("opened_at"), on="account_id")
        .select(
            pl.exclude("account_id", "institution", "country"),
            elsewhere=col("their_institution") != col("institution"),
            abroad=col("their_country") != col("country"),
        )
    )


def _ordered(events: pl.LazyFrame, start: datetime) -> pl.LazyFrame:
    """Order the events of a window by account, then by time."""
    inside = events.filter(col("at") >= start).select(
        "at", "credit", "amount",
        "account",
        key=col("account").cast(pl.Int64) * 2**32 + col("position"),
        leaves=col("channel").is_in(_EXITS) | col("abroad").fill_null(value=False),
    )  # fmt: skip
    return inside.sort("key")


def _totals(events: pl.LazyFrame, starts: Starts) -> pl.LazyFrame:
    """Count and add up in each window."""
    amount, channel = col("amount"), col("channel")
    since = {window: col("at") >= start for window, start in starts.items()}
    paid, received = since["30d"] & _SIDES["debit"], since["30d"] & _SIDES["credit"]
    salary = _SIDES["credit"] & (channel == "salary")
    chosen = {
        **{name: paid & (channel == name) for name in _EXITS},
        "abroad": paid & col("abroad"),
        "country_known": paid & col("abroad").is_not_null(),
        "elsewhere": paid & col("elsewhere"),
        "institution_known": paid & col("elsewhere").is_not_null(),
        "cash_deposit": received & (channel == "cash_deposit"),
        "salary": since["90d"] & salary,
        **{
            f"{side}_sum_{window}": since[window] & own
            for side, own in _SIDES.items()
            for window in starts
        },
    }
    return events.group_by("account").agg(
        *(_where(condition, amount).sum().alias(name) for name, condition in chosen.items()),
        *(
            (since[window] & own).sum().alias(f"{side}_count_{window}")
            for side, own in _SIDES.items()
            for window in starts
        ),
        *(
            _where(since[window] & own, amount).max().alias(f"{side}_max_{window}")
            for side, own in _SIDES.items()
            for window in ("7d", "90d")
        ),
        last=col("at").max(),
        last_before=_where(~since["90d"], col("at")).max(),
        living=(since["90d"] & (salary | (_SIDES["debit"] & channel.is_in(_LIVING)))).sum(),
    )


def _places(month: pl.LazyFrame) -> pl.LazyFrame:
    """Count the different institutions and countries; a missing name does not count."""

    def different(place: str, side: str) -> pl.Expr:
        return col(f"their_{place}").filter(_SIDES[side]).drop_nulls().n_unique()

    return month.group_by("account").agg(
        payer_institutions=different("institution", "credit"),
        payee_institutions=different("institution", "debit"),
        payer_countries=different("country", "credit"),
    )


def _counterparties(named: pl.LazyFrame, starts: Starts) -> pl.LazyFrame:
    """Add up each pair of accounts, then the pairs of each account."""
    inside = named.filter(col("at") >= starts["90d"])
    pairs = inside.group_by("account", "who").agg(
        met=pl.len(),
        **{f"last_{side}": _where(own, col("at")).max() for side, own in _SIDES.items()},
        **{side: _where(own, col("amount")).sum() for side, own in _SIDES.items()},
    )
    return pairs.group_by("account").agg(
        *(
            (col(f"last_{side}") >= start).sum().alias(f"{party}_count_{window}")
            for party, side in (("payer", "credit"), ("payee", "debit"))
            for window, start in starts.items()
        ),
        **{f"{side}_named_90d": col(side).sum() for side in _SIDES},
        **{f"{side}_squares_90d": (col(side).cast(pl.Float64) ** 2).sum() for side in _SIDES},
        once=(col("met") == 1).sum(),
        parties=pl.len(),
        returned=_where(col("credit") > 0, col("debit")).sum(),
    )


def _new_shares(named: pl.LazyFrame, start: datetime) -> pl.LazyFrame:
    """Add up what was paid between accounts in a window, and that between those new then."""
    inside, before = named.filter(col("at") >= start), named.filter(col("at") < start)
    new = inside.join(before, on=["account", "who"], how="anti")

    def totals(events: pl.LazyFrame, what: str) -> pl.LazyFrame:
        return events.group_by("account").agg(
            _where(own, col("amount")).sum().alias(f"{side}_{what}_7d")
            for side, own in _SIDES.items()
        )

    return totals(inside, "named").join(totals(new, "new"), on="account", how="left")


def _rhythm(ordered: pl.LazyFrame) -> pl.LazyFrame:
    """Measure the pauses between successive events of an account."""
    same = col("account") == col("account").shift()
    day = col("at").dt.truncate("1d")
    paused = ordered.select(
        "account",
        "at",
        pause=pl.when(same).then(col("at").diff().dt.total_microseconds()),
        new_day=~same.fill_null(value=False) | (day != day.shift()),
    )
    return paused.group_by("account").agg(
        first_in_quarter=col("at").min(),
        longest_pause=col("pause").max(),
        pauses=col("pause").count(),
        mean_pause=col("pause").mean(),
        pause_spread=col("pause").std(ddof=0),
        active_days=col("new_day").sum(),
    )


def _repeats(month: pl.LazyFrame) -> pl.LazyFrame:
    """Count the transactions whose exact amount occurs again in the same direction."""
    alike = month.group_by("account", "credit", "amount").agg(times=pl.len())
    return alike.group_by("account").agg(repeated=_where(col("times") > 1, col("times")).sum())


def _dwell(month: pl.LazyFrame) -> pl.LazyFrame:
    """Match payments with receipts first in, first out.

    On the axis of all money received so far, a receipt spans from the total before it to the total
    with it. A payment spans from what was passed on before it to what is passed on with it: all
    paid, less what exceeded the receipts, which is the running maximum of paid less received. Each
    piece between two neighbouring ends of either kind is one match.
    """
    amount = col("amount")
    received = pl.when(col("credit")).then(amount).otherwise(0).cum_sum().over("account")
    paid = pl.when(col("credit")).then(0).otherwise(amount).cum_sum().over("account")
    balanced = month.select("account", "at", "credit", "leaves", received=received, paid=paid)
    excess = (col("paid") - col("received")).cum_max().over("account").clip(lower_bound=0)
    end = pl.when(col("credit")).then(col("received")).otherwise(col("paid") - excess)
    ends = balanced.select("account", "at", "credit", "leaves", end=end).sort(
        "account", "end", maintain_order=True
    )
    pieces = ends.select(
        "account",
        amount=col("end") - col("end").shift().over("account").fill_null(0),
        came=pl.when(col("credit")).then(col("at")).backward_fill().over("account"),
        went=pl.when(~col("credit")).then(col("at")).backward_fill().over("account"),
        leaves=pl.when(~col("credit")).then(col("leaves")).backward_fill().over("account"),
    ).filter(col("amount") > 0, col("went").is_not_null())
    stayed = pieces.select(
        "account", "amount", "leaves", stayed=(col("went") - col("came")).dt.total_microseconds()
    ).sort("account", "stayed")
    reached = stayed.with_columns(
        reached=10 * amount.cum_sum().over("account"), matched=amount.sum().over("account")
    )
    hour, day = (col("stayed") <= hours * 3600 * 10**6 for hours in (1, 24))

    def quantile(tenths: int) -> pl.Expr:
        return _where(col("reached") >= tenths * col("matched"), col("stayed")).min()

    return reached.group_by("account").agg(
        median=quantile(5),
        tenth=quantile(1),
        within_hour=_where(hour, amount).sum(),
        within_day=_where(day, amount).sum(),
        exited=_where(day & col("leaves"), amount).sum(),
    )


def _columns(as_of: datetime) -> dict[str, pl.Expr]:
    """Derive the features, by name, from what was counted and added up."""
    known_age = pl.when(col("opened_at") < as_of).then(as_of - col("opened_at"))
    silence = pl.max_horizontal(
        col("longest_pause"), (col("first_in_quarter") - col("last_before")).dt.total_microseconds()
    )
    spread, mean = col("pause_spread"), col("mean_pause")
    events_30d, events_90d = (
        _zero(f"credit_count_{window}") + _zero(f"debit_count_{window}")
        for window in ("30d", "90d")
    )
    events_7d = _zero("credit_count_7d") + _zero("debit_count_7d")
    came, went = _zero("credit_sum_30d"), _zero("debit_sum_30d")
    return {
        "account_id": col("account_id"),
        **_flow(),
        **_linked(),
        "dwell_median_30d": _minutes(col("median")),
        "dwell_p10_30d": _minutes(col("tenth")),
        "share_out_1h_30d": _divided(_zero("within_hour"), came),
        "share_out_24h_30d": _divided(_zero("within_day"), came),
        "exit_24h_share_30d": _divided(_zero("exited"), came),
        "age_days": _days(known_age.dt.total_microseconds()),
        "days_since_last": _days((as_of - col("last")).dt.total_microseconds()),
        "longest_silence_90d": _days(silence),
        "active_days_90d": _zero("active_days"),
        "burstiness_90d": pl.when(col("pauses") >= 2, spread + mean > 0).then(
            (spread - mean) / (spread + mean)
        ),
        "activity_growth_7d": _divided(events_7d, events_90d) * 90 / 7,
        "credit_growth_7d": _divided(col("credit_sum_7d"), col("credit_sum_90d")) * 90 / 7,
        "repeat_amount_share_30d": _divided(_zero("repeated"), events_30d),
        "cash_out_share_30d": _divided(col("atm"), went),
        "crypto_share_30d": _divided(col("crypto"), went),
        "e_wallet_share_30d": _divided(col("e_wallet"), went),
        "cross_border_share_30d": _divided(col("abroad"), col("country_known")),
        "other_institution_share_30d": _divided(col("elsewhere"), col("institution_known")),
        "cash_deposit_share_30d": _divided(col("cash_deposit"), came),
        "salary_share_90d": _divided(col("salary"), col("credit_sum_90d")),
        "living_share_90d": _divided(col("living"), events_90d),
    }


def _flow() -> dict[str, pl.Expr]:
    taken = [
        *(
            f"{side}_{measure}_{window}"
            for measure in ("count", "sum")
            for side in _SIDES
            for window in _DAYS
        ),
        *(f"{side}_max_{window}" for side in _SIDES for window in ("7d", "90d")),
    ]
    return {
        **{name: col(name) for name in taken},
        **{
            f"pass_through_{window}": _divided(
                pl.min_horizontal(f"credit_sum_{window}", f"debit_sum_{window}"),
                col(f"credit_sum_{window}"),
            )
            for window in _DAYS
        },
        "kept_share_90d": _divided(
            col("credit_sum_90d") - col("debit_sum_90d"), col("credit_sum_90d")
        ),
    }


def _linked() -> dict[str, pl.Expr]:
    def places(name: str, side: str) -> pl.Expr:
        none_named = (_zero(name) == 0) & (col(f"{side}_count_30d") > 0)
        return pl.when(~none_named).then(_zero(name))

    return {
        **{
            f"{party}_count_{window}": _zero(f"{party}_count_{window}")
            for party in ("payer", "payee")
            for window in _DAYS
        },
        **{
            f"gather_scatter_{window}": pl.min_horizontal(
                _zero(f"payer_count_{window}"), _zero(f"payee_count_{window}")
            )
            for window in ("1d", "7d")
        },
        "new_payer_share_7d": _divided(_zero("credit_new_7d"), col("credit_named_7d")),
        "new_payee_share_7d": _divided(_zero("debit_new_7d"), col("debit_named_7d")),
        "one_time_share_90d": _divided(col("once"), col("parties")),
        "payer_concentration_90d": _divided(
            col("credit_squares_90d"), col("credit_named_90d").cast(pl.Float64) ** 2
        ),
        "payee_concentration_90d": _divided(
            col("debit_squares_90d"), col("debit_named_90d").cast(pl.Float64) ** 2
        ),
        "returned_share_90d": _divided(col("returned"), col("debit_named_90d")),
        "payer_institutions_30d": places("payer_institutions", "credit"),
        "payee_institutions_30d": places("payee_institutions", "debit"),
        "payer_countries_30d": places("payer_countries", "credit"),
    }


def _where(condition: pl.Expr, column: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(column)


def _divided(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    return pl.when(denominator != 0).then(numerator / denominator)


def _zero(name: str) -> pl.Expr:
    """Return a count or sum that is 0 where an account had nothing to count."""
    return col(name).fill_null(0)


def _minutes(microseconds: pl.Expr) -> pl.Expr:
    return microseconds / (60 * 10**6)


def _days(microseconds: pl.Expr) -> pl.Expr:
    return microseconds / (24 * 3600 * 10**6)
