"""Who may call: the holders of an API key, of which the service knows only the digest."""

import hashlib
import hmac
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.problems import UNREAD, Problem

OPEN_PATHS = frozenset({"/openapi.json"})
"""Answered without a key: they hold nothing of anybody."""


def accepted(key: bytes, digests: Sequence[str]) -> bool:
    """Tell whether `key` has one of these SHA-256 digests, in time that does not depend on it.

    An empty key never has: it is what a request without one presents.
    """
    presented = hashlib.sha256(key).hexdigest()
    # Every digest is compared, so that the time does not tell which one matched.
    matches = [hmac.compare_digest(presented, digest) for digest in digests]
    return any(matches) and key != b""


class RequireKey:
    """ASGI middleware that lets only requests with an accepted key pass.

    Parameters
    ----------
    app : ASGIApp
    digests : sequence of str
        SHA-256 digests of the keys.
    """

    def __init__(self, app: ASGIApp, digests: Sequence[str]) -> None:
        self.app = app
        self.digests = tuple(digests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before its body is read."""
        if scope["path"] not in OPEN_PATHS and not accepted(_presented(scope), self.digests):
            headers = {"WWW-Authenticate": "Bearer", **UNREAD}
            raise Problem("no-key", "No accepted key came along.", headers=headers)
        await self.app(scope, receive, send)


def _presented(scope: Scope) -> bytes:
    headers = dict(scope["headers"])
    scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        return bytes(credentials.strip())
    return bytes(headers.get(b"x-api-key", b""))
