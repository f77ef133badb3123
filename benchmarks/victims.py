"""Whether behaviour, or a complaint, tells a victim from others: `make bench-victims`.

Decisions 11 and 15 rest on what this prints. Known victims are who paid what a standing complaint
is about; on a simulated ledger two in three of them.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.compute import FeatureTable, compute
from ledger.complaints import complained_of
from ledger.lake import open_lake
from ledger.order import in_order
from ledger.outcomes import known_mules
from ledger.view import SIDES, instant, microseconds, only, visible
from models.loss import is_probable_victim, loss_of
from models.movements import movements
from training.simulate import simulate
from training.simulator.settings import Settings

Mask = NDArray[np.bool_]
Columns = Mapping[str, NDArray[np.float64]]

AFTER = timedelta(days=7)
"""So long after a victim's payment a rule should tell: features look back as far."""
FIRST = timedelta(days=60)
"""So much of a ledger is history alone."""
_GROWTH = 1.5
"""Beyond so many times the usual weekly inflow there is a burst."""
_FROM_NEW = 0.1
"""From such a share of new payers on, the money paid may be theirs."""
_USED = 10
"""Days of use in 90 from which on it is known what is usual."""


def one_large(of: Columns) -> Mask:
    """Much went to new payees of late, with the largest payment of 90 days and no burst of inflow.

    Much is as much as 30 days of the 83 before cost in the mean.
    """
    usual = (of["debit_sum_90d"] - of["debit_sum_7d"]) * 30 / 83
    to_new = _to_new(of)
    burst = (of["credit_growth_7d"] > _GROWTH) | (of["new_payer_share_7d"] >= _FROM_NEW)
    largest = of["debit_max_7d"] >= of["debit_max_90d"]
    return np.asarray(
        (to_new > 0) & (to_new >= usual) & largest & ~burst & (of["active_days_90d"] >= _USED)
    )


def several_large(of: Columns) -> Mask:
    """Tell the same of more than one payment: the largest is at most two thirds of the money."""
    return np.asarray(one_large(of) & (_to_new(of) >= 1.5 * of["debit_max_7d"]))


def _to_new(of: Columns) -> NDArray[np.float64]:
    return of["debit_sum_7d"] * np.nan_to_num(of["new_payee_share_7d"])


RULES: Mapping[str, Callable[[Columns], Mask]] = {
    "one large payment": one_large,
    "several large payments": several_large,
}

COMPLAINT = "a complaint about it"
"""The rule that looks at no behaviour."""


@click.command()
@click.option("--ledger", type=click.Path(path_type=Path), help="A simulated one if left out.")
@click.option("--accounts", type=click.IntRange(400), default=4000, show_default=True)
@click.option("--days", type=click.IntRange(62), default=150, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(ledger: Path | None, accounts: int, days: int, seed: int) -> None:
    """Measure how often rules fire on known victims, on known mules and on other accounts.

    Two rules look at behaviour, the third at the complaints that stood by then.

    Every account is asked about each midnight. A victim is one for 7 days after each payment that
    a complaint is about.

    Example: python -m benchmarks.victims --accounts 1000
    """
    click.echo("Reading the ledger and computing features day by day", err=True)
    if ledger:
        tables = {name: open_lake(ledger).read(name) for name in _TABLES}
    else:
        tables = simulate(Settings(accounts=accounts, days=days, seed=seed))
    counted = count(tables)
    print(table(counted))
    print(json.dumps(counted))


_TABLES = ("transactions", "accounts", "labels", "complaints")


def count(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, int]]:
    """Count days of accounts by group, and on how many of them each rule fires."""
    transactions = in_order(tables["transactions"])
    features = compute(transactions, tables["accounts"], _midnights(transactions))
    columns = dict(zip(features.names, features.values.T, strict=True))
    fires = {name: rule(columns) for name, rule in RULES.items()}
    fires[COMPLAINT] = _complained_by_then(features, transactions, tables)
    return {
        group: {"days": int(rows.sum()), **{name: int(f[rows].sum()) for name, f in fires.items()}}
        for group, rows in _groups(features, transactions, tables).items()
    }


