"""Laying trees out for the kernel: parents before children, the whole model in one array."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.treeshap.decisions import CATEGORY
from models.treeshap.quadrature import Rules, rule_for, rules
from models.treeshap.text import CATEGORICAL, MISSING_LEFT, Tree

SPLIT = np.dtype(
    [
        ("threshold", np.float64),
        ("share", np.float64),
        ("left_share", np.float64),
        ("right_share", np.float64),
        ("reading", np.int32),
        ("feature", np.int32),
        ("earlier", np.int32),
        ("left", np.int32),
        ("right", np.int32),
        ("first_word", np.int32),
        ("words", np.int32),
        ("missing_left", np.bool_),
    ],
    align=True,
)
"""One split; numbers count within its tree.

threshold
    A value up to it goes left.
share
    Share of training rows that pass the splits on this feature above this one; 1 if there is none.
left_share, right_share
    Shares of the rows here that went left and right.
reading
    Where the value stands among the readings of a row, see `decisions`.
earlier
    The branch that the last split on the same feature above took to here; 0 if there is none.
    Branch 2 k + 1 goes left from split k, branch 2 k + 2 goes right.
left, right
    The split or leaf below. Leaves are counted on from the splits.
first_word, words
    Where the set of categories that go left stands; no words where the split compares.
missing_left
    Whether a reading that is NaN goes left.
"""


class Forest(NamedTuple):
    """The splits and leaves of all trees that have a split.

    Attributes
    ----------
    first_split : int64, shape (trees + 1,)
        Tree i has the splits from here to the next tree's, parents before children.
    splits : SPLIT
    leaves : float64
        Values of leaves: each tree has one more of them than splits.
    rule : int64, shape (trees,)
        Number of the quadrature rule that is exact for every path of the tree.
    set_words : uint32
        Bits of the sets of categories.
    rules : Rules
    largest : int
        Most splits of a tree.
    """

    first_split: NDArray[np.int64]
    splits: NDArray[np.void]
    leaves: NDArray[np.float64]
    rule: NDArray[np.int64]
    set_words: NDArray[np.uint32]
    rules: Rules
    largest: int


def lay_out(trees: Sequence[Tree], features: int) -> Forest:
    """Lay out the trees of a model with so many features."""
    grown = [tree for tree in trees if len(tree.feature)]
    words = [len(tree.set_words) for tree in grown]
    first_word = np.cumsum(words) - words
    splits = [
        _splits(tree, features, int(word)) for tree, word in zip(grown, first_word, strict=True)
    ]
    rule = [rule_for(_link(tree)) for tree in splits]
    return Forest(
        first_split=np.cumsum([0, *map(len, splits)]),
        splits=np.concatenate([np.empty(0, SPLIT), *splits]),
        leaves=np.concatenate([np.empty(0), *(tree.leaf_value for tree in grown)]),
        rule=np.array(rule, np.int64),
        set_words=np.concatenate([np.empty(0, np.uint32), *(tree.set_words for tree in grown)]),
        rules=rules(max(rule, default=0) + 1),
        largest=max(map(len, splits), default=0),
    )


def _splits(tree: Tree, features: int, first_word: int) -> NDArray[np.void]:
    """Lay out all of a tree that does not depend on the splits above."""
    order = _breadth_first(tree.children)
    children, count = tree.children[order], tree.count[order]
    # LightGBM counts leaves down from -1, as Python does from the end of an array.
    leaf_places = len(order) + np.arange(len(tree.leaf_value))[::-1]
    below = np.append(np.argsort(order), leaf_places)[children]
    went = np.append(tree.count, tree.leaf_count[::-1])[children] / count[:, None]
    laid = np.zeros(len(order), SPLIT)
    laid["threshold"], laid["feature"] = tree.threshold[order], tree.feature[order]
    laid["left_share"], laid["right_share"] = went.T
    laid["left"], laid["right"] = below.T
    decision = tree.decision[order]
    laid["missing_left"] = decision & MISSING_LEFT > 0
    of_categories = decision & CATEGORICAL > 0
    laid["reading"] = np.where(of_categories, CATEGORY, decision >> 2) * features + laid["feature"]
    sets = tree.threshold[order][of_categories].astype(np.int64)
    laid["first_word"][of_categories] = first_word + tree.set_end[sets]
    laid["words"][of_categories] = np.diff(tree.set_end)[sets]
    return laid


def _breadth_first(children: NDArray[np.int64]) -> list[int]:
    """Order the splits so that neighbours seldom wait for each other, and parents come first."""
    order = [0]
    for split in order:
        order.extend(int(child) for child in children[split] if child >= 0)
    return order


def _link(splits: NDArray[np.void]) -> int:
    """Link each split to the last one above on the same feature.

    Returns
    -------
    int
        The most features that any path splits on.
    """
    # Above each split and leaf: the last branch of each feature, and the share that came so far.
    above: list[dict[int, tuple[int, float]]] = [{} for _ in range(2 * len(splits) + 1)]
    columns = ("feature", "left", "right", "left_share", "right_share")
    for number, (feature, left, right, to_left, to_right) in enumerate(
        splits[list(columns)].tolist()
    ):
        path = above[number]
        earlier, share = path.get(feature, (0, 1.0))
        splits["earlier"][number], splits["share"][number] = earlier, share
        above[left] = {**path, feature: (2 * number + 1, share * to_left)}
        above[right] = {**path, feature: (2 * number + 2, share * to_right)}
    return max(map(len, above))
