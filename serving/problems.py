"""Refusals over HTTP: problem details that say what is wrong and never repeat what was sent.

References
----------
RFC 9457, "Problem Details for HTTP APIs"; RFC 6901, "JavaScript Object Notation (JSON) Pointer".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
ERRORS_SHOWN = 100
"""A refusal lists at most this many errors, and counts them all."""

LATER = {"Retry-After": "5"}
"""Headers of a refusal until the service is ready again."""

UNREAD = {"Connection": "close"}
"""Headers of a refusal whose request's body was not read to its end."""


@dataclass(frozen=True)
class Kind:
    """One kind of problem; its name ends the problem's `type`."""

    name: str
    status: int
    title: str
    cure: str

    @property
    def type(self) -> str:
        """Identity of the kind, a URI."""
        return f"urn:mulerisk:problem:{self.name}"


_KINDS = (
    Kind("malformed", 400, "The body is not JSON", "Send one JSON document in UTF-8."),
    Kind("no-key", 401, "An API key is needed", "Send `Authorization: Bearer KEY`."),
    Kind("not-found", 404, "There is no such path", "Read /openapi.json for the paths."),
    Kind("method", 405, "The path has other methods", "Use a method named in Allow."),
    Kind("too-slow", 408, "The body did not arrive in time", "Send it again, faster."),
    Kind("conflict", 409, "Other content is stored under an id", "Correct it; nothing was stored."),
    Kind("too-large", 413, "The body is too large", "Send it in several requests."),
    Kind("media-type", 415, "The body must be JSON", "Send `Content-Type: application/json`."),
    Kind("invalid", 422, "The input breaks rules", "Mend every error listed; nothing was stored."),
    Kind("internal", 500, "The service failed", "Tell its operator the id of this problem."),
    Kind("overloaded", 503, "Too many requests wait", "Send it again after Retry-After seconds."),
    Kind("not-ready", 503, "The service cannot answer now", "Ask its operator; see /readyz."),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
"""Every kind of problem by its name."""


@dataclass(frozen=True)
class Error:
    """One broken rule at one place of the body.

    Attributes
    ----------
    pointer : str
        JSON pointer to the place. Names of fields that the contract does not know are left out.
    rule : str
    """

    pointer: str
    rule: str


@dataclass(frozen=True)
class ProblemDetails:
    """What a refusal says (RFC 9457).

    Attributes
    ----------
    type : str
        Identity of the kind of problem.
    errors : tuple of Error
        At most `ERRORS_SHOWN` of them; none where no place can be named.
    error_count : int
        How many were found; of one rule between columns at most 100 are.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Error, ...]
    error_count: int


class Problem(HTTPException):
    """A refusal with its kind.

    FastAPI lets only exceptions of this family through while it reads a body.

    Parameters
    ----------
    name : str
        One of `KINDS`.
    detail : str
        What is wrong with this request. Holds nothing that was sent.
    errors : sequence of Error
    headers : mapping of str to str
    """

    def __init__(
        self,
        name: str,
        detail: str,
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = KINDS[name]
        self.errors = tuple(errors)
        super().__init__(self.kind.status, detail, dict(headers or {}))

    @property
    def details(self) -> ProblemDetails:
        """Say what is wrong."""
        return ProblemDetails(
            type=self.kind.type,
            title=self.kind.title,
            status=self.kind.status,
            detail=f"{self.detail} {self.kind.cure}",
            errors=self.errors[:ERRORS_SHOWN],
            error_count=len(self.errors),
        )

    def response(self) -> Response:
        """Build the HTTP response."""
        body = json.dumps(asdict(self.details), separators=(",", ":"))
        return Response(body, self.kind.status, self.headers, MEDIA_TYPE)


def refused(name: str, errors: Sequence[Error]) -> Problem:
    """Build a refusal that is told by its errors."""
    return Problem(name, f"{len(errors)} error{'s' * (len(errors) > 1)}.", errors)
