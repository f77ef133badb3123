import ast
from pathlib import Path

import models.treeshap

ROOMS = ("cli", "training", "serving", "models", "features", "tracing", "ledger")


def test_what_is_hashed_covers_every_function_that_compiled_code_may_call():
    taken = {
        node.module
        for file in Path(models.treeshap.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOMS)
    }
    assert {module for module in taken if not module.startswith("models.treeshap.")} == {
        "features.compiled",  # hashed as well
        "ledger.errors",  # never compiled
    }
