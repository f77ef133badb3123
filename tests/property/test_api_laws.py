"""Laws of the API: whatever comes in, the answer is good or a problem that repeats nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.api.app import build
from serving.settings import read
from serving.sources import Loader
from tests.bank import AS_OF, MULE, PERSON
from tests.service import Client, make_settings

MARK = "Zq7Xk"
"""Stands in every text that is drawn; no answer may hold it."""

PATHS = st.sampled_from(["/v1/score", "/v1/transactions", "/v1/complaints"])
NAMES = st.sampled_from(
    [
        "accounts", "transactions", "complaints", "as_of", "reasons", "most_reasons", "account_id",
        "transaction_id", "happened_at", "payer_account", "payer_amount_minor", "payer_currency",
        "channel", "status", "reverses", "kind", "institution", "opened_at", "tenant", "known_at",
    ]
)  # fmt: skip
MARKED = st.text(max_size=8).map(lambda text: MARK + text)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | MARKED
    | st.sampled_from([10**30, 2**63, -1, 0, "2025-05-01T00:00:00Z", "THB", "instant", "open"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | MARKED, inner, max_size=6),
    max_leaves=12,
)  # fmt: skip
ROW = {
    "transaction_id": MARK, "happened_at": "2025-05-31T23:00:00Z", "payer_account": PERSON,
    "payee_account": MULE, "payer_amount_minor": 5, "payer_currency": "THB",
    "payee_amount_minor": 5, "payee_currency": "THB", "channel": "instant",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    environment = make_settings(tmp_path_factory.mktemp("service"))
    loader = Loader(read(environment))
    loader.load()
    return Client(build(read(environment), loader.sources, lambda: AS_OF))


def assert_good_or_problem(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code == 200:
        return
    assert answer.headers["content-type"] == "application/problem+json"
    assert MARK not in answer.text
    details = answer.json()
    assert details["error_count"] >= len(details["errors"])
    for error in details["errors"]:
        assert error["pointer"] == "" or error["pointer"].startswith("/")
        assert error["rule"]


@settings(max_examples=300, deadline=None)
@given(path=PATHS, body=VALUES)
def test_any_json_gets_an_answer(client, path, body):
    assert_good_or_problem(client.post(path, json.dumps(body).encode()))


@settings(max_examples=200, deadline=None)
@given(path=PATHS, body=st.binary(max_size=64))
def test_any_bytes_get_an_answer(client, path, body):
    assert_good_or_problem(client.post(path, body))


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(list(ROW)) | MARKED, value=VALUES, at=st.integers(0, 2))
def test_one_odd_value_among_good_rows_is_placed_or_stored(client, name, value, at):
    rows = [{**ROW, "transaction_id": f"{MARK}{i}"} for i in range(3)]
    rows[at][name] = value
    answer = client.post("/v1/transactions", json.dumps({"transactions": rows}).encode())
    assert_good_or_problem(answer)
    if answer.status_code == 422:
        pointers = [error["pointer"] for error in answer.json()["errors"]]
        assert any(pointer.startswith(f"/transactions/{at}") for pointer in pointers)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300).filter(lambda text: text != ""))
def test_any_text_may_be_asked_for_as_an_account(client, text):
    body = json.dumps({"accounts": [text], "reasons": False}).encode()
    answer = client.post("/v1/score", body)
    allowed = 0 < len(text) <= 256 and "\0" not in text
    assert answer.status_code == (200 if allowed else 422)
    if allowed:
        assert answer.json()["accounts"][0]["account_id"] == text
