"""The architecture, the style and the names, kept by tests."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    "check",
    [["ruff", "format", "--check"], ["ruff", "check"], ["mypy"], ["lint-imports"]],
    ids=["format", "lint", "types", "arrows"],
)
def test_the_tools_find_nothing(check):
    done = subprocess.run(
        [BIN / check[0], *check[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_answers_without_the_heavy_libraries():
    heavy = {"numba", "lightgbm", "mlflow", "duckdb", "pandas", "bentoml", "pyarrow", "sklearn"}
    code = (
        "import sys\nfrom cli.main import mulerisk\n"
        "mulerisk(['--help'], standalone_mode=False)\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_names_say_something():
    empty = re.compile(r"(^|[/_])(utils?|helpers?|common|misc|managers?)(_|\.|/)")
    assert [path for path in TRACKED if path.endswith(".py") and empty.search(path)] == []


def test_every_command_has_help_with_an_example():
    from click import Context

    from cli.main import mulerisk

    context = Context(mulerisk)
    for name in mulerisk.list_commands(context):
        command = mulerisk.get_command(context, name)
        assert "Example:" in (command.help or ""), name


def test_only_evaluation_reads_what_a_generator_knows():
    makers = ("training/simulator/", "ledger/importers/", "ledger/", "docs/", "tests/")
    readers = [
        path
        for path in TRACKED
        if path.endswith(".py")
        and not path.startswith(makers)
        and re.search(r"truth_(transactions|accounts)|TRUTH_", (ROOT / path).read_text())
    ]
    # The demo names a mule, a shop and an ordinary person to show; it scores them like any other.
    others = {path for path in readers if not path.startswith("training/")}
    assert others == {"cli/_three_accounts.py"}
    assert not {"training/features.py", "training/labels.py", "training/fit.py"} & set(readers)


def test_no_path_of_a_machine_stands_in_the_tree():
    for path in TRACKED:
        if path.endswith((".py", ".md", ".yaml", ".toml", ".sh", "Makefile")):
            text = (ROOT / path).read_text()
            assert not re.search(r"(?<![\w.])/(work|root|home)/", text), path
