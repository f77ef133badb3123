"""An edited function can never answer with its old compiled code."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import features.compiled

OF_LEDGER = (
    "complaints", "errors", "lake", "local_time", "order", "outcomes", "schema", "segments", "view",
)  # fmt: skip
"""The modules of the ledger that compiled code may come from."""

CALLER = """
from features.callee import number
from features.compiled import compiled
@compiled
def answer():
    return number()
print(answer())
"""
CALLEE = """
from features.compiled import compiled
@compiled
def number():
    return {number}
"""


def run(folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "features.caller"],
        cwd=folder,
        env={
            "NUMBA_CACHE_DIR": str(folder / "cache"),
            "PYTHONPATH": str(folder),
            # Both versions have one size and may have one second: Python's own cache would err.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_editing_a_callee_in_another_file_changes_the_result(tmp_path):
    package = tmp_path / "features"
    package.mkdir()
    (tmp_path / "ledger").mkdir()
    for name in OF_LEDGER:
        (tmp_path / "ledger" / f"{name}.py").touch()
    shutil.copy(features.compiled.__file__, package)
    (package / "__init__.py").touch()
    (package / "caller.py").write_text(CALLER)
    (package / "callee.py").write_text(CALLEE.format(number=1))
    assert run(tmp_path) == "1\n"
    (package / "callee.py").write_text(CALLEE.format(number=2))
    assert run(tmp_path) == "2\n"


def test_the_hash_covers_every_module_of_the_ledger_that_compiled_features_take_from():
    folder = Path(features.compiled.__file__).parent
    taken = {
        node.module
        for file in folder.rglob("*.py")
        # What moves rows on Spark compiles nothing.
        if not file.is_relative_to(folder / "spark")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ledger.")
    }
    assert taken == {f"ledger.{name}" for name in OF_LEDGER}
