"""What one contender costs, measured from inside a process of its own."""

import ctypes
import importlib
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import cast

from benchmarks.feature_peers.random_ledger import AS_OF
from ledger.lake import Lake, open_lake

Features = Callable[[Lake, datetime], object]
"""Computes the feature table of a ledger at an instant: anything that pyarrow.table takes."""

_PR_SET_THP_DISABLE = 41  # linux/prctl.h


def features_of(contender: str) -> Features:
    """Return a contender's function; importing it imports its library."""
    module = importlib.import_module(f"benchmarks.feature_peers.with_{contender}")
    return cast(Features, module.features)


def measure(contender: str, ledger: Path, warm_up: Path) -> dict[str, float]:
    """Compute the features of `ledger` once, after those of a small one to compile and load.

    Returns
    -------
    dict
        Seconds of processor and of clock, those of the warm-up, and the peak of memory in MB.
    """
    features = features_of(contender)
    warm_cpu, _ = _seconds(lambda: features(open_lake(warm_up), AS_OF))
    lake = open_lake(ledger)
    cpu, wall = _seconds(lambda: features(lake, AS_OF))
    return {"cpu_s": cpu, "wall_s": wall, "warm_up_cpu_s": warm_cpu, "peak_mb": _peak_mb()}


def _without_huge_pages() -> None:
    """Spare every contender what the kernel spends, now and then, to find huge pages."""
    if ctypes.CDLL(None).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0):
        raise OSError("prctl refused to disable huge pages")


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _peak_mb() -> float:
    # ru_maxrss would count the parent's memory too, since a child starts as its copy.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    _without_huge_pages()
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
