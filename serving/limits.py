"""How much one client may ask: the size of a body, the time to send it, and requests at once."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.problems import UNREAD, Problem

RETRY_AFTER_SECONDS = "1"
_UTF_8 = frozenset({b"", b"utf-8"})


class BoundedBody:
    """ASGI middleware that reads the whole body, refusing what is not JSON, too large or too slow.

    Parameters
    ----------
    app : ASGIApp
    most : int
        Bytes. Counted as they arrive, so a body without a declared length is bounded too.
    seconds : float
        Time to send the body.
    """

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self.app = app
        self.most = most
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body in one piece."""
        # No path has another method with a body; it is refused without reading one.
        if scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        self._check_headers(dict(scope["headers"]))
        try:
            async with asyncio.timeout(self.seconds):
                body = await self._read(receive)
        except TimeoutError:
            detail = f"It took more than {self.seconds:g} seconds."
            raise Problem("too-slow", detail, headers=UNREAD) from None
        await self.app(scope, _replay(body, receive), send)

    def _check_headers(self, headers: dict[bytes, bytes]) -> None:
        media_type, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
        charset = parameters.partition(b"charset=")[2].partition(b";")[0].strip(b' "')
        encoding = headers.get(b"content-encoding", b"identity").strip().lower()
        is_json = media_type.strip() == b"application/json" and charset in _UTF_8
        if not is_json or encoding != b"identity":
            detail = "Only application/json in UTF-8 without a content encoding is read."
            raise Problem("media-type", detail, headers=UNREAD)
        declared = headers.get(b"content-length", b"0")
        # A server passes digits only; anything else counts as too large, not as nothing.
        if not declared.isdigit() or int(declared[:20]) > self.most:
            raise self._too_large()

    def _too_large(self) -> Problem:
        return Problem("too-large", f"At most {self.most} bytes are read.", headers=UNREAD)

    async def _read(self, receive: Receive) -> bytes:
        chunks = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem("too-slow", "The client left before its body was complete.")
            chunks += message.get("body", b"")
            if len(chunks) > self.most:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    pieces: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return pieces.pop() if pieces else await receive()

    return read


class BoundedConcurrency:
    """ASGI middleware that refuses at once what would have to wait behind too many others.

    Parameters
    ----------
    app : ASGIApp
    most : int
        Requests accepted and not yet answered.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with the seconds to wait."""
        if self.waiting >= self.most:
            raise Problem(
                "overloaded",
                f"{self.most} requests wait already.",
                headers={"Retry-After": RETRY_AFTER_SECONDS},
            )
        self.waiting += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.waiting -= 1
