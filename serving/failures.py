"""What nobody foresaw: told to the caller by an id, and to the log without anybody's data."""

import logging
import traceback
import uuid
from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.problems import LATER, Problem

_log = logging.getLogger("bentoml.mulerisk")


def unexpected(failure: BaseException) -> Problem:
    """Log a failure nobody foresaw and give its id to the caller.

    The log gets types and places only: an exception's text may hold an account id.
    """
    return Problem("internal", f"Problem {_logged(failure)}.")


def unavailable(failure: BaseException) -> Problem:
    """Log that the store failed and ask the caller to come again."""
    detail = f"The store does not answer (problem {_logged(failure)})."
    return Problem("not-ready", detail, headers=LATER)


def _logged(failure: BaseException) -> str:
    identity = uuid.uuid4().hex
    _log.error("problem %s: %s", identity, " <- ".join(_places(failure)))
    return identity


def _places(failure: BaseException | None) -> Iterator[str]:
    while failure is not None:
        frames = traceback.extract_tb(failure.__traceback__)
        where = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        yield f"{type(failure).__name__} at {where}"
        failure = failure.__cause__ or failure.__context__


class Problems:
    """ASGI middleware that answers every `Problem`, and any other failure, as problem details."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if scope["type"] != "http":
            return
        try:
            await self.app(scope, receive, watched)
        except Problem as problem:
            await problem.response()(scope, receive, send)
        except Exception as failure:
            answer = unexpected(failure).response()
            if not started:
                await answer(scope, receive, send)