def _midnights(transactions: pa.Table) -> list[datetime]:
    ends = pc.min_max(transactions["happened_at"]).as_py()
    first, days = ends["min"] + FIRST, (ends["max"] - ends["min"] - FIRST).days
    return [first + timedelta(days=day) for day in range(days + 1)]


def _groups(
    features: FeatureTable, transactions: pa.Table, tables: Mapping[str, pa.Table]
) -> dict[str, Mask]:
    mule = np.isin(features.account_id, list(known_mules(tables["labels"])))
    victim = np.zeros(len(mule), np.bool_)
    about = complained_of(tables["complaints"])
    for row in _named(transactions, about):
        since = features.as_of - microseconds(row["happened_at"])
        recent = (since > 0) & (since <= AFTER // timedelta(microseconds=1))
        victim |= recent & (features.account_id == row["payer_account"])
    return {"victims": victim & ~mule, "mules": mule, "others": ~mule & ~victim}


def _complained_by_then(
    features: FeatureTable, transactions: pa.Table, tables: Mapping[str, pa.Table]
) -> Mask:
    """Ask at each instant who is a probable victim by then, and paid of late."""
    ever = {row["payer_account"] for row in _named(transactions, _ids(tables["complaints"]))}
    theirs = only(transactions, SIDES, sorted(filter(None, ever)))
    told = np.zeros(len(features.as_of), np.bool_)
    for as_of in map(instant, np.unique(features.as_of).tolist()):
        known = {name: visible(tables[name], as_of) for name in ("complaints", "labels")}
        victims = _victims(visible(theirs, as_of), as_of, **known)
        now = features.as_of == microseconds(as_of)
        told |= now & np.isin(features.account_id, victims)
    return told


def _victims(
    transactions: pa.Table, as_of: datetime, complaints: pa.Table, labels: pa.Table
) -> list[str]:
    complained, mules = complained_of(complaints), known_mules(labels)
    found = []
    for account in {row["payer_account"] for row in _named(transactions, complained)} - {None}:
        moved = movements(only(transactions, SIDES, [account]), account)
        loss = loss_of(moved, complained)
        is_victim = is_probable_victim(moved, complained, known_mule=account in mules)
        if is_victim and loss and loss.last_paid_at >= as_of - AFTER:
            found.append(account)
    return found


def _ids(complaints: pa.Table) -> list[str]:
    ids: list[str] = complaints["transaction_id"].to_pylist()
    return ids


def _named(transactions: pa.Table, ids: Collection[str]) -> list[dict[str, Any]]:
    chosen = pc.is_in(transactions["transaction_id"], value_set=pa.array(sorted(ids), pa.string()))
    columns = ("happened_at", "payer_account")
    rows: list[dict[str, Any]] = transactions.filter(chosen).select(columns).to_pylist()
    return rows


def table(counted: Mapping[str, Mapping[str, int]]) -> str:
    """Lay the counts out for people, and how many of the days a rule tells are a victim's."""
    lines = [f"{'':24}" + "".join(f"{group:>20}" for group in counted) + f"{'right':>10}"]
    days = "".join(f"{of['days']:>20,}" for of in counted.values())
    lines.append(f"{'days of accounts':24}{days}")
    for rule in (*RULES, COMPLAINT):
        shares = "".join(_share(of[rule], of["days"]) for of in counted.values())
        told = sum(of[rule] for of in counted.values())
        right = counted["victims"][rule] / told if told else float("nan")
        lines.append(f"{rule:24}{shares}{right:10.1%}")
    return "\n".join(lines)


def _share(told: int, days: int) -> str:
    return f"{f'{told:,} ({told / max(days, 1):.2%})':>20}"


if __name__ == "__main__":
    main()
