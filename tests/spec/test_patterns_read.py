"""Patterns on small ledgers that an analyst can check with a pencil.

Each line of a ledger: the hour, who paid, who was paid. The window is a day.
"""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from features.patterns.settings import Settings
from features.patterns.tables import account_patterns, transaction_patterns
from ledger.schema import TRANSACTIONS

DAY_BEGINS = datetime(2025, 6, 1, tzinfo=UTC)
ALL = DAY_BEGINS + timedelta(days=30)
HOUR = timedelta(hours=1)
SETTINGS = Settings(window=24 * HOUR, dwell=HOUR, burst=3)


def table(*lines):
    """Write the lines as transactions t0, t1, ...; each is known when it happens."""
    rows = [
        {
            "transaction_id": f"t{number}",
            "tenant": "local",
            "happened_at": DAY_BEGINS + hour * HOUR,
            "known_at": DAY_BEGINS + hour * HOUR,
            "payer_account": payer,
            "payee_account": payee,
            "payer_amount_minor": 100,
            "payee_amount_minor": 100,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "channel": "instant",
        }
        for number, (hour, payer, payee) in enumerate(lines)
    ]
    return pa.Table.from_pylist(rows, TRANSACTIONS.arrow)


def completed(value, *lines, **changed):
    """Return one value of the ledger's last line."""
    settings = Settings(**{**vars(SETTINGS), **changed})
    return transaction_patterns(table(*lines), settings).table[value].to_pylist()[-1]


def of_accounts(value, *lines, as_of=ALL):
    """Return one value of each account that has it."""
    counted = account_patterns(table(*lines), as_of, timedelta(days=60), SETTINGS).table
    values = zip(counted["account_id"].to_pylist(), counted[value].to_pylist(), strict=True)
    return {account: number for account, number in values if number}


TRIANGLE = ((1, "ann", "bob"), (2, "bob", "cho"), (3, "cho", "ann"))


def test_money_that_comes_back_in_order_is_a_cycle():
    assert completed("cycle_3", *TRIANGLE) == 1
    assert of_accounts("cycle_3", *TRIANGLE) == {"ann": 1, "bob": 1, "cho": 1}


def test_only_the_transaction_that_closes_the_cycle_knows_of_it():
    counted = transaction_patterns(table(*TRIANGLE), SETTINGS).table
    assert counted["cycle_3"].to_pylist() == [0, 0, 1]


def test_a_ring_paid_out_of_order_is_no_cycle():
    assert completed("cycle_3", (2, "ann", "bob"), (1, "bob", "cho"), (3, "cho", "ann")) == 0


def test_two_payments_at_one_instant_do_not_follow_each_other():
    assert completed("cycle_2", (1, "ann", "bob"), (1, "bob", "ann")) == 0


def test_parallel_payments_make_no_further_cycle():
    assert completed("cycle_3", (0, "ann", "bob"), *TRIANGLE) == 1


def test_a_cycle_that_takes_the_whole_window_is_not_in_it():
    assert completed("cycle_2", (1, "ann", "bob"), (25, "bob", "ann")) == 0
    assert completed("cycle_2", (1, "ann", "bob"), (24, "bob", "ann")) == 1


SCATTERED = ((1, "ann", "m1"), (1, "ann", "m2"), (2, "ann", "m3"))
GATHERED = ((3, "m1", "zoe"), (3, "m2", "zoe"), (4, "m3", "zoe"))


def test_middlemen_that_hand_on_to_one_account_are_a_scatter_gather():
    ledger = (*SCATTERED, *GATHERED)
    assert completed("scatter_gather", *ledger) == 1
    assert completed("scatter_gather_size", *ledger) == 3
    # Zoe is reached by a second middleman, and then by a third: two payments complete it.
    assert of_accounts("scatter_gather_sink", *ledger) == {"zoe": 2}
    assert of_accounts("scatter_gather_middleman", *ledger) == {"m1": 2, "m2": 2, "m3": 1}


def test_who_pays_before_being_paid_is_no_middleman():
    too_early = (0, "m1", "zoe"), (1, "m2", "zoe")
    assert completed("scatter_gather", *too_early, *SCATTERED, (3, "m3", "zoe")) == 0
    ledger = (*too_early, *SCATTERED, (3, "m3", "zoe"))
    assert completed("scatter_gather_size", *ledger, in_order=False) == 3


def test_an_account_that_gathers_and_then_scatters():
    gathers = tuple((hour, f"victim{hour}", "mia") for hour in range(3))
    scatters = tuple((5 + hour, "mia", f"relay{hour}") for hour in range(4))
    assert completed("gather_scatter", *gathers, *scatters) == 3
    assert completed("gather_scatter", *((h + 9, a, b) for h, a, b in gathers), *scatters) == 0


def test_a_fan_that_grows_to_the_limit_is_a_burst():
    payers = tuple((hour, f"victim{hour}", "mia") for hour in range(4))
    assert completed("fan_in", *payers) == 4
    assert of_accounts("fan_in", *payers) == {"mia": 4}
    assert of_accounts("fan_in_bursts", *payers) == {"mia": 1}
    assert of_accounts("fan_out_bursts", *payers) == {}


def test_a_counterparty_that_pays_again_is_one_counterparty():
    assert completed("fan_in", (1, "ann", "mia"), (2, "bob", "mia"), (3, "ann", "mia")) == 2


def test_money_handed_on_within_the_hour_is_a_layered_chain():
    chain = (1, "ann", "m1"), (2, "m1", "m2"), (3, "m2", "m3")
    assert completed("chain", *chain) == 3
    assert of_accounts("chain", *chain) == {"ann": 3, "m1": 3, "m2": 3, "m3": 3}
    assert completed("chain", *chain[:2], (3.1, "m2", "m3")) == 0


def test_money_sent_straight_back_is_no_chain():
    assert completed("chain", (1, "ann", "bob"), (1.5, "bob", "ann")) == 0


@pytest.mark.parametrize(("last", "stacks"), [("m2", 1), ("ann", 0)])
def test_two_layers_that_pay_all_of_the_next_are_a_stack(last, stacks):
    first_layer = tuple((1, source, middle) for source in ("a", "b") for middle in ("m1", "m2"))
    second_layer = (2, "m1", "y"), (2, "m1", "z"), (2, "m2", "y"), (3, last, "z")
    assert completed("stack", *first_layer, *second_layer) == stacks


def test_who_pays_a_stack_is_not_paid_by_it():
    first_layer = tuple((1, source, middle) for source in ("a", "b") for middle in ("m1", "m2"))
    back = tuple((2, middle, "a") for middle in ("m1", "m2"))
    assert completed("stack", *first_layer, *back, (2, "m1", "z"), (3, "m2", "z")) == 0


def test_cash_has_no_pattern():
    assert completed("fan_in", (1, None, "mia")) is None


def test_an_account_does_not_know_what_has_not_happened_yet():
    before_it_closes = DAY_BEGINS + 3 * HOUR
    assert of_accounts("cycle_3", *TRIANGLE, as_of=before_it_closes) == {}


def test_a_search_that_is_cut_says_so():
    hub = tuple((0.001 * n, f"payer{n}", "shop") for n in range(50))
    ledger = (*hub, (1, "shop", "payer0"))
    counted = transaction_patterns(table(*ledger), Settings(**{**vars(SETTINGS), "bound": 20}))
    assert counted.cut["cycle"] == 1
    assert counted.table["cut"].to_pylist()[-1]
