"""After everything is compiled ahead, nothing is left to compile for a real ledger."""

import subprocess
import sys

COMPARISON = """
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from numba.core.dispatcher import Dispatcher

from features import online
from features.ahead import PARTS
from features.compute import compute
from features.network.coded import coded
from features.network.snapshot import take
from ledger.store import migrate, open_store
from training import simulate
from training.simulator.settings import Settings
from training.snapshots import tables_of


def signatures():
    return {
        (f"{name}.{each.__qualname__}", str(signature))
        for name, module in sys.modules.items()
        if name.startswith("features")
        for each in vars(module).values()
        if isinstance(each, Dispatcher)
        for signature in each.signatures
    }


if __name__ == "__main__":
    for compile_part in PARTS.values():
        compile_part()
    ahead = signatures()
    world = replace(Settings(), accounts=400, days=60, mule_share=0.05)
    lake = simulate.run(world, Path(sys.argv[1]))
    as_of = world.origin + timedelta(days=60)
    compute(lake.read("transactions"), lake.read("accounts"), [as_of], threads=2)
    url = f"sqlite:///{sys.argv[1]}.db"
    migrate(url)
    store = open_store(url)
    store.load(lake)
    view = store.view(as_of)
    some = view.accounts().slice(0, 9)
    online.lay_out(view.segments(some["account_id"].to_pylist()), some)
    taken = take(coded(tables_of(lake)), as_of)
    assert (taken.values > 0).any(axis=0).sum() > 10, "too little to compile for"
    print(len(ahead), sorted(signatures() - ahead))
"""


def test_nothing_is_left_to_compile_for_a_real_ledger(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", COMPARISON, str(tmp_path / "ledger")],
        capture_output=True, text=True, check=True,
    ).stdout.split(maxsplit=1)  # fmt: skip
    # Functions that others call have none where all comes from the cache.
    assert int(told[0]) > 10
    assert told[1].strip() == "[]"
