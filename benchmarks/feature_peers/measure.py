"""What one contender costs, measured from inside a process of its own."""

import ctypes
import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.feature_peers.random_ledger import AS_OF
from benchmarks.feature_peers.task import Task
from ledger.lake import open_lake

_PR_SET_THP_DISABLE = 41  # linux/prctl.h


def task_of(contender: str, name: str) -> Task:
    """Return a contender's task; importing it imports its library."""
    tasks: Mapping[str, Task] = importlib.import_module(
        f"benchmarks.feature_peers.with_{contender}"
    ).TASKS
    return tasks[name]


def measure(task: Task, ledger: Path, warm_up: Path) -> dict[str, float]:
    """Do a task once for `ledger`, after one for a small ledger to compile and load.

    Returns
    -------
    dict
        Seconds of processor and of clock, those of the warm-up, and the peak of memory in MB.
    """
    small = task.prepare(open_lake(warm_up))
    warm_cpu, _ = _seconds(lambda: task.features(small, AS_OF))
    prepared = task.prepare(open_lake(ledger))
    cpu, wall = _seconds(lambda: task.features(prepared, AS_OF))
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
    contender, name, ledger, warm_up = sys.argv[1:]
    print(json.dumps(measure(task_of(contender, name), Path(ledger), Path(warm_up))))
