"""Reading the trees of a model from LightGBM's own text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError

Number = TypeVar("Number", bound=np.generic)

_VERSION = "v4"
CATEGORICAL, MISSING_LEFT = 1, 2
"""Bits of a decision; the number above them is the kind of missing value."""
KINDS_OF_MISSING = 3
"""None, zero, NaN."""


class ModelRefused(MuleriskError):
    """A model whose SHAP values cannot be computed."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree of n splits and n + 1 leaves; split 0 is the root.

    Attributes
    ----------
    feature : int64, shape (n,)
    threshold : float64, shape (n,)
        A value up to it goes left; for a split on categories, the number of its set.
    decision : int64, shape (n,)
        LightGBM's bits: 1 for categories, 2 if missing goes left, 4 times the kind of missing.
    children : int64, shape (n, 2)
        Left and right: a split, or -1 - i for leaf i.
    count, leaf_count : float64, shapes (n,) and (n + 1,)
        Training rows that came there.
    leaf_value : float64, shape (n + 1,)
    set_end : int64
        Where each set ends among `set_words`, after a 0.
    set_words : uint32
        Bit c of the words of a set: category c goes left.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    decision: NDArray[np.int64]
    children: NDArray[np.int64]
    count: NDArray[np.float64]
    leaf_value: NDArray[np.float64]
    leaf_count: NDArray[np.float64]
    set_end: NDArray[np.int64]
    set_words: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Model:
    """The trees whose leaf values add up to the raw score, and how many features they know."""

    features: int
    trees: tuple[Tree, ...]


def read_model(text: str) -> Model:
    """Read a model.

    Raises
    ------
    ModelRefused
        If it is damaged, of another version, with more than one output, or with linear trees.
    """
    header, *sections = text.partition("\nend of trees")[0].split("\nTree=")
    fields = _fields(header)
    _expect("version", fields.get("version"), _VERSION)
    _expect("num_tree_per_iteration", fields.get("num_tree_per_iteration"), "1")
    if "average_output" in header.split("\n"):
        raise ModelRefused(
            "The model averages its trees; trees that add up are expected."
            " Train it with boosting gbdt or dart, not as a random forest."
        )
    try:
        features = int(fields["max_feature_idx"]) + 1
        trees = tuple(_tree(_fields(section), features) for section in sections)
    except (KeyError, ValueError, IndexError) as fault:
        raise ModelRefused(
            f"The model's text cannot be read ({type(fault).__name__}: {fault})."
            f" Expected: LightGBM's text, version {_VERSION}. Write the model again."
        ) from None
    return Model(features, trees)


def _fields(section: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in section.split("\n") if "=" in line)


def _expect(field: str, seen: str | None, expected: str) -> None:
    if seen != expected:
        raise ModelRefused(
            f"The model's text has {field}={seen}; {field}={expected} is expected."
            " Train a LightGBM model with one output and constant leaves."
        )


def _tree(fields: Mapping[str, str], features: int) -> Tree:
    _expect("is_linear", fields.get("is_linear", "0"), "0")
    categories = int(fields["num_cat"]) > 0
    leaves = int(fields["num_leaves"])
    tree = Tree(
        feature=_numbers(fields["split_feature"], np.int64, leaves - 1),
        threshold=_numbers(fields["threshold"], np.float64, leaves - 1),
        decision=_numbers(fields["decision_type"], np.int64, leaves - 1),
        children=np.column_stack(
            [_numbers(fields[f"{side}_child"], np.int64, leaves - 1) for side in ("left", "right")]
        ),
        count=_numbers(fields["internal_count"], np.float64, leaves - 1),
        leaf_value=_numbers(fields["leaf_value"], np.float64, leaves),
        leaf_count=_numbers(fields["leaf_count"], np.float64, leaves),
        set_end=_numbers(fields["cat_boundaries"] if categories else "0", np.int64),
        set_words=_numbers(fields["cat_threshold"] if categories else "", np.uint32),
    )
    _check(tree, features)
    return tree


def _numbers(text: str, kind: type[Number], length: int | None = None) -> NDArray[Number]:
    numbers = np.array(text.split(), kind)
    if length not in (None, len(numbers)):
        raise ValueError(f"{len(numbers)} numbers where {length} are expected")
    return numbers


def _check(tree: Tree, features: int) -> None:
    """Refuse what would lead compiled code astray: it trusts every index."""
    splits = np.arange(len(tree.feature))
    expected = np.concatenate([np.arange(-len(tree.leaf_value), 0), splits[1:]])
    if not np.array_equal(np.sort(tree.children, axis=None), expected if len(splits) else []):
        raise ValueError("a split or leaf that is not below exactly one split")
    if ((tree.children >= 0) & (tree.children <= splits[:, None])).any():
        raise ValueError("a split above its own parent")
    if ((tree.feature < 0) | (tree.feature >= features)).any():
        raise ValueError("a split on a feature that the model does not have")
    if not (tree.count > 0).all():
        raise ValueError("a split that no training row came to")
    if ((tree.decision < 0) | (tree.decision >> 2 > KINDS_OF_MISSING - 1)).any():
        raise ValueError("a kind of missing value that is not known")
    sets = np.diff(tree.set_end)
    if tree.set_end[0] != 0 or (sets < 1).any() or tree.set_end[-1] != len(tree.set_words):
        raise ValueError("sets of categories that are empty or overlap")
    chosen = tree.threshold[(tree.decision & CATEGORICAL) > 0]
    if not np.isin(chosen, np.arange(len(sets))).all():
        raise ValueError("a split on a set of categories that the tree does not have")
