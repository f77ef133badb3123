"""The routes: each reads the clock, hands over to a plain function, and writes its answer."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from ledger.assessments import NotRecorded
from serving.api.answers import Answer, Stored
from serving.api.description import problems
from serving.api.requests import NewComplaints, NewTransactions, Question
from serving.api.strict import StrictRoute
from serving.assess import answer
from serving.failures import unavailable
from serving.ingest import store_complaints, store_transactions
from serving.sources import Sources


def routes(
    sources: Callable[[], Sources], clock: Callable[[], datetime], threads: int
) -> APIRouter:
    """Make the routes.

    Parameters
    ----------
    sources : callable
        Gives the champion and the store.
    clock : callable
        Tells the present with its zone.
    threads : int
        Requests computed at a time; the others wait, and the probes are answered all the while.
    """
    router = APIRouter(prefix="/v1", route_class=StrictRoute)
    limiter = CapacityLimiter(threads)

    async def reply(work: Callable[..., BaseModel], body: BaseModel) -> Response:
        return await run_sync(partial(_reply, work, sources(), body, clock()), limiter=limiter)

    @router.post(
        "/score",
        operation_id="score",
        response_model=Answer,
        responses=problems(without=["conflict"]),
    )
    async def score(body: Question) -> Response:
        """Score accounts, stored or supplied, and say why."""
        return await reply(answer, body)

    @router.post(
        "/transactions",
        operation_id="store_transactions",
        response_model=Stored,
        responses=problems(),
    )
    async def transactions(body: NewTransactions) -> Response:
        """Store transactions; all of them or, if any is refused, none.

        Sending the same again changes nothing, so a request without an answer can be repeated.
        """
        return await reply(store_transactions, body)

    @router.post(
        "/complaints",
        operation_id="store_complaints",
        response_model=Stored,
        responses=problems(),
    )
    async def complaints(body: NewComplaints) -> Response:
        """Store complaints about stored transactions; all of them or none."""
        return await reply(store_complaints, body)

    return router


def _reply(
    work: Callable[[Sources, Any, datetime], BaseModel],
    sources: Sources,
    body: BaseModel,
    now: datetime,
) -> Response:
    # In the worker thread: a thousand explained accounts take longer to write than to wait for.
    try:
        content = work(sources, body, now).model_dump_json()
    except (OperationalError, NotRecorded) as failure:
        # The database is down, locked or full: not the request's fault, and it may pass.
        raise unavailable(failure) from None
    return Response(content, media_type="application/json")
