import numpy as np
import pytest

from models.bands import BANDS, Thresholds, ThresholdsRefused


def test_a_band_begins_at_its_threshold():
    bands = Thresholds(0.0, 1.0, 2.0).bands(np.array([-0.1, 0.0, 1.0, 2.0]))
    assert bands == list(BANDS)


@pytest.mark.parametrize("bounds", [(1, 0, 2), (0, 2, 1), (float("nan"), 0, 1), (0, 1, np.inf)])
def test_thresholds_out_of_order_are_refused(bounds):
    with pytest.raises(ThresholdsRefused, match="review capacity"):
        Thresholds(*bounds)
