"""JSON read without mercy, and validation errors that repeat nothing of what was sent.

Python's parser takes NaN, keeps the last of two equal keys and recurses as deep as it is told;
FastAPI repeats a refused value in its answer. Both are mended here.
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from serving.failures import unexpected
from serving.problems import Error, Problem, refused

MEMBERS = 64
"""Most members of one JSON object; the widest contract has about twenty."""

TAGS = frozenset({"stored", "supplied"})
"""Names of the forms of a body, which pydantic mixes into the place of an error."""

_VALUES_SHOWN = 20


def parse(body: bytes) -> Any:
    """Read one JSON document.

    Raises
    ------
    Problem
        If it is not UTF-8 or not JSON, holds NaN or an infinity, repeats a key, nests too deep or
        has an object of more than `MEMBERS` members.
    """
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_members, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise Problem("malformed", "It is not UTF-8.") from None
    except json.JSONDecodeError as fault:
        raise Problem("malformed", f"{fault.msg} at character {fault.pos}.") from None
    except RecursionError:
        raise Problem("malformed", "It nests too deep.") from None
    except ValueError:
        raise Problem("malformed", "A number has too many digits.") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(pairs) > MEMBERS:
        raise Problem("malformed", f"An object has more than {MEMBERS} members.")
    if len(members) < len(pairs):
        raise Problem("malformed", "An object has the same key twice.")
    return members


def _refuse_constant(_: str) -> NoReturn:
    raise Problem("malformed", "NaN and infinities are not JSON.")


class StrictRequest(Request):
    """A request whose JSON is read by `parse`."""

    async def json(self) -> Any:
        """Read the body."""
        return parse(await self.body())


class StrictRoute(APIRoute):
    """A route that reads strictly and turns every failure into a `Problem`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler of this route."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            try:
                return await handle(StrictRequest(request.scope, request.receive))
            except RequestValidationError as refusal:
                raise invalid(refusal) from None
            except HTTPException:
                raise
            except Exception as failure:
                raise unexpected(failure) from None

        return strict


def invalid(refusal: RequestValidationError) -> Problem:
    """Say where the body breaks which rule."""
    errors = [Error(_pointer(fault), _rule(fault)) for fault in refusal.errors()]
    return refused("invalid", errors)


def _pointer(fault: Mapping[str, Any]) -> str:
    steps = [step for step in fault["loc"][1:] if step not in TAGS]
    if fault["type"] == "extra_forbidden":
        # The name of an unknown field is something that was sent.
        steps = steps[:-1]
    return "".join(f"/{step}" for step in steps)


def _rule(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "A field that the contract does not have"
    if fault["type"] == "literal_error" and fault["msg"].count(", ") > _VALUES_SHOWN:
        return "Input should be one of the values listed in /openapi.json"
    return str(fault["msg"]).removeprefix("Value error, ")
