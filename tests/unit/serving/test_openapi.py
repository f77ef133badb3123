"""The description is what the service does: its examples are tried."""

import json

import pytest

from tests.bank import AS_OF
from tests.service import KEY


@pytest.fixture(scope="session")
def described(client):
    answer = client.request("GET", "/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(described):
    return [
        (path, operation) for path, methods in described["paths"].items()
        for operation in methods.values()
    ]  # fmt: skip


def test_every_operation_has_a_name_a_summary_and_its_problems(described):
    assert {operation["operationId"] for _, operation in operations(described)} == {
        "score", "store_transactions", "store_complaints",
    }  # fmt: skip
    for _, operation in operations(described):
        assert operation["description"]
        responses = operation["responses"]
        assert {"200", "400", "401", "408", "413", "415", "422", "500", "503"} <= set(responses)
        for status, response in responses.items():
            kind = "application/json" if status == "200" else "application/problem+json"
            assert list(response["content"]) == [kind], status


def test_every_reference_has_its_schema(described):
    text = json.dumps(described)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(described["components"]["schemas"])


def test_no_path_has_a_place_for_an_id(described):
    assert all("{" not in path for path in described["paths"])
    assert all("parameters" not in operation for _, operation in operations(described))


def test_keys_are_described(described):
    schemes = described["components"]["securitySchemes"]
    assert described["security"] == [{name: []} for name in schemes]


def test_times_and_money_have_their_units_told(described):
    fields = described["components"]["schemas"]["Transaction"]["properties"]
    assert "minor units" in fields["payer_amount_minor"]["description"]
    assert fields["happened_at"]["format"] == "date-time"
    assert "known_at" not in fields


EXAMPLES = {
    "NewTransactions": "/v1/transactions",
    "NewComplaints": "/v1/complaints",
    "StoredQuestion": "/v1/score",
    "SuppliedQuestion": "/v1/score",
}


def test_the_examples_work_in_the_order_a_newcomer_tries_them(described, environment):
    from datetime import timedelta

    from serving.api.app import build
    from serving.settings import read
    from serving.sources import Loader
    from tests.service import Client

    loader = Loader(read(environment))
    loader.load()
    clock = AS_OF + timedelta(days=1)
    client = Client(build(read(environment), loader.sources, lambda: clock))
    for name, path in EXAMPLES.items():
        (example,) = described["components"]["schemas"][name]["examples"]
        answer = client.post(path, example)
        assert answer.status_code == 200, answer.text
        if path == "/v1/score":
            later = {"as_of": (clock + timedelta(seconds=1)).isoformat(), **example}
            (account,) = client.post(path, later).json()["accounts"]
            assert account["account_id"] == "A-1001"
            assert account["band"]


def test_the_description_is_open_and_nothing_else_is(client):
    assert client.request("GET", "/openapi.json").status_code == 200
    assert client.request("GET", "/openapi.jso").status_code == 401
    assert client.request("GET", "/openapi.json/", headers={"X-API-Key": KEY}).status_code == 404
