"""Network features on small ledgers that an analyst can check with a pencil.

Each payment: days before the question is asked, who paid, who was paid, the amount. `mia` is the
account asked about; `mule` was found to be one a day before.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from features.network.coded import COLUMNS, coded
from features.network.families import FEATURES
from features.network.identifiers import USUAL
from features.network.snapshot import take
from ledger.order import in_order
from ledger.schema import TABLES

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
NAMES = [feature.name for feature in FEATURES]


def at(days):
    return AS_OF - timedelta(days=days)


def fact(days, **columns):
    return {"happened_at": at(days), "known_at": at(days), **columns}


FOUND = fact(1, account_id="mule", outcome="complicit_mule", source="bank")


def show(payments, **others):
    """Take a snapshot; return it with what bounds left out."""
    paid = [
        fact(days, transaction_id=f"t{number}", payer_account=payer, payee_account=payee,
             reference_minor=amount)
        for number, (days, payer, payee, amount) in enumerate(payments)
    ]  # fmt: skip
    parties = {p for row in paid for p in (row["payer_account"], row["payee_account"])} - {None}
    rows = {
        "transactions": paid,
        "accounts": [{"account_id": name} for name in sorted(parties | {"mia"})],
        "labels": [FOUND],
        **others,
    }
    tables = {}
    for name, columns in COLUMNS.items():
        schema = pa.schema([TABLES[name].arrow.field(column) for column in columns])
        tables[name] = pa.Table.from_pylist(rows.get(name, []), schema)
    tables["transactions"] = in_order(tables["transactions"])
    return take(coded(tables), AS_OF)


def value(name, payments, account="mia", **others):
    taken = show(payments, **others)
    return taken.values[taken.account_id.tolist().index(account), NAMES.index(name)]


def complaint(about, days, **columns):
    return fact(days, **{"complaint_id": "c1", "transaction_id": about, "status": "open",
                         "source": "bank", **columns})  # fmt: skip


def test_hops_count_payments_that_follow_each_other():
    payments = [(9, "mule", "ann", 5), (8, "ann", "mia", 5)]
    assert value("hops_from_mule_90d", payments) == 2
    assert np.isnan(value("hops_to_mule_90d", payments))
    too_early = [(7, "mule", "ann", 5), (8, "ann", "mia", 5)]
    assert np.isnan(value("hops_from_mule_90d", too_early))


def test_a_mule_found_too_late_is_none_yet():
    late = FOUND | {"known_at": AS_OF}
    assert np.isnan(value("hops_from_mule_90d", [(9, "mule", "mia", 5)], labels=[late]))


def test_nearness_is_1_on_the_mean_and_more_beside_the_mule():
    payments = [(9, "mule", "mia", 5), (8, "mia", "ann", 5), (7, "ann", "bob", 5)]
    ranks = [value("mule_rank_30d", payments, who) for who in ("mule", "mia", "ann", "bob")]
    assert np.mean(ranks) == pytest.approx(1)
    assert ranks[1] > ranks[2] > ranks[3]
    assert ranks[1] > 1 > ranks[3]


def test_a_withdrawn_complaint_is_none_and_two_about_one_payment_are_one_sum():
    payments = [(5, "victim", "mia", 100)]
    two = [complaint("t0", 4), complaint("t0", 3, complaint_id="c2", source="police")]
    assert value("complaint_count_30d", payments, complaints=two) == 2
    assert value("complaint_sum_30d", payments, complaints=two) == 100
    assert value("complaint_sources_30d", payments, complaints=two) == 2
    ended = [*two, complaint("t0", 2, status="withdrawn")]
    assert value("complaint_count_30d", payments, complaints=ended) == 1
    assert np.isnan(value("complaint_count_30d", payments))


def test_who_complains_himself_does_not_make_the_other_suspect_to_himself():
    payments = [(5, "mia", "crook", 100), (4, "crook", "ann", 50)]
    by_mia = [complaint("t0", 3)]
    assert value("complained_counterparty_share_90d", payments, complaints=by_mia) == 0
    assert value("complained_counterparty_share_90d", payments, "ann", complaints=by_mia) == 1
    assert value("complained_payer_share_30d", payments, "ann", complaints=by_mia) == 1


def test_tainted_money_leaves_in_the_order_it_came():
    payments = [
        (9, "ann", "relay", 60), (8, "victim", "relay", 40), (7, "relay", "mia", 80),
        (6, "relay", "bob", 20),
    ]  # fmt: skip
    complaints = [complaint("t1", 5)]
    assert value("tainted_share_30d", payments, complaints=complaints) == 0.25
    assert value("tainted_share_30d", payments, "bob", complaints=complaints) == 1
    assert value("tainted_share_30d", payments, "relay", complaints=complaints) == 0.4


def test_taint_ends_after_three_payments():
    chain = ["victim", "one", "two", "three", "four"]
    payments = [(9 - n, *chain[n : n + 2], 10) for n in range(4)]
    complaints = [complaint("t0", 1)]
    shown = [value("tainted_share_30d", payments, who, complaints=complaints) for who in chain[1:]]
    assert shown == [1, 1, 1, 0]


def test_an_entry_on_a_list_counts_until_it_expires():
    def entry(**columns):
        return fact(9, account_id="mia", list_name="national", **columns)

    payments = [(9, "ann", "mia", 5)]
    assert value("list_entries", payments, list_entries=[entry(expires_at=None)]) == 1
    assert value("list_entries", payments, list_entries=[entry(expires_at=AS_OF)]) == 0


def test_recalls_count_on_whom_received_the_money():
    recalls = [fact(3, transaction_id="t0")]
    payments = [(9, "ann", "mia", 5)]
    assert value("recall_count_30d", payments, recalls=recalls) == 1
    assert value("recall_count_30d", payments, "ann", recalls=recalls) == 0


def test_common_payees_are_a_share_of_those_of_both():
    payments = [(9, "mule", "x", 5), (9, "mule", "y", 5), (8, "mia", "x", 5), (8, "mia", "z", 5)]
    assert value("mule_payees_90d", payments) == pytest.approx(1 / 3)
    assert np.isnan(value("mule_payees_90d", payments, "x"))


def device(account, name="phone-1", **columns):
    return {"account_id": account, "kind": "device", "value": name, "seen_from": at(40),
            "known_at": at(40), **columns}  # fmt: skip


def test_sharers_of_a_device_are_counted_and_the_account_itself_is_no_sharer():
    payments = [(9, "ann", "mia", 5), (9, "mule", "bob", 5)]
    seen = [device("mia"), device("ann"), device("mule"), device("ann", "phone-2"),
            device("bob", "phone-2")]  # fmt: skip
    assert value("device_accounts_30d", payments, identifiers=seen) == 3
    assert value("sharer_mule_share_30d", payments, identifiers=seen) == 0.5
    assert value("community_mule_share_30d", payments, identifiers=seen) == pytest.approx(1 / 3)
    assert value("sharer_mule_share_30d", payments, "bob", identifiers=seen) == 0
    assert np.isnan(value("identifier_accounts_30d", payments, identifiers=seen))


def test_what_nobody_was_seen_with_for_a_month_is_forgotten():
    old = [device("mia", seen_until=at(31)), device("ann")]
    assert np.isnan(value("device_accounts_30d", [(9, "ann", "mia", 5)], identifiers=old))


def test_a_branchs_terminal_links_nobody_and_is_counted():
    many = [device(f"a{number}") for number in range(USUAL)]
    payments = [(9, "ann", "mia", 5)]
    assert value("device_accounts_30d", payments, identifiers=[*many[1:], device("mia")]) == USUAL
    crowd = [*many, device("mia")]
    assert np.isnan(value("device_accounts_30d", payments, identifiers=crowd))
    assert show(payments, identifiers=crowd).left_out == {"identifiers": 1}


def test_accounts_that_a_holder_opened_within_the_quarter():
    accounts = [
        {"account_id": name, "holder_id": holder, "opened_at": at(days)}
        for name, holder, days in (
            ("mia", "h", 200),
            ("m2", "h", 90),
            ("m3", "h", 1),
            ("x", "i", 1),
        )
    ]
    payments = [(9, "x", "mia", 5)]
    assert value("holder_openings_90d", payments, accounts=accounts) == 2


def test_money_that_comes_back_is_a_circle():
    payments = [(9, "mia", "ann", 5), (8, "ann", "bob", 5), (7, "bob", "mia", 5)]
    assert value("cycles_30d", payments) == 1
    assert np.isnan(value("cycles_30d", [(9, None, "mia", 5)]))
