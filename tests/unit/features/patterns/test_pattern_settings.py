"""Settings that mean nothing are refused."""

from datetime import timedelta

import pytest

from features.patterns.settings import Settings, SettingsRefused


def test_all_faults_are_told_at_once():
    with pytest.raises(SettingsRefused) as refused:
        Settings(dwell=timedelta(days=7), burst=1, bound=0, families=("fan", "star"))
    for seen in ("dwell is 7 days", "burst is 1", "bound is 0", "['star']", "scatter_gather"):
        assert seen in str(refused.value)


def test_limits_are_in_microseconds():
    limits = Settings(window=timedelta(seconds=2), dwell=timedelta(seconds=1)).limits()
    assert (limits.window, limits.dwell) == (2_000_000, 1_000_000)
    assert all(limits.wanted)
