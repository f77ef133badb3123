"""The API's description, served as /openapi.json."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from serving.problems import KINDS, MEDIA_TYPE, Error, ProblemDetails, refused

ABOUT = """Scores accounts for the risk of being a money mule account and says why.

It only suggests; a person decides. Account ids travel in bodies, never in URLs. Every refusal is a
problem detail (RFC 9457) that lists all errors and repeats nothing of what was sent.
"""

_SCHEMAS = "#/components/schemas/"
_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


class DescribedAPI(FastAPI):
    """FastAPI that describes problem details and keys, which stand outside its routes."""

    def __init__(self) -> None:
        # FastAPI's own pages load scripts from elsewhere, so only the description is served.
        super().__init__(
            title="mulerisk",
            version="1",
            description=ABOUT,
            docs_url=None,
            redoc_url=None,
            # A redirect would send the caller, and its key, to whatever Host it named.
            redirect_slashes=False,
        )

    def openapi(self) -> dict[str, Any]:
        """Describe the API."""
        if self.openapi_schema is None:
            described = super().openapi()
            described["components"]["schemas"] |= _problem_schemas()
            described["components"]["securitySchemes"] = _KEYS
            described["security"] = [{name: []} for name in _KEYS]
        return super().openapi()


def problems(*, without: Collection[str] = ()) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer with, by status."""
    # A described path exists and has the method described.
    left_out = {"not-found", "method", *without}
    by_status: dict[int | str, list[str]] = {}
    for kind in KINDS.values():
        if kind.name not in left_out:
            by_status.setdefault(kind.status, []).append(kind.title)
    schema = {"$ref": f"{_SCHEMAS}ProblemDetails"}
    return {
        status: {"description": " or ".join(titles), "content": {MEDIA_TYPE: {"schema": schema}}}
        for status, titles in by_status.items()
    }


def _problem_schemas() -> dict[str, Any]:
    error = Error("/transactions/3/payer_currency", "Input should be one of the values listed")
    example = asdict(refused("invalid", [error]).details)
    schema = TypeAdapter(ProblemDetails).json_schema(ref_template=_SCHEMAS + "{model}")
    return {**schema.pop("$defs"), "ProblemDetails": {**schema, "examples": [example]}}
