"""What patterns cost beside snapml's Graph Feature Preprocessor: `make bench-patterns`."""

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

import click
import numpy as np

from benchmarks.pattern_peers import with_mulerisk
from benchmarks.pattern_peers.random_transfers import Edges, draw
from features.patterns.search import TRANSACTION_VALUES

INSTALL = ".venv/bin/python -m pip install --require-hashes -r requirements/benchmark.txt"
_HOUR = 3600


class Setting(NamedTuple):
    """A graph and a window; odd, see `random_transfers.draw`."""

    name: str
    accounts: int
    days: int
    window: int


SETTINGS = (
    Setting("3 days, 10 transfers an account and month", 10_000, 30, 72 * _HOUR + 1),
    Setting("7 days, 25 transfers an account and month", 4_000, 30, 168 * _HOUR + 1),
)


class Outcome(NamedTuple):
    """Seconds of processor of either contender, and what was compared."""

    own: float
    gfp: float
    compared: int
    differing: int
    longer_cycles: float
    cut: int


@click.command()
@click.option("--transfers", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--compared", type=click.IntRange(1), default=40_000, show_default=True)
@click.option("--batch", type=click.IntRange(1), default=4096, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(transfers: int, compared: int, batch: int, rounds: int) -> None:
    """Measure fans, temporal cycles and scatter-gathers against the Graph Feature Preprocessor.

    Both get the same transfers in the same batches with the same window, on one thread. Values are
    compared for transfers that the peer gets one by one, since in a batch it lets a transfer see
    later ones.

    Example: python -m benchmarks.patterns --batch 4096
    """
    if importlib.util.find_spec("snapml") is None:
        sys.exit(f"snapml is not installed; it is needed here only: {INSTALL}")
    outcomes = []
    for setting in SETTINGS:
        outcome = contend(setting, transfers, compared, batch, rounds)
        print(told(setting, outcome, transfers))
        outcomes.append(outcome)
    print(json.dumps(figures(outcomes)))


def contend(setting: Setting, transfers: int, compared: int, batch: int, rounds: int) -> Outcome:
    """Measure both contenders on one setting, alternately, and compare their values."""
    from benchmarks.pattern_peers import with_gfp  # noqa: PLC0415 snapml may be absent

    edges = draw(transfers, setting.accounts, setting.days)
    contenders: dict[str, Callable[[], Iterable[object]]] = {
        "own": lambda: with_mulerisk.run(edges, setting.window, batch),
        "gfp": lambda: with_gfp.run(edges, setting.window, batch),
    }
    list(with_mulerisk.run(draw(100, 10, 1), setting.window, batch))  # compiled before it is timed
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in sorted(contenders, reverse=number % 2 == 1):
            seconds[name].append(_cpu_seconds(contenders[name]))
    counts = list(with_mulerisk.run(edges, setting.window, batch))
    return Outcome(
        median(seconds["own"]),
        median(seconds["gfp"]),
        *_compare(_first(edges, compared), setting.window, batch),
        with_gfp.longer_cycles(edges, setting.window, batch),
        int(sum(count.cut.sum() for count in counts)),
    )


def _cpu_seconds(work: Callable[[], Iterable[object]]) -> float:
    start = time.process_time()
    for _ in work():
        pass
    return time.process_time() - start


def _compare(edges: Edges, window: int, batch: int) -> tuple[int, int]:
    """Compare every value of every transfer; return how many, and how many differ."""
    from benchmarks.pattern_peers import with_gfp  # noqa: PLC0415 snapml may be absent

    peer = with_gfp.one_by_one(edges, window)
    counts = list(with_mulerisk.run(edges, window, batch))
    own = np.concatenate([count.transactions for count in counts])
    differing = 0
    for name, theirs in peer.items():
        ours = own[:, TRANSACTION_VALUES.index(name)]
        if name.startswith("fan_"):
            # The peer knows no fan of one.
            ours = np.where(ours >= 2, ours, 0)
        differing += int((ours != theirs).sum())
    return len(peer) * len(edges.second), differing


def _first(edges: Edges, number: int) -> Edges:
    return Edges(*(column[:number] for column in edges))


def told(setting: Setting, outcome: Outcome, transfers: int) -> str:
    """Lay one outcome out for people."""
    return (
        f"{setting.name}\n"
        f"  mulerisk {transfers / outcome.own:12,.0f} transfers a second of processor\n"
        f"  GFP      {transfers / outcome.gfp:12,.0f}\n"
        f"  ratio    {outcome.gfp / outcome.own:12.1f}\n"
        f"  {outcome.differing} of {outcome.compared:,} values differ; {outcome.cut} searches cut;"
        f" {outcome.longer_cycles:.0%} of GFP's cycles have more than six hops"
    )


def figures(outcomes: list[Outcome]) -> dict[str, object]:
    """Return what the last line says: the smaller ratio."""
    return {
        "ratio_vs_gfp": round(min(outcome.gfp / outcome.own for outcome in outcomes), 2),
        "agree": all(outcome.differing == 0 for outcome in outcomes),
    }


if __name__ == "__main__":
    main()
