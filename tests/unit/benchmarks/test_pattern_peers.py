"""The pattern benchmark compares what it says it compares."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks import patterns as benchmark
from benchmarks.pattern_peers import with_mulerisk
from benchmarks.pattern_peers.random_transfers import draw
from features.patterns.search import TRANSACTION_VALUES

WINDOW = 24 * 3600 + 1


def test_the_transfers_hold_every_pattern_that_is_compared():
    counts = with_mulerisk.run(draw(3000, 100, 5), WINDOW, batch=512)
    found = np.concatenate([count.transactions for count in counts]).sum(axis=0)
    compared = ("fan_in", "fan_out", "cycle_2", "cycle_3", "cycle_6", "scatter_gather")
    assert all(found[TRANSACTION_VALUES.index(name)] > 0 for name in compared)


def test_the_last_line_says_the_smaller_ratio():
    fast = benchmark.Outcome(1.0, 12.0, 10, 0, 0.0, 0)
    slow = benchmark.Outcome(1.0, 3.0, 10, 1, 0.0, 0)
    assert benchmark.figures([fast, slow]) == {"ratio_vs_gfp": 3.0, "agree": False}
    assert benchmark.figures([fast])["agree"]


def test_both_agree_on_small_transfers():
    pytest.importorskip("snapml", reason=benchmark.INSTALL)
    outcome = benchmark.contend(benchmark.Setting("", 100, 5, WINDOW), 2000, 2000, 512, 1)
    assert outcome.compared > 2000
    assert outcome.differing == 0


def test_without_the_peer_it_says_how_to_install_it():
    code = (
        "import sys\nsys.modules['snapml'] = None\nsys.argv = ['patterns']\n"
        "import importlib.util\nimportlib.util.find_spec = lambda name: None\n"
        "from benchmarks.patterns import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert benchmark.INSTALL in done.stderr
