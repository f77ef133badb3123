"""How Spark grows with data and with cores, beside one machine: `make bench-spark`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import click

from benchmarks.feature_peers import random_ledger
from benchmarks.spark_peers.said import say
from features.catalogue import NAMES

FEATURES = len(NAMES)

CONTENDERS = ("local", "spark 1 core", "spark 2 cores")
"""The engine of one machine on two threads, and Spark on one core and on two."""

SIZES = (1_000_000, 2_000_000, 4_000_000)

Seconds = dict[str, float]


@click.command()
@click.option(
    "--transactions", type=click.IntRange(1), multiple=True, default=SIZES, show_default=True,
    help="Sizes of ledgers, the smallest first; the last gives the speed-up.",
)  # fmt: skip
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(transactions: tuple[int, ...], rounds: int) -> None:
    """Measure Spark on one core and on two, beside the local engine.

    Each goes from the Parquet files of a random ledger to a snapshot of its network and from both
    to a Parquet table of the whole catalogue at one instant, in a process of its own that has
    computed a small ledger before: the start of Java and the compiling are left out. The tables
    are compared bit for bit.

    Example: python -m benchmarks.spark --transactions 1000000 --rounds 1
    """
    print(f"{FEATURES} features at one instant; seconds of clock, medians of {rounds} rounds")
    print(f"{'transactions':>12}" + "".join(f"{name:>15}" for name in (*CONTENDERS, "speed-up")))
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        folder = Path(name)
        say(random_ledger.write(folder / "small", 3000))
        outcomes = []
        for count in transactions:
            say(random_ledger.write(folder / str(count), count))
            outcomes.append(contend(folder, str(count), rounds))
            print(told(count, outcomes[-1][0]), flush=True)
    print(json.dumps(figures(outcomes)))


def contend(folder: Path, ledger: str, rounds: int) -> tuple[Seconds, list[dict[str, int]]]:
    """Let each contender compute once a round, each round beginning with another one."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    compared = []
    for number in range(rounds):
        start = number % len(CONTENDERS)
        for name in CONTENDERS[start:] + CONTENDERS[:start]:
            measured = _measured(name, folder / "small", folder / ledger)
            seconds[name].append(measured["seconds"])
            compared.append({key: measured[key] for key in ("rows", "digest")})
    return {name: median(values) for name, values in seconds.items()}, compared


def _measured(contender: str, warm_up: Path, ledger: Path) -> dict[str, float]:
    module = "benchmarks.spark_peers.measure"
    command = [sys.executable, "-m", module, contender, str(warm_up), str(ledger)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def told(count: int, seconds: Seconds) -> str:
    """Lay one size out for people."""
    columns = "".join(f"{seconds[name]:15.1f}" for name in CONTENDERS)
    return f"{count:12,}{columns}{speedup(seconds):15.2f}"


def speedup(seconds: Seconds) -> float:
    """Tell how many times faster Spark is on two cores than on one."""
    return seconds["spark 1 core"] / seconds["spark 2 cores"]


def figures(outcomes: list[tuple[Seconds, list[dict[str, int]]]]) -> dict[str, object]:
    """Return what the last line says; speed and rows are those of the largest ledger."""
    seconds, compared = outcomes[-1]
    return {
        "equal": all(table == tables[0] for _, tables in outcomes for table in tables),
        "rows": compared[0]["rows"],
        "features": FEATURES,
        "speedup_2_cores": round(speedup(seconds), 2),
    }


if __name__ == "__main__":
    main()
