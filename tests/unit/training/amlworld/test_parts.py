"""How a file is parted: by time, and never through an instant."""

import pytest

from tests.unit.training.amlworld.known import HOUR, known
from training.amlworld.labelled import ProtocolRefused
from training.amlworld.parts import parts_of


def test_the_parts_follow_each_other_with_60_20_and_20_percent():
    parts = parts_of(known(range(0, 100 * HOUR, HOUR), [1, 59, 60, 80, 99]), 100)
    assert [part.rows for part in parts] == [slice(0, 60), slice(60, 80), slice(80, 100)]
    assert [part.laundering for part in parts] == [2, 1, 2]
    assert [part.rate for part in parts] == [2 / 60, 1 / 20, 2 / 20]
    assert parts.training.last < parts.validation.first
    assert parts.validation.last < parts.test.first


def test_no_instant_is_in_two_parts_and_the_nearer_boundary_is_taken():
    # Ten transactions at each of ten instants, but seven share the fifth and thirteen the sixth.
    moments = [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10 + [4] * 17 + [5] * 13 + [6] * 30
    parts = parts_of(known(moments, [0, 58, 75]), 100)
    assert [part.rows for part in parts] == [slice(0, 57), slice(57, 70), slice(70, 100)]


def test_what_comes_after_the_end_is_in_no_part():
    parts = parts_of(known(range(100), [0, 35, 45, 80]), 50)
    assert parts.test.rows == slice(40, 50)
    assert parts.test.laundering == 1


@pytest.mark.parametrize(
    ("laundering", "named"),
    [
        ([], "training and validation and test"),
        ([1, 2], "validation and test"),
        ([1, 65], "launders in test "),
    ],
)
def test_parts_without_laundering_are_refused_by_name(laundering, named):
    with pytest.raises(ProtocolRefused, match=named) as refusal:
        parts_of(known(range(100), laundering), 100)
    assert "Is Laundering" in str(refusal.value)


def test_a_file_of_one_instant_cannot_be_parted():
    with pytest.raises(ProtocolRefused, match="validation"):
        parts_of(known([7] * 50, range(50)), 50)
