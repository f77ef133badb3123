"""The compiled kernel: the SHAP values of rows, block by block.

Each tree is walked twice for a row, with eight points t of the quadrature rule at a time. The
factor of a branch is o t + z (1 - t), where o says whether the row passes all splits on the
branch's feature down to this branch, and z is the share of training rows that do. On the way down,
`outside` becomes the product of the factors of all other features above a split; on the way up,
`inside` becomes the sum over the leaves below of their values times the factors further down. The
split then adds to its feature's value

    outside * ((o - z of left) * inside of left + (o - z of right) * inside of right)

If the feature was split on further up, its older factor is divided out, and what the older branch
has added for the same leaves is taken back. Where the row does not pass that older branch, o stays
0: nothing is added, and only the shares are passed on.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.treeshap.compiled import allocation_free, compiled
from models.treeshap.decisions import READINGS, goes_left, read
from models.treeshap.forest import Forest
from models.treeshap.lanes import Lanes, LanesArray, as_lanes, empty
from models.treeshap.quadrature import Rules

BLOCK = 16
"""Rows that are explained together, so that a tree is fetched once for all of them."""


class Walk(NamedTuple):
    """What is known of one row in one tree.

    Attributes
    ----------
    factor : LanesArray, one for each branch
        Its factor; an older factor of the same feature is divided out.
    above : LanesArray, one for each split and leaf
        Product of all factors above, times the weight of each point.
    outside : LanesArray, one for each split
        The same without the factor of the split's own feature.
    inside : LanesArray, one for each split and leaf
        Sum of the leaves below, times the factors between.
    """

    factor: LanesArray
    above: LanesArray
    outside: LanesArray
    inside: LanesArray


@compiled
def explain(forest: Forest, rows: NDArray[np.float64], values: NDArray[np.float64]) -> None:
    """Write the SHAP values of `rows` to `values`, of the same shape."""
    features = rows.shape[1]
    readings = np.empty((min(BLOCK, len(rows)), READINGS * features))
    totals = empty(len(readings) * features)
    passed = np.ones(2 * forest.largest + 1)
    room = empty(7 * forest.largest + 2)
    for start in range(0, len(rows), BLOCK):
        count = min(BLOCK, len(rows) - start)
        for row in range(count):
            read(rows[start + row], readings[row])
        totals[:] = 0.0
        _explain_block(forest, readings[:count], passed, room, totals)
        for row in range(count):
            for feature in range(features):
                values[start + row, feature] = totals[row * features + feature].sum()


@allocation_free
def _explain_block(
    forest: Forest,
    readings: NDArray[np.float64],
    passed: NDArray[np.float64],
    room: NDArray[np.float64],
    totals: NDArray[np.float64],
) -> None:
    """Add to `totals`, not yet summed over the points, a row's features one after another."""
    features = readings.shape[1] // READINGS
    walk = _walk_in(room, forest.largest)
    for tree in range(len(forest.rule)):
        first, end = forest.first_split[tree], forest.first_split[tree + 1]
        splits, leaves = forest.splits[first:end], forest.leaves[first + tree : end + tree + 1]
        for leaf in range(len(leaves)):
            walk.inside[len(splits) + leaf] = leaves[leaf]
        for row in range(len(readings)):
            _decide(splits, readings[row], forest.set_words, passed)
            total = as_lanes(totals[row * features :])
            _integrate(splits, passed, forest.rules, forest.rule[tree], walk, total)


@allocation_free
def _walk_in(room: NDArray[np.float64], largest: int) -> Walk:
    """Divide the room, which the caller must keep."""
    above, outside, inside = 2 * largest, 4 * largest + 1, 5 * largest + 1
    return Walk(
        as_lanes(room), as_lanes(room[above:]), as_lanes(room[outside:]), as_lanes(room[inside:])
    )


@allocation_free
def _decide(
    splits: NDArray[np.void],
    readings: NDArray[np.float64],
    set_words: NDArray[np.uint32],
    passed: NDArray[np.float64],
) -> None:
    """Write o of each branch to `passed`; branch 0, where nothing has been split on, has 1."""
    for number in range(len(splits)):
        split = splits[number]
        here = passed[split.earlier]
        left = here * goes_left(split, readings[split.reading], set_words)
        passed[2 * number + 1] = left
        passed[2 * number + 2] = here - left


@allocation_free
def _integrate(
    splits: NDArray[np.void],
    passed: NDArray[np.float64],
    rules: Rules,
    rule: int,
    walk: Walk,
    total: LanesArray,
) -> None:
    """Walk the tree with all points of its rule."""
    point, rest, weight = as_lanes(rules.point), as_lanes(rules.rest), as_lanes(rules.weight)
    for part in range(rules.start[rule], rules.start[rule + 1]):
        walk.above[0] = weight[part]
        _walk_down(splits, passed, point[part], rest[part], walk)
        _walk_up(splits, passed, walk, total)


@allocation_free
def _walk_down(
    splits: NDArray[np.void], passed: NDArray[np.float64], point: Lanes, rest: Lanes, walk: Walk
) -> None:
    for number in range(len(splits)):
        split = splits[number]
        above = walk.above[number]
        if passed[split.earlier]:
            left = point * passed[2 * number + 1] + rest * (split.share * split.left_share)
            right = point * passed[2 * number + 2] + rest * (split.share * split.right_share)
            outside = above
            if split.earlier:
                older = 1.0 / (point + rest * split.share)
                left, right, outside = left * older, right * older, outside * older
        else:
            left, right, outside = split.left_share, split.right_share, 0.0
        walk.outside[number] = outside
        walk.factor[2 * number] = left
        walk.factor[2 * number + 1] = right
        walk.above[split.left] = above * left
        walk.above[split.right] = above * right


@allocation_free
def _walk_up(
    splits: NDArray[np.void],
    passed: NDArray[np.float64],
    walk: Walk,
    total: LanesArray,
) -> None:
    for number in range(len(splits) - 1, -1, -1):
        split = splits[number]
        left, right = walk.inside[split.left], walk.inside[split.right]
        inside = left * walk.factor[2 * number] + right * walk.factor[2 * number + 1]
        walk.inside[number] = inside
        added = (
            left * (passed[2 * number + 1] - split.share * split.left_share)
            + right * (passed[2 * number + 2] - split.share * split.right_share)
            - inside * (passed[split.earlier] - split.share)
        )
        total[split.feature] += walk.outside[number] * added
