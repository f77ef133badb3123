"""What reaches further back than the window comes along into a slice."""

from dataclasses import replace

import numpy as np

from features.patterns.settings import FAN
from features.patterns.slices import count_slice
from features.patterns.stream import count_all
from features.patterns.transfers import read
from tests.property.drawn_transfers import (
    HOUR,
    SETTINGS,
    numbered,
    sliced,
    transaction_table,
    transferred,
)

ONCE = replace(SETTINGS, window=2 * HOUR, bound=1, families=("fan",))


def test_a_fact_learnt_in_the_slice_lets_searches_look_there_too():
    """One that is known in time and long past would not: then the fan is known without a look."""
    for delay, is_cut in ((40, True), (0, False)):
        hub = [transferred(payer, "g", 11 + n) for n, payer in enumerate("abc")]
        ledger = numbered([transferred("d", "g", 0, delay=delay), *hub])
        transfers, names = read(transaction_table(ledger))
        whole = count_all(transfers, len(names), ONCE)
        assert whole.cut[-1, FAN] == is_cut
        _, last = sliced(ledger, {12})
        counts = count_slice(transfers, len(names), ONCE, last).counts
        assert np.array_equal(counts.cut, whole.cut[-2:])
        assert np.array_equal(counts.transactions, whole.transactions[-2:])
