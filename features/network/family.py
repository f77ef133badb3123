"""What a family of network features is: its declarations and the function that computes them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.feature import Feature
from features.network.facts import Network

Columns = NDArray[np.float64]
"""One row for each account of a network and one column for each feature; NaN is missing."""


@dataclass(frozen=True)
class Family:
    """The features that answer one question.

    Attributes
    ----------
    features : tuple of Feature
        In the order of their columns.
    compute : callable
        Writes the columns, which hold NaN before, and returns how often a stated bound left
        something out.
    is_near_label : bool
        Whether the values rest on what victims, banks or investigations have said of accounts.
        That is close to what a label says, so an evaluation also learns without them.
    """

    features: tuple[Feature, ...]
    compute: Callable[[Network, Columns], int]
    is_near_label: bool = False
