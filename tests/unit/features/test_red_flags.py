"""Every red flag says truly what measures it, or what it needs."""

from fnmatch import fnmatch

import pytest

from features.catalogue import BY_NAME, NAMES
from features.red_flags import RED_FLAGS, RedFlag
from ledger.schema import TABLES

MEASURED = [flag for flag in RED_FLAGS if flag.features]


@pytest.mark.parametrize("flag", MEASURED, ids=lambda flag: flag.about)
def test_what_measures_a_red_flag_is_in_the_catalogue(flag: RedFlag) -> None:
    for pattern in flag.features:
        assert any(fnmatch(name, pattern) for name in NAMES), pattern
    assert not flag.needs


@pytest.mark.parametrize(
    "flag", [flag for flag in RED_FLAGS if not flag.features], ids=lambda flag: flag.about
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
