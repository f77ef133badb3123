"""What the feature table costs beside pandas, Polars and DuckDB: `make bench-features`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import click

from benchmarks.feature_peers import random_ledger
from features.catalogue import FIRST_NAMES

PEERS = ("pandas", "polars", "duckdb")
OWN = "mulerisk"
WARM_UP = 3000
"""Transactions that each contender computes before it is measured."""

Costs = dict[str, float]


@click.command()
@click.option("--transactions", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(transactions: int, rounds: int) -> None:
    """Measure the cost of the feature table against pandas, Polars and DuckDB.

    Every contender goes from the Parquet files of a random ledger to the features of all accounts
    at one instant, each time in a process of its own: those of the first catalogue, and mulerisk
    what it has added to their families since.

    Example: python -m benchmarks.features --transactions 1000000 --rounds 3
    """
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        ledger, warm_up = Path(name) / "ledger", Path(name) / "warm_up"
        random_ledger.write(ledger, transactions)
        random_ledger.write(warm_up, WARM_UP)
        costs = contend(ledger, warm_up, rounds)
    print(
        f"{transactions:,} transactions to {len(FIRST_NAMES)} features, medians of {rounds} rounds"
    )
    print(table(costs))
    print(json.dumps(figures(costs, transactions)))


def contend(ledger: Path, warm_up: Path, rounds: int) -> dict[str, Costs]:
    """Measure each contender once a round, so that a busy minute hits all; return the medians."""
    contenders = (OWN, *PEERS)
    measured: dict[str, list[Costs]] = {contender: [] for contender in contenders}
    for number in range(rounds):
        # Each round begins with another contender.
        start = number % len(contenders)
        for contender in contenders[start:] + contenders[:start]:
            measured[contender].append(_measured(contender, ledger, warm_up))
    return {
        contender: {name: median(cost[name] for cost in costs) for name in costs[0]}
        for contender, costs in measured.items()
    }


def _measured(contender: str, ledger: Path, warm_up: Path) -> Costs:
    module = "benchmarks.feature_peers.measure"
    command = [sys.executable, "-m", module, contender, str(ledger), str(warm_up)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    costs: Costs = json.loads(done.stdout)
    return costs


def table(costs: dict[str, Costs]) -> str:
    """Lay the costs out for people."""
    own = costs[OWN]["cpu_s"]
    lines = [
        f"{'':10}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}{'cpu ratio':>11}{'warm-up cpu s':>15}",
    ]
    for contender, cost in sorted(costs.items(), key=lambda item: item[1]["cpu_s"]):
        lines.append(
            f"{contender:10}{cost['cpu_s']:8.2f}{cost['wall_s']:8.2f}{cost['peak_mb']:9.0f}"
            f"{cost['cpu_s'] / own:11.2f}{cost['warm_up_cpu_s']:15.2f}"
        )
    return "\n".join(lines)


def figures(costs: dict[str, Costs], transactions: int) -> dict[str, object]:
    """Return what the last line says."""
    peers = {peer: costs[peer]["cpu_s"] for peer in PEERS}
    own = costs[OWN]["cpu_s"]
    return {
        "transactions": transactions,
        "cpu_ratio_vs_best": round(min(peers.values()) / own, 2),
        "peers": {peer: round(cpu, 3) for peer, cpu in peers.items()},
        OWN: round(own, 3),
        "features_compared": len(FIRST_NAMES),
    }


if __name__ == "__main__":
    main()
