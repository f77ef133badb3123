"""Which code assesses: a hash over its sources, and the libraries whose versions can matter."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_ROOMS = ("ledger", "features", "models", "serving")
_LIBRARIES = (
    "lightgbm", "llvmlite", "numba", "numpy", "pyarrow", "pydantic-core", "jinja2", "babel",
    "weasyprint",
)  # fmt: skip


@cache
def code_version() -> str:
    """Hash every source file that takes part in an assessment and its report, by SHA-256."""
    digest = hashlib.sha256()
    for file in sorted(file for room in _ROOMS for file in (_ROOT / room).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(_ROOT).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def libraries() -> str:
    """Name the libraries with their versions."""
    named = (f"{name} {version(name)}" for name in _LIBRARIES)
    return ", ".join((f"Python {platform.python_version()}", *named))
