"""Laws of every simulated ledger, whatever its settings."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from training.simulate import simulate
from training.simulator.settings import Settings

WORLDS = st.builds(
    Settings,
    accounts=st.integers(400, 700),
    days=st.integers(30, 60),
    seed=st.integers(0, 2**32),
    mule_share=st.floats(0.01, 0.08),
)


@settings(max_examples=5, deadline=None)
@given(world=WORLDS)
def test_without_its_laundering_a_ledger_is_that_of_a_world_without_mules(world):
    """The proof that nothing in a mule's honest life gives it away."""
    tables = simulate(world)
    honest = simulate(replace(world, mule_share=0.0))
    truth = pa.concat_arrays(tables["truth_transactions"]["transaction_id"].chunks)
    rows = tables["transactions"]
    life = rows.filter(pc.invert(pc.is_in(rows["transaction_id"], value_set=truth)))
    assert _payments(life) == _payments(honest["transactions"])
    assert len(honest["truth_transactions"]) == 0
    assert _accounts(tables) == _accounts(honest)


@settings(max_examples=5, deadline=None)
@given(world=WORLDS)
def test_every_laundering_transaction_touches_a_mule_and_every_mule_launders(world):
    tables = simulate(world)
    truth = set(tables["truth_transactions"]["transaction_id"].to_pylist())
    laundering = [r for r in tables["transactions"].to_pylist() if r["transaction_id"] in truth]
    mules = {r["account_id"] for r in tables["truth_accounts"].to_pylist() if r["is_mule"]}
    touched = [{r["payer_account"], r["payee_account"]} & mules for r in laundering]
    assert len(truth) == len(laundering)
    assert all(touched)
    assert set().union(*touched) == mules


def _payments(rows):
    """Collect what an ordinary observer sees; order within one second is by chance."""
    columns = ("happened_at", "payer_account", "payee_account", "reference_minor")
    return sorted(zip(*(map(str, rows[c].to_pylist()) for c in columns), strict=True))


def _accounts(tables):
    return tables["accounts"].select(["account_id", "institution", "kind", "opened_at"])
