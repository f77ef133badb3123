"""Facts are stored once, all of a request or none, and the next score sees them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ledger.store import open_store
from serving.api.requests import NewComplaints, NewTransactions
from serving.ingest import store_complaints, store_transactions
from serving.settings import read
from serving.sources import Loader
from tests.bank import AS_OF, MULE, PERSON

ACCOUNT = {"account_id": "new-1", "institution": "Bank 2", "kind": "e_wallet"}


def transaction(name="n1", **columns):
    return {
        "transaction_id": name, "happened_at": (AS_OF - timedelta(hours=1)).isoformat(),
        "payer_account": PERSON, "payee_account": MULE, "payer_amount_minor": 70_000,
        "payer_currency": "THB", "payee_amount_minor": 70_000, "payee_currency": "THB",
        "channel": "instant", **columns,
    }  # fmt: skip


def complaint(name="c1", **columns):
    return {
        "complaint_id": name, "transaction_id": "t00001", "status": "open", "source": "hotline",
        "happened_at": (AS_OF - timedelta(hours=1)).isoformat(), **columns,
    }  # fmt: skip


@pytest.fixture
def client(writing_client):
    return writing_client


@pytest.fixture
def stored(environment):
    """The store as another process sees it."""
    store = open_store(environment["MULERISK_STORE"])
    yield store
    store.close()


def last(stored) -> int:
    return stored.recorded_seq


def pointers(answer) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def test_the_next_score_sees_a_stored_transaction(client, environment, stored):
    def raw(as_of):
        body = {"accounts": [MULE], "as_of": as_of.isoformat()}
        return client.post("/v1/score", body).json()["accounts"][0]["score"]["raw"]

    later = AS_OF + timedelta(microseconds=1)
    before, unseen = raw(later), raw(AS_OF)
    rows = [transaction(f"n{i}", payee_account=None, payer_account=MULE) for i in range(30)]
    answer = client.post("/v1/transactions", {"transactions": rows})
    assert answer.json() == {"new": 30, "repeated": 0, "recorded_seq": last(stored)}
    assert raw(later) != before
    assert raw(AS_OF) == unseen, "at AS_OF they were not known yet"


def test_the_service_stamps_when_it_learnt_of_a_fact(client, stored):
    client.post("/v1/transactions", {"transactions": [transaction()]})
    rows = stored.view(AS_OF + timedelta(seconds=1)).transactions([PERSON]).to_pylist()
    (row,) = [row for row in rows if row["transaction_id"] == "n1"]
    assert row["known_at"] == AS_OF
    assert row["tenant"] == "local"
    assert row["reference_minor"] == 70_000


@pytest.mark.parametrize("column", ["known_at", "tenant", "recorded_seq", "reference_minors"])
def test_what_the_service_stamps_and_what_nobody_knows_cannot_be_sent(client, column):
    answer = client.post("/v1/transactions", {"transactions": [transaction(**{column: "x"})]})
    assert answer.status_code == 422
    assert pointers(answer) == {"/transactions/0"}


def test_sending_again_changes_nothing(client, stored):
    body = {"transactions": [transaction()], "accounts": [ACCOUNT]}
    assert client.post("/v1/transactions", body).json()["new"] == 2
    before = last(stored)
    assert client.post("/v1/transactions", body).json() == {
        "new": 0, "repeated": 2, "recorded_seq": before,
    }  # fmt: skip


def test_a_part_sent_again_is_counted_apart(client):
    client.post("/v1/transactions", {"transactions": [transaction("n1")]})
    answer = client.post(
        "/v1/transactions", {"transactions": [transaction("n1"), transaction("n2")]}
    )
    assert (answer.json()["new"], answer.json()["repeated"]) == (1, 1)


def test_an_id_with_other_content_is_a_conflict_and_nothing_is_stored(client, stored):
    client.post("/v1/transactions", {"transactions": [transaction("n1")]})
    before = last(stored)
    other = transaction("n1", payer_amount_minor=1, payee_amount_minor=1)
    answer = client.post("/v1/transactions", {"transactions": [transaction("n2"), other]})
    assert answer.status_code == 409
    assert pointers(answer) == {"/transactions/1/transaction_id"}
    assert last(stored) == before


def test_an_account_with_other_content_is_a_conflict(client, stored):
    client.post("/v1/transactions", {"transactions": [transaction()], "accounts": [ACCOUNT]})
    before = last(stored)
    changed = {**ACCOUNT, "kind": "bank"}
    answer = client.post(
        "/v1/transactions", {"transactions": [transaction("n2")], "accounts": [changed]}
    )
    assert answer.status_code == 409
    assert pointers(answer) == {"/accounts/0/account_id"}
    assert last(stored) == before


def test_many_processes_storing_the_same_store_it_once(environment, stored):
    loader = Loader(read(environment))
    loader.load()
    before = last(stored)
    request = NewTransactions(transactions=[transaction(f"n{i}") for i in range(20)])
    clocks = [AS_OF + timedelta(microseconds=i) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda now: store_transactions(loader.sources(), request, now), clocks)
        )
    assert sum(answer.new for answer in answers) == 20
    assert sum(answer.repeated for answer in answers) == 140
    assert last(stored) == before + 20


def test_all_faults_are_listed_by_place_and_nothing_is_stored(client, stored):
    before = last(stored)
    rows = [
        transaction("ok"),
        transaction("self", payee_account=PERSON),
        transaction("nobody", payer_account=None, payee_account=None),
        transaction("unknown", payee_account="never-seen"),
        transaction("ahead", happened_at=(AS_OF + timedelta(minutes=6)).isoformat()),
        transaction("ok"),
        transaction("odd", payee_amount_minor=69_999),
        transaction("old", happened_at="1969-01-01T00:00:00Z"),
        transaction("back", reverses="no-such"),
        transaction("itself", reverses="itself"),
    ]
    answer = client.post("/v1/transactions", {"transactions": rows})
    assert answer.status_code == 422
    assert pointers(answer) == {
        "/transactions/1/payee_account", "/transactions/2/payer_account",
        "/transactions/3/payee_account", "/transactions/4/happened_at",
        "/transactions/5/transaction_id", "/transactions/6/payee_amount_minor",
        "/transactions/7/happened_at", "/transactions/8/reverses",
        "/transactions/9/reverses",
    }  # fmt: skip
    assert last(stored) == before


BAD_VALUES = {
    "a bool for an amount": {"payer_amount_minor": True},
    "a text for an amount": {"payer_amount_minor": "5"},
    "a fraction": {"payer_amount_minor": 5.5},
    "a whole float": {"payer_amount_minor": 5.0},
    "nothing": {"payer_amount_minor": 0},
    "a debt": {"payer_amount_minor": -5},
    "beyond 64 bits": {"payer_amount_minor": 2**63},
    "far beyond": {"payer_amount_minor": 10**400},
    "an amount of null": {"payer_amount_minor": None},
    "a currency of nowhere": {"payer_currency": "ZZZ"},
    "a currency in small letters": {"payer_currency": "thb"},
    "a channel nobody has": {"channel": "pigeon"},
    "a time without a zone": {"happened_at": "2025-05-31T23:00:00"},
    "a day": {"happened_at": "2025-05-31"},
    "seconds since 1970": {"happened_at": 1748732400},
    "no day of the calendar": {"happened_at": "2025-02-30T00:00:00Z"},
    "hour 25": {"happened_at": "2025-05-31T25:00:00Z"},
    "Thai digits": {"happened_at": "๒๐๒๕-05-31T23:00:00Z"},
    "nanoseconds": {"happened_at": "2025-05-31T23:00:00.123456789Z"},
    "before year 1": {"happened_at": "0001-01-01T00:00:00+14:00"},
    "an empty id": {"transaction_id": ""},
    "a long id": {"transaction_id": "x" * 257},
    "an id with NUL": {"transaction_id": "a\0b"},
    "a number for an id": {"transaction_id": 5},
    "a list for an account": {"payer_account": ["person-0"]},
}


@pytest.mark.parametrize("columns", BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_value_that_breaks_the_contract_is_named(client, columns):
    answer = client.post("/v1/transactions", {"transactions": [transaction(**columns)]})
    assert answer.status_code == 422
    (column,) = columns
    assert f"/transactions/0/{column}" in pointers(answer)


def test_a_lone_surrogate_is_refused(client):
    body = b'{"transactions": [{"transaction_id": "\\ud800"}]}'
    answer = client.post("/v1/transactions", body)
    assert answer.status_code == 422
    assert "/transactions/0/transaction_id" in pointers(answer)


@pytest.mark.parametrize(
    "text", ["ประวัติ", "😀", "e\u0301" * 100, "\u202eabc", "=cmd()", "' OR 1=1 --"]
)
def test_any_other_text_is_stored_as_it_is(client, stored, text):
    answer = client.post("/v1/transactions", {"transactions": [transaction(reference=text)]})
    assert answer.status_code == 200
    rows = stored.view(AS_OF + timedelta(seconds=1)).transactions([PERSON]).to_pylist()
    assert [row["reference"] for row in rows if row["transaction_id"] == "n1"] == [text]


def test_accounts_may_come_with_their_first_transaction(client):
    rows = [transaction(payee_account="new-1")]
    assert client.post("/v1/transactions", {"transactions": rows}).status_code == 422
    answer = client.post("/v1/transactions", {"transactions": rows, "accounts": [ACCOUNT]})
    assert answer.json()["new"] == 2


def test_another_currency_needs_its_reference_amount(client):
    foreign = {"payer_currency": "USD", "payee_currency": "USD"}
    answer = client.post("/v1/transactions", {"transactions": [transaction(**foreign)]})
    assert pointers(answer) == {"/transactions/0/reference_minor"}
    given = transaction(**foreign, reference_minor=2_300_000)
    assert client.post("/v1/transactions", {"transactions": [given]}).status_code == 200


def test_a_client_whose_clock_runs_a_little_ahead_is_served(client, stored):
    ahead = AS_OF + timedelta(minutes=4)
    rows = [transaction(happened_at=ahead.isoformat())]
    assert client.post("/v1/transactions", {"transactions": rows}).status_code == 200
    assert client.post("/v1/transactions", {"transactions": rows}).json()["repeated"] == 1
    seen = stored.view(ahead + timedelta(seconds=1)).transactions([PERSON]).to_pylist()
    assert [row["known_at"] for row in seen if row["transaction_id"] == "n1"] == [ahead]


def test_a_reversal_may_come_with_what_it_takes_back(client):
    rows = [
        transaction("n1"),
        transaction("n2", payer_account=MULE, payee_account=PERSON, reverses="n1"),
    ]
    assert client.post("/v1/transactions", {"transactions": rows}).status_code == 200


@pytest.mark.parametrize("count", [0, 1001])
def test_between_one_and_a_thousand_are_stored_in_one_request(client, count):
    rows = [transaction(f"n{i}") for i in range(count)]
    answer = client.post("/v1/transactions", {"transactions": rows})
    assert (answer.status_code, pointers(answer)) == (422, {"/transactions"})


def test_a_thousand_are_stored_in_one_request(client):
    rows = [transaction(f"n{i}") for i in range(1000)]
    assert client.post("/v1/transactions", {"transactions": rows}).json()["new"] == 1000


def test_a_complaint_changes_the_suggestion(client):
    client.post("/v1/transactions", {"transactions": [transaction(payee_account="shop")]})

    def suggestion():
        body = {"accounts": ["shop"], "as_of": (AS_OF + timedelta(seconds=1)).isoformat()}
        return client.post("/v1/score", body).json()["accounts"][0]["suggestion"]

    assert suggestion()["action"] in ("none", "monitor")
    answer = client.post("/v1/complaints", {"complaints": [complaint(transaction_id="n1")]})
    assert answer.json()["new"] == 1
    assert suggestion()["action"] in ("hold_amount", "freeze_account")
    assert suggestion()["amount_minor"] == 70_000


def test_a_complaint_sent_again_changes_nothing_and_another_status_is_an_event(client):
    def new(**columns):
        return client.post("/v1/complaints", {"complaints": [complaint(**columns)]}).json()["new"]

    assert new() == 1
    assert new() == 0
    withdrawn = {"status": "withdrawn", "happened_at": AS_OF.isoformat()}
    assert new(**withdrawn) == 1
    assert new(**withdrawn) == 0
    ahead = {"status": "confirmed", "happened_at": (AS_OF + timedelta(minutes=4)).isoformat()}
    assert new(**ahead) == 1
    assert new(**ahead) == 0


def test_many_processes_storing_the_same_complaint_store_it_once(environment, stored):
    loader = Loader(read(environment))
    loader.load()
    before = last(stored)
    request = NewComplaints(complaints=[complaint(f"c{i}") for i in range(20)])
    clocks = [AS_OF + timedelta(microseconds=i) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda now: store_complaints(loader.sources(), request, now), clocks)
        )
    assert sum(answer.new for answer in answers) == 20
    assert sum(answer.repeated for answer in answers) == 140
    assert last(stored) == before + 20


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "another hotline"},
        {"transaction_id": "t00002"},
        {"transaction_id": "t00002", "status": "withdrawn"},
    ],
)
def test_a_complaint_cannot_turn_into_another(client, stored, changed):
    client.post("/v1/complaints", {"complaints": [complaint()]})
    before = last(stored)
    rows = [complaint("c2"), complaint(**changed)]
    answer = client.post("/v1/complaints", {"complaints": rows})
    assert (answer.status_code, pointers(answer)) == (409, {"/complaints/1/complaint_id"})
    assert last(stored) == before


def test_one_complaint_about_two_transactions_is_refused(client):
    rows = [complaint(), complaint(transaction_id="t00002", status="confirmed")]
    answer = client.post("/v1/complaints", {"complaints": rows})
    assert answer.status_code == 422
    assert pointers(answer) == {f"/complaints/{at}/transaction_id" for at in (0, 1)}


def test_nobody_complains_of_a_transaction_before_it_is_made(client, stored):
    client.post("/v1/transactions", {"transactions": [transaction("n1")]})
    early = (AS_OF - timedelta(hours=1, microseconds=1)).isoformat()
    rows = [complaint("c1", transaction_id="n1"),
            complaint("c2", transaction_id="n1", happened_at=early)]  # fmt: skip
    answer = client.post("/v1/complaints", {"complaints": rows})
    assert (answer.status_code, pointers(answer)) == (422, {"/complaints/1/happened_at"})


def test_a_complaint_about_an_unknown_transaction_is_refused(client, stored):
    before = last(stored)
    rows = [complaint("c1"), complaint("c2", transaction_id="no-such")]
    answer = client.post("/v1/complaints", {"complaints": rows})
    assert (answer.status_code, pointers(answer)) == (422, {"/complaints/1/transaction_id"})
    assert last(stored) == before
