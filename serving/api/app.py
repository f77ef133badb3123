"""The ASGI app that BentoML mounts: the routes behind the doors every request must pass."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from serving.api.description import DescribedAPI
from serving.api.routes import routes
from serving.authentication import RequireKey
from serving.failures import Problems
from serving.limits import BoundedBody, BoundedConcurrency
from serving.problems import Problem
from serving.settings import Settings
from serving.sources import Sources

_BY_STATUS = {404: "not-found", 405: "method"}


def build(
    settings: Settings, sources: Callable[[], Sources], clock: Callable[[], datetime] | None = None
) -> ASGIApp:
    """Build the app.

    Parameters
    ----------
    settings : Settings
    sources : callable
        Gives the champion and the store, or raises a `Problem` while they are not ready.
    clock : callable, optional
        Tells the present with its zone; the system's clock if left out.
    """
    app = describe(sources, clock or _now, settings.threads)
    # The last one wrapped is passed first: a body is read only for who may call, and a slot is
    # taken only once the body is there.
    guarded: ASGIApp = BoundedConcurrency(app, settings.max_waiting)
    guarded = BoundedBody(guarded, settings.max_body_bytes, settings.body_seconds)
    if not settings.local_demo:
        guarded = RequireKey(guarded, settings.api_keys)
    return Problems(guarded)


def describe(
    sources: Callable[[], Sources], clock: Callable[[], datetime], threads: int
) -> DescribedAPI:
    """Build the described routes alone, without the doors."""
    app = DescribedAPI()
    app.include_router(routes(sources, clock, threads))
    app.exception_handler(Problem)(_problem)
    app.exception_handler(HTTPException)(_refused)
    return app


def _now() -> datetime:
    return datetime.now(UTC)


async def _problem(_: Request, problem: Problem) -> Response:
    return problem.response()


async def _refused(_: Request, refusal: HTTPException) -> Response:
    name = _BY_STATUS.get(refusal.status_code, "malformed")
    headers = dict(refusal.headers or {})
    return Problem(name, "The request was refused.", headers=headers).response()
