"""Only holders of a key are let in, before anything of their request is read."""

import hashlib

import pytest

from serving.authentication import accepted

DIGESTS = [hashlib.sha256(key).hexdigest() for key in (b"first", b"second")]
BODY = {"accounts": ["mule-0"]}


@pytest.mark.parametrize("key", [b"first", b"second"])
def test_every_configured_key_is_accepted(key):
    assert accepted(key, DIGESTS)


@pytest.mark.parametrize("key", [b"", b"third", b"FIRST", b"first ", DIGESTS[0].encode()])
def test_nothing_else_is_accepted(key):
    assert not accepted(key, DIGESTS)


def test_an_empty_key_is_no_key_even_where_its_digest_is_configured():
    assert not accepted(b"", [hashlib.sha256(b"").hexdigest()])


def test_without_configured_keys_nobody_is_accepted():
    assert not accepted(b"", [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer a-key-for-tests"},
        {"Authorization": "bearer  a-key-for-tests"},
        {"X-API-Key": "a-key-for-tests"},
    ],
)
def test_a_key_comes_in_either_header(client, headers):
    assert client.request("POST", "/v1/score", json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic a-key-for-tests"},
        {"Authorization": "a-key-for-tests"},
        {"Authorization": "Bearer wrong", "X-API-Key": "a-key-for-tests"},
        {"X-API-Key": ""},
    ],
)
def test_without_a_key_nothing_is_told(client, headers):
    answer = client.request("POST", "/v1/score", content=b"\xff" * 100, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:mulerisk:problem:no-key"


def test_a_key_in_the_address_does_not_help(client):
    assert client.request("POST", "/v1/score?key=a-key-for-tests").status_code == 401


def test_what_exists_is_not_told_without_a_key(client):
    assert client.request("GET", "/v1/anything").status_code == 401
