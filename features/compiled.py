"""How the feature engine's functions are compiled, and why a stale result is impossible.

numba keeps compiled code on disk and looks only at the file of the function called: after an edit
of a function in another file it would answer with the old one. So the folder it keeps the code in
is named by a hash over every source file that can be part of it.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

Compiled = TypeVar("Compiled", bound=Callable[..., object])

_OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": False}
_ROOT = Path(__file__).parents[1]
_OF_LEDGER = ("errors.py", "schema.py", "view.py")


def sources_hash() -> str:
    """Hash every file that compiled code is made of: this folder, and what it takes of `ledger`."""
    files = [
        *sorted((_ROOT / "features").rglob("*.py")),
        *(_ROOT / "ledger" / name for name in _OF_LEDGER),
    ]
    digest = hashlib.sha256(numba.__version__.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _cache_folder() -> Path:
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "mulerisk" / sources_hash()[:16]


numba.config.CACHE_DIR = str(_cache_folder())


def compiled(function: Compiled) -> Compiled:
    """Compile a function of the feature engine.

    It runs without the interpreter's lock, divides as NumPy does, and computes every float in the
    order written: the same numbers on every path, bit for bit.
    """
    return cast(Compiled, numba.njit(**_OPTIONS)(function))


def allocation_free(function: Compiled) -> Compiled:
    """Compile likewise a function that allocates nothing, nor calls one that does.

    The compiler refuses it otherwise. It counts no references to the arrays it is given: for small
    functions that hand each other many arrays that would cost several times their work.
    """
    return cast(Compiled, numba.njit(**_OPTIONS, _nrt=False)(function))
