"""How the functions of this folder are compiled."""

from pathlib import Path

from features.compiled import compiler

compiled = compiler(Path(__file__).parent)
"""Compiles a function that calls no other than those of this folder."""
