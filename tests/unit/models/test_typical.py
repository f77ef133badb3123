import json

import numpy as np
import pytest

from models.typical import EVERY_KIND, Typical, typical_of

NAN = float("nan")
NAMES = ("count", "share")
VALUES = np.array([[1, NAN], [2, NAN], [3, NAN], [10, 0.5], [20, 0.5]], dtype=float)
TYPICAL = typical_of(VALUES, ["bank", "bank", "bank", "e_wallet", None], NAMES)


def test_the_typical_value_is_the_median_of_the_same_kind():
    assert TYPICAL.medians("bank")[0] == 2
    assert TYPICAL.medians("e_wallet")[0] == 10


@pytest.mark.parametrize("kind", ["crypto_wallet", None])
def test_a_kind_not_seen_is_compared_with_every_account(kind):
    assert TYPICAL.medians(kind)[0] == 3


def test_a_feature_that_no_peer_shows_has_no_typical_value():
    assert np.isnan(TYPICAL.medians("bank")[1])
    assert np.isnan(TYPICAL.percentile("bank", 1, 0.5))


def test_missing_values_have_no_percentile():
    assert np.isnan(TYPICAL.percentile("bank", 0, NAN))


def test_percentiles_run_from_0_to_100_and_ties_count_half():
    typical = typical_of(np.array([[0.0]] * 50 + [[float(i)] for i in range(1, 51)]), [None] * 100,
                         ("count",))  # fmt: skip
    at = [typical.percentile(None, 0, value) for value in (-1, 0, 25, 50, 51)]
    assert at[0] == 0
    assert at[1] == pytest.approx(25, abs=1)
    assert at[2] == pytest.approx(74.5, abs=1)
    assert at[4] == 100
    assert at == sorted(at)


def test_what_was_written_is_read_again():
    text = json.dumps(TYPICAL.to_dict(), allow_nan=False)
    again = Typical.from_dict(json.loads(text), NAMES)
    for kind in ("bank", "e_wallet", EVERY_KIND):
        assert np.array_equal(again.quantiles[kind], TYPICAL.quantiles[kind], equal_nan=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields.pop(EVERY_KIND),
        lambda fields: fields["bank"].pop("count"),
        lambda fields: fields["bank"]["count"].pop(),
        lambda fields: fields["bank"]["count"].reverse(),
        lambda fields: fields["bank"].update(count="many"),
    ],
)
def test_other_formats_are_refused(damage):
    fields = TYPICAL.to_dict()
    damage(fields)
    with pytest.raises((ValueError, KeyError, TypeError)):
        Typical.from_dict(fields, NAMES)
