"""Every way to the features of an account is measured, and gives the same."""

import pytest

from benchmarks import online as benchmark
from benchmarks.online_stores import ledger
from benchmarks.online_stores.questions import all_features, questions, reference_set
from ledger.store import migrate, open_store


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return ledger.write(tmp_path_factory.mktemp("online"), 3_000, of_busiest=500)


@pytest.fixture(scope="module")
def stores(lake, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}"
    migrate(url)
    store = open_store(url)
    store.load(lake)
    yield {"sqlite": store}
    store.close()


@pytest.mark.parametrize("features", [all_features, reference_set])
def test_each_way_is_asked_for_each_account(lake, stores, features):
    accounts = [ledger.BUSIEST, *lake.read("accounts")["account_id"].to_pylist()[:2]]
    took = benchmark.measured(questions(stores, features, accounts), accounts, 1)
    assert took.keys() == {"memory", "sqlite", "sqlite, from rows"}
    assert min(took.values()) > 0
    assert "sqlite, from rows" in benchmark.table({"a": took})


def test_ways_that_do_not_agree_are_refused(stores):
    ways = questions(stores, all_features, [ledger.BUSIEST])
    ways["wrong"] = lambda account: ways["memory"](account) + 1
    with pytest.raises(ValueError, match="do not agree"):
        benchmark.measured(ways, [ledger.BUSIEST], 1)


def test_accounts_with_too_few_or_too_many_transactions_are_not_usual(lake):
    assert ledger.usual_accounts(lake) == []
