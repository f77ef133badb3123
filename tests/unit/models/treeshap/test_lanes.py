"""The compiled type of eight numbers computes as NumPy does on eight."""

import numpy as np

from models.treeshap.compiled import compiled
from models.treeshap.lanes import LINE, WIDTH, as_lanes, empty


@compiled
def arithmetic(given, number, found):
    lanes, out = as_lanes(given), as_lanes(found)
    a, b = lanes[0], lanes[1]
    out[0] = a + b * number
    out[1] = number - a / b
    out[2] = number * a - b
    out[3] = 0.0
    out[3] += a
    out[4] = number


def test_lanes_compute_as_numpy_does():
    random = np.random.default_rng(0)
    given, found = random.normal(size=(2, WIDTH)), np.empty((5, WIDTH))
    a, b = given
    number = 1.7
    arithmetic(given, number, found)
    expected = [a + b * number, number - a / b, number * a - b, a, np.full(WIDTH, number)]
    assert np.array_equal(found, expected)


def test_rows_of_lanes_stand_on_lines_of_the_cache():
    for count in (0, 1, 7):
        array = empty(count)
        assert array.shape == (count, WIDTH)
        assert array.ctypes.data % LINE == 0
        array[:] = 1.0
