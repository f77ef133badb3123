"""Who paid in, who was paid and who shares what: small ledgers that a pencil can check."""

from datetime import timedelta

import pytest

from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, IDENTIFIERS, TRANSACTIONS
from ledger.view import LakeView
from serving.reports.identifiers import KINDS, Shared, identifiers
from serving.reports.parties import SHOWN, parties
from serving.reports.payments import own_side
from tests.bank import AS_OF, table

DAY = timedelta(days=1)


def _pay(number, payer, payee, baht, *, days=1, channel="instant", **more):
    at = AS_OF - days * DAY
    return {
        "transaction_id": f"t{number:02}", "tenant": "local", "happened_at": at, "known_at": at,
        "payer_account": payer, "payee_account": payee, "payer_amount_minor": 100 * baht,
        "payer_currency": "THB", "payee_amount_minor": 100 * baht, "payee_currency": "THB",
        "reference_minor": 100 * baht, "channel": channel, "status": "booked", **more,
    }  # fmt: skip


ROWS = (
    _pay(1, "ann", "mule", 500),
    _pay(2, "ann", "mule", 200, channel="transfer"),
    _pay(3, "ben", "mule", 900, payer_institution="Bank 2"),
    _pay(4, "old", "mule", 9999, days=91),
    _pay(5, "mule", None, 1000, channel="atm"),
    _pay(6, "mule", None, 300, channel="atm"),
    _pay(7, "mule", None, 50, channel="card"),
    _pay(8, "mule", "wal", 40, channel="e_wallet", device_id="d1"),
    _pay(9, "cat", "ann", 40, device_id="d1"),
    *(_pay(10 + n, f"p{n}", "mule", 10 + n) for n in range(8)),
)
HELD = (
    {"account_id": "mule", "institution": "Bank 1", "kind": "bank"},
    {"account_id": "ann", "institution": "Bank 7", "kind": "bank"},
    {"account_id": "wal", "institution": "Pay 1", "kind": "e_wallet"},
)


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    phones = [
        {"account_id": name, "kind": "phone", "value": "+66", "seen_from": AS_OF - DAY,
         "known_at": AS_OF - DAY} for name in ("mule", "dan", "eve")
    ]  # fmt: skip
    tables = {"transactions": table(TRANSACTIONS, ROWS), "accounts": table(ACCOUNTS, HELD),
              "identifiers": table(IDENTIFIERS, phones)}  # fmt: skip
    return LakeView(append(Lake(tmp_path_factory.mktemp("l") / "l", "l", "THB"), tables), AS_OF)


@pytest.fixture(scope="module")
def found(view):
    own = own_side(view.transactions(["mule"]), "mule")
    return parties(own, frozenset({"t02"}), AS_OF, view)


def test_the_largest_stand_by_themselves_and_the_rest_is_summed(found):
    payers = found.payers
    assert [party.name for party in payers.parties] == ["ben", "ann", "p7", "p6", "p5", "p4"]
    assert len(payers.parties) == SHOWN
    assert (payers.others, payers.others_transactions) == (4, 4)
    assert payers.others_minor == 100 * (10 + 11 + 12 + 13)
    assert payers.total_minor == 100 * (700 + 900 + sum(range(10, 18)))


def test_what_the_ledger_knows_of_a_party_is_told_and_no_more(found):
    ben, ann = found.payers.parties[:2]
    assert (ann.kind, ann.institution, ann.transactions) == ("bank", "Bank 7", 2)
    assert ann.channels == ("instant", "transfer")
    assert (ben.kind, ben.institution) == ("", "Bank 2")


def test_complained_of_money_is_told_of_who_paid_it(found):
    assert [party.complained_minor for party in found.payers.parties[:2]] == [0, 20_000]
    assert all(party.complained_minor == 0 for party in found.payees.parties)


def test_money_without_a_named_party_is_summed_by_the_way_it_went(found):
    assert [(party.name, party.channels, party.amount_minor) for party in found.payees.parties] == [
        ("", ("atm",), 130_000), ("", ("card",), 5_000), ("wal", ("e_wallet",), 4_000),
    ]  # fmt: skip
    assert found.payees.parties[2].kind == "e_wallet"


def test_shared_identifiers_are_told_and_what_the_ledger_lacks_is_named(view):
    told = identifiers(view, "mule")
    assert told.known == (("device", 1), ("phone", 1))
    assert told.missing == ("ip", "email", "address")
    assert told.shared == (
        Shared("phone", "+66", 2, ("dan", "eve")), Shared("device", "d1", 1, ("cat",)),
    )  # fmt: skip
    assert identifiers(view, "p1").missing == KINDS
