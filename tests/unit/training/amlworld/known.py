"""Transactions of which only the moment and the label matter."""

import numpy as np
import pyarrow as pa

from training.amlworld.labelled import Labelled

HOUR = 3_600_000_000
DAY = 24 * HOUR


def known(happened_at, laundering):
    """Give transactions at these moments, in order, and the places of those that launder."""
    moments = np.array(happened_at, np.int64)
    marks = np.zeros(len(moments), bool)
    marks[list(laundering)] = True
    return Labelled(pa.table({}), moments, marks)
