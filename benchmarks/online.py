"""What the features of one account cost, fetched from a large store: `make bench-online`."""

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click

from benchmarks.online_stores import ledger, stores
from benchmarks.online_stores.questions import Question, all_features, questions, reference_set


@click.command()
@click.option("--transactions", type=click.IntRange(100_000), default=10_000_000, show_default=True)
@click.option("--of-busiest", type=click.IntRange(1), default=120_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(transactions: int, of_busiest: int, rounds: int) -> None:
    """Measure what the features of one account cost from a large store, until they are there.

    From SQLite and from PostgreSQL, by the bytes that a store keeps of each account; for comparison
    from the rows of its facts, and from events laid out in memory before. Of usual accounts, with
    about 300 transactions in 90 days, and of the busiest one.

    Example: python -m benchmarks.online --transactions 1000000
    """
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        click.echo(f"Writing {transactions:,} transactions", err=True)
        lake = ledger.write(Path(name), transactions, of_busiest)
        usual = ledger.usual_accounts(lake)
        with stores.loaded(Path(name), lake) as held:
            hot = [ledger.BUSIEST]
            columns = {
                "300 transactions": measured(questions(held, all_features, usual), usual, rounds),
                "busiest, reference set": measured(
                    questions(held, reference_set, hot), hot, rounds * 4
                ),
                "busiest, all": measured(questions(held, all_features, hot), hot, rounds * 4),
            }
    print(
        f"{transactions:,} transactions; medians in ms of clock, over {len(usual)} accounts and 1"
    )
    print(table(columns))
    print(json.dumps(figures(columns)))


def measured(
    questions: Mapping[str, Question], accounts: Sequence[str], rounds: int
) -> dict[str, float]:
    """Ask each way in turn for all accounts; return the medians of the time it took, in ms.

    Raises
    ------
    ValueError
        If two ways do not give the same values, bit for bit.
    """
    took: dict[str, list[float]] = {way: [] for way in questions}
    for account in accounts:
        values = {way: ask(account).tobytes() for way, ask in questions.items()}
        if len(set(values.values())) > 1:
            raise ValueError("the ways to the features of an account do not agree")
    for _ in range(rounds):
        for way, ask in questions.items():
            for account in accounts:
                started = time.perf_counter()
                ask(account)
                took[way].append(time.perf_counter() - started)
    return {way: 1000 * median(seconds) for way, seconds in took.items()}


def table(columns: Mapping[str, Mapping[str, float]]) -> str:
    """Lay the medians out for people."""
    lines = [f"{'':22}" + "".join(f"{name:>28}" for name in columns)]
    ways = next(iter(columns.values()))
    lines += [
        f"{way:22}" + "".join(f"{column[way]:28.3f}" for column in columns.values()) for way in ways
    ]
    return "\n".join(lines)


def figures(columns: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return what the last line says."""
    usual, hot, hot_full = columns.values()
    return {
        "sqlite_p50_ms": round(usual["sqlite"], 3),
        "postgres_p50_ms": round(usual["postgres"], 3),
        "hot_p50_ms": round(hot["sqlite"], 2),
        "hot_full_p50_ms": round(hot_full["sqlite"], 2),
        "hot_postgres_p50_ms": round(hot["postgres"], 2),
        "hot_full_postgres_p50_ms": round(hot_full["postgres"], 2),
        "ratio_vs_memory": round(usual["sqlite"] / usual["memory"], 1),
        "rows_ratio": round(usual["sqlite, from rows"] / usual["sqlite"], 2),
        "hot_rows_ratio": round(hot_full["sqlite, from rows"] / hot_full["sqlite"], 1),
    }


if __name__ == "__main__":
    main()
