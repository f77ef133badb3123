"""What a table of features costs beside pandas, Polars and DuckDB: `make bench-features`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click

from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.reference_set import NAMES

PEERS = ("pandas", "polars", "duckdb")
OWN = "mulerisk"
WARM_UP = 3000
"""Transactions that each contender computes before it is measured."""

Contest = tuple[str, str]
"""A contender and its task."""

Costs = dict[str, float]

OWN_CONTESTS: tuple[Contest, ...] = tuple(
    (OWN, task) for task in ("files", "memory", "kernel", "eight instants", "whole catalogue")
)
PEER_CONTESTS: tuple[Contest, ...] = tuple(
    (peer, task) for peer in PEERS for task in ("files", "memory")
)


@click.command()
@click.option("--transactions", type=click.IntRange(1), default=10_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--alone", is_flag=True, help="Measure mulerisk only: the peers need more memory.")
def main(transactions: int, rounds: int, *, alone: bool) -> None:
    """Measure what a table of features costs beside pandas, Polars and DuckDB.

    Everybody computes the reference set of every account of a random ledger at one instant, from
    Parquet files and from tables in memory, each time in a process of its own. mulerisk then does
    more: eight instants, and its whole catalogue of account features.

    Example: python -m benchmarks.features --transactions 1000000 --rounds 1
    """
    contests = OWN_CONTESTS if alone else OWN_CONTESTS + PEER_CONTESTS
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        ledger, warm_up = Path(name) / "ledger", Path(name) / "warm_up"
        click.echo(f"Writing {transactions:,} transactions", err=True)
        random_ledger.write(ledger, transactions)
        random_ledger.write(warm_up, WARM_UP)
        costs = contend(contests, ledger, warm_up, rounds)
    print(f"{transactions:,} transactions, {len(NAMES)} features, medians of {rounds} rounds")
    print(table(costs))
    print(json.dumps(figures(costs, transactions)))


def contend(
    contests: Sequence[Contest], ledger: Path, warm_up: Path, rounds: int
) -> dict[Contest, Costs]:
    """Measure each contest once a round, so that a busy minute hits all; return the medians."""
    measured: dict[Contest, list[Costs]] = {contest: [] for contest in contests}
    for number in range(rounds):
        # Each round begins with another one.
        for contest in [*contests[number:], *contests[:number]]:
            measured[contest].append(_measured(contest, ledger, warm_up))
            cost = measured[contest][-1]["cpu_s"]
            click.echo(f"Round {number + 1}: {' '.join(contest)} {cost:.2f} s", err=True)
    return {
        contest: {name: median(cost[name] for cost in costs) for name in costs[0]}
        for contest, costs in measured.items()
    }


def _measured(contest: Contest, ledger: Path, warm_up: Path) -> Costs:
    module = "benchmarks.feature_peers.measure"
    command = [sys.executable, "-m", module, *contest, str(ledger), str(warm_up)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    costs: Costs = json.loads(done.stdout)
    return costs


def table(costs: Mapping[Contest, Costs]) -> str:
    """Lay the costs out for people."""
    own = costs[OWN, "files"]["cpu_s"]
    lines = [
        f"{'':9} {'from':16}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}{'cpu ratio':>11}{'warm-up':>9}",
    ]
    lines += [
        f"{contender:9} {task:16}{cost['cpu_s']:8.2f}{cost['wall_s']:8.2f}{cost['peak_mb']:9.0f}"
        f"{cost['cpu_s'] / own:11.2f}{cost['warm_up_cpu_s']:9.2f}"
        for (contender, task), cost in costs.items()
    ]
    return "\n".join(lines)


def figures(costs: Mapping[Contest, Costs], transactions: int) -> dict[str, object]:
    """Return what the last line says; ratios to the peers are missing where none was measured."""
    cpu = {contest: cost["cpu_s"] for contest, cost in costs.items()}
    peers = {
        f"{peer} from {task}": round(cpu[peer, task], 3)
        for peer, task in PEER_CONTESTS
        if (peer, task) in cpu
    }
    return {
        "transactions": transactions,
        "features": len(NAMES),
        "cpu_ratio_vs_best": _to_best(cpu, "files", "files"),
        "kernel_ratio_vs_best": _to_best(cpu, "memory", "kernel"),
        "eight_cutoffs_ratio": _ratio(cpu[OWN, "eight instants"], cpu[OWN, "files"]),
        "full_catalogue_ratio": _ratio(cpu[OWN, "whole catalogue"], cpu[OWN, "files"]),
        "peak_rss_gb": round(costs[OWN, "files"]["peak_mb"] / 1024, 2),
        "cpu_s": round(cpu[OWN, "files"], 3),
        "peers": peers,
    }


def _to_best(cpu: Mapping[Contest, float], theirs: str, ours: str) -> float | None:
    peers = [cpu[peer, theirs] for peer in PEERS if (peer, theirs) in cpu]
    return _ratio(min(peers), cpu[OWN, ours]) if peers else None


def _ratio(cost: float, other: float) -> float:
    return round(cost / other, 2)


if __name__ == "__main__":
    main()
