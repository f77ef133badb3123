"""How functions are compiled, and why a stale result is impossible.

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

_ROOT = Path(__file__).parents[1]


def compiler(
    *sources: Path, allocates: bool = True, inlines: bool = False
) -> Callable[[Compiled], Compiled]:
    """Return a decorator that compiles functions.

    They run without the interpreter's lock, divide as NumPy does, and compute every float in the
    order written: the same numbers on every path, bit for bit.

    Parameters
    ----------
    *sources : Path
        Files and folders that hold every function the compiled ones call.
    allocates : bool
        Whether a function may allocate, or call one that does. If not, the compiler refuses it
        otherwise, and counts no references to the arrays it is given: for small functions that
        hand each other many arrays that would cost several times their work.
    inlines : bool
        Whether a function becomes part of each that calls it.
    """
    folder = str(_cache_folder(sources))
    compile_it = numba.njit(
        cache=True, nogil=True, error_model="numpy", fastmath=False,
        _nrt=allocates, forceinline=inlines,
    )  # fmt: skip

    def compiled(function: Compiled) -> Compiled:
        # numba asks for the folder at this moment, once for each function.
        numba.config.CACHE_DIR = folder
        return cast(Compiled, compile_it(function))

    return compiled


def _cache_folder(sources: tuple[Path, ...]) -> Path:
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "mulerisk" / _hash_of(sources)[:16]


def _hash_of(sources: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for source in (Path(__file__), *sources):
        for file in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


_OF_LEDGER = (
    _ROOT / "ledger" / f"{name}.py"
    for name in (
        "complaints",
        "errors",
        "lake",
        "local_time",
        "order",
        "outcomes",
        "schema",
        "segments",
        "view",
    )
)
SOURCES = (_ROOT / "features", *_OF_LEDGER)

compiled = compiler(*SOURCES)
"""Compiles a function of the feature engine."""

inlined = compiler(*SOURCES, inlines=True)
"""Compiles likewise a function into those that call it.

A history is ten arrays, and handing it over costs more than most features do.
"""

allocation_free = compiler(*SOURCES, allocates=False)
"""Compiles likewise a function that allocates nothing, nor calls one that does."""
