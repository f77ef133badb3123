"""Every red flag says truly what measures it, or what it needs."""

from dataclasses import fields
from fnmatch import fnmatch

import pytest

from features.catalogue import BY_NAME, NAMES
from features.red_flags import RED_FLAGS, RedFlag
from ledger.schema import TABLES
from models.assessment import Assessment

MEASURED = [flag for flag in RED_FLAGS if flag.features]


@pytest.mark.parametrize("flag", MEASURED, ids=lambda flag: flag.about)
def test_what_measures_a_red_flag_is_in_the_catalogue(flag: RedFlag) -> None:
    for pattern in flag.features:
        assert any(fnmatch(name, pattern) for name in NAMES), pattern
    assert not flag.needs


def test_what_is_told_beside_the_score_is_a_field_of_an_assessment() -> None:
    told = [flag.told for flag in RED_FLAGS if flag.told]
    assert told
    assert set(told) <= {field.name for field in fields(Assessment)}


def test_nothing_is_neither_measured_nor_told_nor_wanting() -> None:
    assert all(flag.features or flag.told or flag.needs for flag in RED_FLAGS)


@pytest.mark.parametrize(
    "flag", [flag for flag in RED_FLAGS if flag.needs], ids=lambda flag: flag.about
)
def test_what_is_not_measured_names_a_table_and_a_column_of_it(flag: RedFlag) -> None:
    table, _, rest = flag.needs.partition(".")
    assert rest.split()[0] in TABLES[table].arrow.names


def test_every_feature_that_raises_the_risk_measures_a_red_flag() -> None:
    patterns = [pattern for flag in MEASURED for pattern in flag.features]
    untold = [
        name
        for name in NAMES
        if BY_NAME[name].direction == "raises"
        and not any(fnmatch(name, pattern) for pattern in patterns)
    ]
    assert untold == []
