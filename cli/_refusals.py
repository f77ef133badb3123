"""What a refusal says on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ledger.errors import InputRefused, MuleriskError
from ledger.refusal import text

REFUSALS = (MuleriskError, OSError)
"""What a command may end with; anything else is a fault of ours."""


def told(refusal: Exception) -> str:
    """Write a refusal as one clear text."""
    if isinstance(refusal, InputRefused):
        return f"mulerisk: {text(refusal)}"
    if isinstance(refusal, OSError):
        where = f"{refusal.filename}: " if refusal.filename else ""
        cure = "Check the path, its permissions and the space that is left."
        return f"mulerisk: {where}{refusal.strerror or refusal}. {cure}"
    return f"mulerisk: {refusal}"


@contextmanager
def refused_with_2() -> Iterator[None]:
    """End with 2 what is refused, so that a schedule can tell it from what was found."""
    try:
        yield
    except REFUSALS as refusal:
        click.echo(told(refusal), err=True)
        click.get_current_context().exit(2)
