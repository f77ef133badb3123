"""How the functions of this folder are compiled."""

from pathlib import Path

from features.compiled import compiler

_SOURCES = Path(__file__).parent

compiled = compiler(_SOURCES)
"""Compiles a function that calls no other than those of this folder."""

allocation_free = compiler(_SOURCES, allocates=False)
"""Compiles likewise a function that allocates nothing, nor calls one that does."""
