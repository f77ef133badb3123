"""Network features on small ledgers that an analyst can check with a pencil.

`docs/examples/notation.py` tells how a ledger is drawn. Every feature once stands in
`test_examples_read.py`; here are the borders: what just counts, what just does not, what is
missing, and what others than Mia see of it.
"""

import numpy as np
import pytest

from docs.examples.answers import answers, example, snapshot, value
from docs.examples.notation import read
from features.network.identifiers import USUAL

FOUND = "1d mule found complicit_mule"


def of_example(family, name, account):
    """Compute a feature of another account than Mia's on the example of a family."""
    return answers(example(family).drawn, [name], account)[name].value


def test_hops_count_payments_that_follow_each_other():
    ledger = ["9d mule -> ann 5", "8d ann -> mia 5", FOUND]
    assert value("hops_from_mule_90d", *ledger) == 2
    assert np.isnan(value("hops_to_mule_90d", *ledger))
    too_early = "9d ann -> mia 5", "8d mule -> ann 5", FOUND
    assert np.isnan(value("hops_from_mule_90d", *too_early))


def test_a_mule_found_too_late_is_none_yet():
    assert np.isnan(value("hops_from_mule_90d", "9d mule -> mia 5", f"{FOUND} known 0d"))


def test_nearness_is_1_on_the_mean_and_more_beside_the_mule():
    row = ("9d mule -> mia 5", "8d mia -> ann 5", "7d ann -> bob 5", FOUND)
    ranks = [value("mule_rank_30d", *row, account=who) for who in ("mule", "mia", "ann", "bob")]
    assert np.mean(ranks) == pytest.approx(1)
    assert ranks[1] > ranks[2] > ranks[3]
    assert ranks[1] > 1 > ranks[3]


def test_a_withdrawn_complaint_is_none_and_two_about_one_payment_are_one_sum():
    two = ["5d victim -> mia 1", "4d complaint about 1 at bank", "3d complaint about 1 at police"]
    assert value("complaint_count_30d", *two) == 2
    assert value("complaint_sum_30d", *two) == 100
    assert value("complaint_sources_30d", *two) == 2
    ended = [*two, "2d complaint about 1 at bank withdrawn"]
    assert value("complaint_count_30d", *ended) == 1
    assert np.isnan(value("complaint_count_30d", two[0]))


def test_who_complains_himself_does_not_make_the_other_suspect_to_himself():
    by_mia = ("5d mia -> crook 1", "4d crook -> ann 0.50", "3d complaint about 1 at bank")
    assert value("complained_counterparty_share_90d", *by_mia) == 0
    assert value("complained_counterparty_share_90d", *by_mia, account="ann") == 1
    assert value("complained_payer_share_30d", *by_mia, account="ann") == 1


def test_tainted_money_leaves_in_the_order_it_came():
    assert of_example("taint", "tainted_share_30d", "bob") == 1
    assert of_example("taint", "tainted_share_30d", "relay") == 0.4


def test_taint_ends_after_three_payments():
    row = ["victim", "one", "two", "three", "four"]
    payments = [f"{9 - n}d {row[n]} -> {row[n + 1]} 1" for n in range(4)]
    ledger = [*payments, "1d complaint about 1 at bank"]
    shown = [value("tainted_share_30d", *ledger, account=who) for who in row[1:]]
    assert shown == [1, 1, 1, 0]


def test_an_entry_on_a_list_counts_until_it_expires():
    paid = "9d ann -> mia 5"
    assert value("list_entries", paid, "9d mia listed national") == 1
    assert value("list_entries", paid, "9d mia listed national until 0d") == 0


def test_recalls_count_on_whom_received_the_money():
    ledger = ("9d ann -> mia 5", "3d recall of 1")
    assert value("recall_count_30d", *ledger) == 1
    assert value("recall_count_30d", *ledger, account="ann") == 0


def test_who_pays_nobody_has_no_payees_in_common():
    assert np.isnan(of_example("payees", "mule_payees_90d", "xia"))


def test_an_account_is_no_sharer_of_its_own_devices():
    assert of_example("community", "device_accounts_30d", "mia") == 3
    assert of_example("community", "sharer_mule_share_30d", "bob") == 0
    assert np.isnan(of_example("community", "identifier_accounts_30d", "mia"))


def test_what_nobody_was_seen_with_for_a_month_is_forgotten():
    old = ("40d mia seen with device phone-1 until 31d", "40d ann seen with device phone-1")
    assert np.isnan(value("device_accounts_30d", "9d ann -> mia 5", *old))


def test_a_branchs_terminal_links_nobody_and_is_counted():
    paid, mia = "9d ann -> mia 5", "40d mia seen with device phone-1"
    many = [f"40d a{number} seen with device phone-1" for number in range(USUAL)]
    assert value("device_accounts_30d", paid, *many[1:], mia) == USUAL
    crowd = (paid, *many, mia)
    assert np.isnan(value("device_accounts_30d", *crowd))
    assert snapshot(read(crowd)).left_out == {"identifiers": 1}


def test_accounts_that_a_holder_opened_within_the_quarter():
    accounts = (
        "mia: opened 200d, holder h",
        "m2: opened 90d, holder h",
        "m3: opened 1d, holder h",
        "m4: opened 91d, holder h",
        "ann: opened 1d, holder i",
    )
    assert value("holder_openings_90d", *accounts, "9d ann -> mia 5") == 2


def test_money_that_comes_back_is_a_circle():
    payments = ("9d mia -> ann 5", "8d ann -> bob 5", "7d bob -> mia 5")
    assert value("cycles_30d", *payments) == 1
    assert np.isnan(value("cycles_30d", "9d (cash) -> mia 5 cash_deposit"))
