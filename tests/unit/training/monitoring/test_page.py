"""The page says what was found: a verdict, triggers in words, values a person can read."""

from datetime import UTC, datetime

import numpy as np

from features.catalogue import CATALOGUE
from models.manifest import Lineage
from tests.population import BANDS, LIMITS, Drawn, learnt, scorer
from training.monitoring.monitored import Champion, Question, monitored
from training.monitoring.page import page

AT = datetime(2025, 6, 1, tzinfo=UTC)
LINEAGE = Lineage("1", "r", "d", "d", "c", "", "", {"bands": BANDS}, {})
CHAMPION = Champion(scorer(), LINEAGE, learnt())
MONEY = next(feature.name for feature in CATALOGUE if feature.unit == "minor units")


def found(drawn, since=None):
    return monitored(Question("bank", "THB", since, AT), CHAMPION, drawn.seen(), LIMITS)


def test_where_nothing_drifts_there_is_nothing_to_do():
    quiet = found(Drawn.of(1, 500))
    told = page(quiet)
    assert quiet.verdict == "No trigger fired"
    assert "<h1>No trigger fired</h1>" in told
    assert "Nothing to do." in told
    assert "500 accounts, as known at 1 June 2025" in told
    assert "somebody asked about" not in told


def test_what_fired_stands_first_with_what_to_do():
    def gone(columns):
        columns[MONEY][:] = np.nan

    told = page(found(Drawn.of(1, 500).changed(gone), since=datetime(2025, 5, 1, tzinfo=UTC)))
    assert "<h1>Drift: missing, features</h1>" in told
    assert told.index("mend that. Do not learn from it.") < told.index("Features that moved most")
    assert f"<h3><code>{MONEY}</code></h3>" in told
    assert "last assessed from 1 May 2025" in told
    assert "somebody asked about" in told


def test_few_accounts_are_told_as_such():
    assert "<h1>Too few accounts to tell</h1>" in page(found(Drawn.of(1, 50)))


def test_a_page_is_the_same_each_time_and_runs_no_script():
    told = page(found(Drawn.of(2, 300)))
    assert told == page(found(Drawn.of(2, 300)))
    assert "<script" not in told
    assert "http" not in told.replace("http-equiv", "")
