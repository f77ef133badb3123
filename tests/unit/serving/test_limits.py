"""Bodies and requests are bounded before any work is done for them."""

import asyncio

import pytest

from serving.limits import BoundedBody, BoundedConcurrency
from serving.problems import Problem

JSON = (b"content-type", b"application/json")


async def _echo(scope, receive, send):
    message = await receive()
    assert not message["more_body"]
    scope["read"] = message["body"]


def _read(chunks, headers=(JSON,), most=10, seconds=5.0, pause=0.0):
    """Send a body in chunks; return what the app below got."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    messages = [
        {"type": "http.request", "body": chunk, "more_body": i < len(chunks) - 1}
        for i, chunk in enumerate(chunks)
    ]

    async def receive():
        await asyncio.sleep(pause)
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    asyncio.run(BoundedBody(_echo, most, seconds)(scope, receive, None))
    return scope["read"]


def _refusal(*arguments, **options) -> str:
    with pytest.raises(Problem) as problem:
        _read(*arguments, **options)
    return problem.value.kind.name


def test_a_body_in_pieces_arrives_in_one():
    assert _read([b"12345", b"", b"67890"]) == b"1234567890"


def test_a_body_may_be_empty():
    assert _read([b""]) == b""


def test_a_declared_length_is_refused_before_the_body_is_read():
    assert _refusal([], headers=[JSON, (b"content-length", b"11")]) == "too-large"


@pytest.mark.parametrize("length", [b"-1", b"1e1", b"+5", b"", "٣".encode(), b"9" * 5000])
def test_a_length_that_is_no_number_is_refused(length):
    assert _refusal([b""], headers=[JSON, (b"content-length", length)]) == "too-large"


def test_an_undeclared_length_is_counted():
    assert _refusal([b"123456", b"78901"]) == "too-large"


def test_a_lie_about_the_length_does_not_help():
    assert _refusal([b"x" * 11], headers=[JSON, (b"content-length", b"1")]) == "too-large"


def test_a_slow_body_is_given_up():
    assert _refusal([b"1", b"2", b"3"], seconds=0.05, pause=0.04) == "too-slow"


def test_a_client_that_leaves_is_given_up():
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [JSON]}

    async def receive():
        return {"type": "http.disconnect"}

    with pytest.raises(Problem, match="left"):
        asyncio.run(BoundedBody(_echo, 10, 5)(scope, receive, None))


@pytest.mark.parametrize(
    "media_type",
    [
        b"text/plain", b"application/vnd.bentoml+pickle", b"application/json5",
        b"application/json; charset=utf-16", b"application/json;q=1;charset=latin-1 ;x=y",
        b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"",
    ],
)  # fmt: skip
def test_only_json_is_read(media_type):
    assert _refusal([b"{}"], headers=[(b"content-type", media_type)]) == "media-type"


def test_a_missing_media_type_is_refused():
    assert _refusal([b"{}"], headers=[]) == "media-type"


@pytest.mark.parametrize("charset", [b"utf-8", b"UTF-8", b'"utf-8"', b"utf-8; version=1"])
def test_the_charset_of_json_may_be_named(charset):
    named = [(b"content-type", b"Application/JSON; charset=" + charset)]
    assert _read([b"{}"], headers=named) == b"{}"


def test_a_packed_body_is_refused_unread():
    assert _refusal([b""], headers=[JSON, (b"content-encoding", b"gzip")]) == "media-type"


def test_one_request_too_many_is_refused_with_the_time_to_wait_and_room_comes_back():
    async def scenario():
        gate = asyncio.Event()

        async def wait(scope, receive, send):
            await gate.wait()

        bounded = BoundedConcurrency(wait, 2)
        inside = [asyncio.create_task(bounded({}, None, None)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as problem:
            await bounded({}, None, None)
        assert problem.value.kind.status == 503
        assert problem.value.headers == {"Retry-After": "1"}
        gate.set()
        await asyncio.gather(*inside)
        await bounded({}, None, None)

    asyncio.run(scenario())


def test_a_request_that_fails_gives_its_place_back():
    async def fail(scope, receive, send):
        raise ValueError("broken")

    bounded = BoundedConcurrency(fail, 1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            asyncio.run(bounded({}, None, None))
