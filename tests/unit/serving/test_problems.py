"""Refusals say what is wrong in one form, and neither they nor the log repeat what was sent."""

import asyncio
import logging

import pytest

from serving.failures import Problems
from serving.problems import KINDS, Problem
from tests.bank import MULE
from tests.service import KEY, Client

SECRET = "TH-0042-7719"  # noqa: S105 - stands for an account id


def question(**fields):
    return {"accounts": [MULE], **fields}


REFUSED = {
    "an unknown field": ("/v1/score", question(**{SECRET: 1}), 422),
    "an unknown field of a row": ("/v1/transactions", {"transactions": [{SECRET: SECRET}]}, 422),
    "a wrong kind of value": ("/v1/score", question(as_of=SECRET), 422),
    "a wrong kind of account": ("/v1/score", {"accounts": [{"account_id": SECRET}]}, 422),
    "an unknown currency": (
        "/v1/transactions", {"transactions": [{"payer_currency": SECRET}]}, 422,
    ),
    "a text for a number": ("/v1/score", question(most_reasons=SECRET), 422),
    "not an object": ("/v1/score", [SECRET], 422),
    "a text": ("/v1/score", SECRET, 422),
    "a repeated key": ("/v1/score", f'{{"{SECRET}": 1, "{SECRET}": 2}}'.encode(), 400),
    "cut short": ("/v1/score", f'{{"accounts": ["{SECRET}"'.encode(), 400),
    "an unknown complaint": (
        "/v1/complaints",
        {"complaints": [{"complaint_id": SECRET, "transaction_id": SECRET, "status": "open",
                         "happened_at": "2025-05-01T00:00:00Z", "source": SECRET}]},
        422,
    ),
    "an unknown path": (f"/v1/{SECRET}", {}, 404),
}  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_repeats_nothing(client, caplog, path, body, status):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # the client's log, not the service's
    answer = client.post(path, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
    details = answer.json()
    assert set(details) == {"type", "title", "status", "detail", "errors", "error_count"}
    assert details["status"] == status
    assert details["type"].startswith("urn:mulerisk:problem:")


def test_all_errors_are_listed_at_once_by_place(client):
    body = question(as_of="yesterday", reasons="yes", most_reasons=0, why=1)
    errors = client.post("/v1/score", body).json()["errors"]
    assert {error["pointer"] for error in errors} == {"/as_of", "/reasons", "/most_reasons", ""}
    assert all(error["rule"] for error in errors)


def test_many_errors_are_counted_and_the_first_shown(client):
    answer = client.post("/v1/score", {"accounts": [1] * 1000}).json()
    assert answer["error_count"] == 1000
    assert len(answer["errors"]) == 100


def test_a_long_list_costs_no_more_than_its_length(client):
    answer = client.post("/v1/transactions", {"transactions": [{}] * 100_000}).json()
    assert answer["errors"] == [
        {"pointer": "/transactions", "rule": "List should have at most 1000 items"}
    ]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_the_path_lacks_names_those_it_has(client, method):
    answer = client.request(method, "/v1/score", headers={"X-API-Key": KEY})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/metrics", "/", "/docs.json"])
def test_no_page_is_served_that_could_load_anything(client, path):
    answer = client.request("GET", path, headers={"X-API-Key": KEY})
    assert answer.status_code == 404


def test_a_failure_nobody_foresaw_is_told_by_an_id_that_the_log_has_too(caplog):
    async def fail(scope, receive, send):
        try:
            {}[SECRET]
        except KeyError as fault:
            raise ValueError(f"no {SECRET}") from fault

    answer = Client(Problems(fail)).post("/v1/score", {})
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:mulerisk:problem:internal"
    assert SECRET not in answer.text + caplog.text
    identity = answer.json()["detail"].split()[1].rstrip(".")
    assert identity in caplog.text
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "test_problems.py" in caplog.text


def test_a_failure_while_answering_sends_no_second_answer():
    sent = []

    async def fail(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError

    async def send(message):
        sent.append(message["type"])

    asyncio.run(Problems(fail)({"type": "http"}, None, send))
    assert sent == ["http.response.start"]


def test_kinds_have_names_of_their_own_and_say_what_to_do():
    assert all(name == kind.name for name, kind in KINDS.items())
    assert all(kind.cure.endswith(".") for kind in KINDS.values())
    assert all(400 <= kind.status < 600 for kind in KINDS.values())


def test_what_is_refused_for_now_says_when_to_come_back(client):
    not_ready = Problem("not-ready", "", headers={"Retry-After": "5"}).response()
    assert not_ready.headers["retry-after"] == "5"
