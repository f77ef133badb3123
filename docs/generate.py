"""Write the documentation that the code already knows: `python -m docs.generate [FOLDER]`.

A test fails when a page differs from what stands here, so these pages cannot lie.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path

import click

from cli.main import mulerisk
from docs import api, catalogue
from features.catalogue import FAMILIES
from ledger.contract import Column, Table
from ledger.schema import TABLES
from serving import settings

ROOT = Path(__file__).parents[1]
ROOMS = ("ledger", "tracing", "features", "models", "training", "serving", "cli")


def tables() -> str:
    """Document every table from its contract."""
    return _page(
        "Tables",
        "What a ledger holds. Times are UTC with microseconds; money is whole minor units. A fact"
        " is visible at an instant if it happened before it and was known before it.",
        (_table(table) for table in TABLES.values()),
    )


def _table(table: Table) -> str:
    rows = [
        f"| `{column.name}` | {column.type.value} | {_needs(column)} | {column.about} |"
        for column in table
    ]
    rules = [f"- {rule.name}: `{rule.sql}`" for rule in table.rules]
    return "\n".join(
        [
            f"## {table.name}\n",
            f"{table.about} {_uniqueness(table)} {_emptiness(table)}\n",
            "| column | type | | meaning |",
            "|---|---|---|---|",
            *rows,
            *(["\nEvery row must meet:\n", *rules] if rules else []),
        ]
    )


def _uniqueness(table: Table) -> str:
    unique = f"Unique by {', '.join(f'`{name}`' for name in table.key)}."
    shared = ", ".join(f"`{name}`" for name in table.constant)
    return f"{unique} Rows with one `{table.key[0]}` share {shared}." if shared else unique


def _emptiness(table: Table) -> str:
    return "May be empty." if table.may_be_empty else "Must not be empty."


def _needs(column: Column) -> str:
    many = len(column.values) > 20
    parts = [
        "may be missing" if column.nullable else "required",
        column.unit,
        "ISO 4217 or crypto code" if many else ", ".join(f"`{value}`" for value in column.values),
        f"`{column.default}` if absent" if column.default else "",
        f"{column.minimum} to {column.maximum:,}" if column.maximum else "",
    ]
    return "; ".join(part for part in parts if part)


def features() -> str:
    """Document every feature from its declaration."""
    return _page("Features", catalogue.ABOUT, catalogue.sections())


def _examples(family: str) -> str:
    """Show the features of a family on a ledger that a pencil can check."""
    about, *sections = catalogue.worked_through(family)
    return _page(f"Features: {family}", about, sections)


def settings_page() -> str:
    """Document every setting from its field."""
    rows = [
        f"| `{settings.variable(field)}` | {_default(field.default)} | {field.metadata['about']} |"
        for field in fields(settings.Settings)
    ]
    return _page(
        "Settings",
        "What changes the machine, read once from the environment when the service starts. What"
        " changes the model stands in `params.yaml`.",
        ["\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])],
    )


def _default(default: object) -> str:
    if default is MISSING:
        return "required"
    return (
        "none" if default == () else f"`{int(default) if isinstance(default, bool) else default}`"
    )


def api_page() -> str:
    """Document the service's API from its own description."""
    first, *others = api.sections()
    return _page("The API", first, others)


def commands() -> str:
    """Document every command from its help."""
    context = click.Context(mulerisk, info_name="mulerisk")
    names = mulerisk.list_commands(context)
    return _page(
        "Commands",
        "What `mulerisk --help` and the help of each command print.",
        (_command(name) for name in names),
    )


def _command(name: str) -> str:
    parent = click.Context(mulerisk, info_name="mulerisk")
    command = mulerisk.get_command(parent, name)
    if command is None:
        raise KeyError(name)
    return "\n\n".join(_helps(command, name, parent))


def _helps(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    """Print the help of a command, and of each of those that it holds."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=90)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for inner, held in sorted(command.commands.items()):
            yield from _helps(held, inner, context)


def errors() -> str:
    """Document every refusal from its class."""
    rows = sorted(f"| `{name}` | `{module}` | {about} |" for name, module, about in _refusals())
    return _page(
        "Errors",
        "Every refusal says what was seen, what was expected and what to do. The commands print it"
        " and exit with 1; the service answers with problem details (RFC 9457).",
        ["\n".join(["| refusal | from | when |", "|---|---|---|", *rows])],
    )


def _refusals() -> Iterator[tuple[str, str, str]]:
    known = {"MuleriskError"}
    classes = list(_classes())
    grew = True
    while grew:
        found = {name for name, bases, *_ in classes if bases & known} - known
        known |= found
        grew = bool(found)
    for name, _, module, about in classes:
        if name in known - {"MuleriskError"}:
            yield name, module, about


def _classes() -> Iterator[tuple[str, set[str], str, str]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef):
                    about = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
                    yield node.name, {ast.unparse(base) for base in node.bases}, module, about


def _page(title: str, about: str, sections: Iterable[str]) -> str:
    note = "<!-- Written by `make docs` from the code; edit the code. -->"
    return "\n\n".join([f"# {title}", note, about, *sections]) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "tables.md": tables,
    "features.md": features,
    **{f"features/{family}.md": partial(_examples, family) for family in FAMILIES},
    "settings.md": settings_page,
    "api.md": api_page,
    "commands.md": commands,
    "errors.md": errors,
}


def main(folder: Path) -> None:
    """Write every page."""
    for name, write in PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(write())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
