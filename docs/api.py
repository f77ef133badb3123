"""The page about the service's API, from its own description and the kinds of problems."""

import json
from collections.abc import Iterator
from typing import Any

from serving.api.description import ABOUT, DescribedAPI
from serving.api.routes import routes
from serving.problems import KINDS

_SERVED = """
`mulerisk serve` serves it ([settings](settings.md)). `/openapi.json` describes every field; this
page is written from it. A request carries its key as `Authorization: Bearer KEY` or `X-API-Key`.
`/livez` tells that a process is up, `/readyz` that it has verified its champion and reached its
store; both need no key, nor does `/openapi.json`, nor do BentoML's own `/healthz` and
`/schema.json`, which tell nothing of anybody. Plain text, and no problem detail, is what BentoML
and the HTTP server answer themselves: `/readyz` with status 503, and 400 for what is not HTTP.

Times are RFC 3339 with a zone, to the microsecond. Money is whole minor units. Bodies are read
strictly: UTF-8, no NaN or infinity, no key twice, no unknown field, no number for a text.
"""


def sections() -> Iterator[str]:
    """Write the page section by section."""
    described = _described()
    yield f"{ABOUT.strip()}\n{_SERVED.rstrip()}"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield _operation(f"{method.upper()} {path}", operation, described)
    yield _objects(described["components"]["schemas"])
    yield _problems()


def _described() -> dict[str, Any]:
    api = DescribedAPI()
    api.include_router(routes(_nothing, _nothing, threads=1))
    return api.openapi()


def _nothing() -> Any:
    raise AssertionError("a description asks nobody")


def _operation(title: str, operation: dict[str, Any], described: dict[str, Any]) -> str:
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    forms = [form["$ref"].rpartition("/")[2] for form in body.get("oneOf", [body])]
    answers = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = answers["$ref"].rpartition("/")[2]
    schemas = described["components"]["schemas"]
    return "\n\n".join(
        [
            f"## {title}",
            operation["description"],
            *(part for form in forms for part in _form(schemas[form])),
            f"Answer: {schemas[answer]['description']}",
            _fields(schemas[answer]),
        ]
    )


_OBJECTS = (
    "ScoredAccount",
    "UnscoredAccount",
    "Outcome",
    "Score",
    "Reason",
    "Suggestion",
    "Versions",
)
_ROWS = """
`Account`, `Transaction`, `SuppliedTransaction` and `Complaint` are rows of the
[tables](tables.md) of the same names; the service fills in `tenant`, and `known_at` of what it
stores.
"""


def _objects(schemas: dict[str, Any]) -> str:
    parts = [
        f"### {name}\n\n{schemas[name]['description']}\n\n{_fields(schemas[name])}"
        for name in _OBJECTS
    ]
    return "\n\n".join([f"## Objects\n{_ROWS.rstrip()}", *parts])


def _form(schema: dict[str, Any]) -> Iterator[str]:
    yield schema["description"]
    (example,) = schema["examples"]
    yield f"```json\n{json.dumps(example, indent=2)}\n```"
    yield _fields(schema)


def _fields(schema: dict[str, Any]) -> str:
    rows = []
    for name, field in schema["properties"].items():
        meaning = " ".join(field["description"].split())
        rows.append(f"| `{name}` | {_kind(field)} | {_need(name, schema)} | {meaning} |")
    return "\n".join(["| field | type | | meaning |", "|---|---|---|---|", *rows])


def _need(name: str, schema: dict[str, Any]) -> str:
    return "required" if name in schema["required"] else "optional"


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(one) for one in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if field["type"] == "array":
        most = f", at most {field['maxItems']:,}" if "maxItems" in field else ""
        return f"list of {_kind(field['items'])}{most}"
    return str(field.get("format", field["type"]))


def _problems() -> str:
    rows = [
        f"| {kind.status} | `{kind.type}` | {kind.title} | {kind.cure} |" for kind in KINDS.values()
    ]
    about = (
        "## Problems\n\nEvery refusal is `application/problem+json` with `type`, `title`, `status`,"
        " `detail`, `errors` (each a JSON `pointer` into the body and the `rule` broken there) and"
        " `error_count`."
    )
    return "\n".join([f"{about}\n", "| status | type | title | cure |", "|---|---|---|---|", *rows])
