"""The command compiles each part in a process of its own, and says so."""

import pytest
from click.testing import CliRunner

from cli import compile as compiling
from features import ahead


def _compiled():
    """Stand for a part: processes that are spawned find it by its name."""


def _broken():
    raise OSError("the cache cannot be written")


@pytest.fixture
def invoked(monkeypatch):
    def invoke(parts):
        monkeypatch.setattr(ahead, "PARTS", parts)
        return CliRunner().invoke(compiling.command)

    return invoke


def test_it_tells_each_part_that_is_compiled(invoked):
    told = invoked({"one part": _compiled, "another": _compiled})
    assert told.exit_code == 0
    assert told.output.startswith("Compiling one part and another: about a minute")
    assert all(f"s: {part}\n" in told.output for part in ("one part", "another"))


def test_a_part_that_fails_fails_the_command(invoked):
    told = invoked({"one part": _broken})
    assert isinstance(told.exception, OSError)
