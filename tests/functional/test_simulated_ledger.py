"""Laundering in the simulated ledger shows in combinations of features, and in nothing else."""

from dataclasses import replace
from datetime import timedelta

import lightgbm as lgb
import numpy as np
import pyarrow.compute as pc
import pytest
from sklearn.metrics import roc_auc_score

from features.catalogue import NAMES
from features.compute import compute
from features.network.join import with_snapshots
from ledger.view import microseconds
from models.baseline import rules
from training import simulate
from training.evaluation.controls import laundering_free, single_features
from training.labels import LEFT_OUT, label
from training.parameters import Features
from training.rows import Rows
from training.simulator.settings import Settings
from training.simulator.typologies import TYPOLOGIES
from training.snapshots import snapshots, tables_of

# Four times the mules of a bank, so that a small ledger holds enough of them to measure.
WORLD = replace(Settings(), accounts=6_000, days=120, mule_share=0.04)
DAY = 86_400_000_000
FEATURES = Features(28, 14, snapshot_hours=24, snapshot_delay_minutes=0, threads=2)
AS_OFS = [WORLD.origin + timedelta(days=day) for day in range(28, 106, 14)]


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return simulate.run(WORLD, tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="module")
def rows(lake):
    transactions, accounts = lake.read("transactions"), lake.read("accounts")
    own = compute(transactions, accounts, AS_OFS, threads=2)
    return labelled(lake, with_snapshots(own, snapshots(tables_of(lake), AS_OFS, FEATURES)))


def labelled(lake, features):
    end = microseconds(WORLD.origin) + WORLD.days * DAY
    told = (lake.read("labels"), lake.read("account_events"))
    labels = label(features.account_id, features.as_of, *told, horizon=14 * DAY, end=end)
    every = Rows(features.account_id, features.as_of, labels, features.values)
    return every.only(labels != LEFT_OUT)


def out_of_sample(rows):
    """Score each half of the accounts with a model that learnt from the other half."""
    settings = {"objective": "binary", "num_leaves": 15, "learning_rate": 0.05, "seed": 1}
    settings |= {"feature_fraction": 0.5, "verbosity": -1, "num_threads": 1}
    half = np.array([int(account[1:]) % 2 for account in rows.account_id])
    score = np.empty(len(rows))
    for side in (0, 1):
        seen = half != side
        data = lgb.Dataset(rows.values[seen], rows.label[seen])
        model = lgb.train(settings, data, num_boost_round=50)
        score[~seen] = model.predict(rows.values[~seen])
    return score


def found_in_top(rows, score, share=0.02):
    """Count the mules among the highest scores."""
    top = np.argsort(-score, kind="stable")[: int(len(rows) * share)]
    return rows.label[top].sum()


def test_every_typology_occurs_at_least_five_times(lake):
    truth = lake.read("truth_transactions").group_by("typology")
    instances = truth.aggregate([("pattern_id", "count_distinct")]).to_pylist()
    counts = {row["typology"]: row["pattern_id_count_distinct"] for row in instances}
    assert set(counts) == set(TYPOLOGIES)
    assert min(counts.values()) >= 5


def test_no_single_feature_separates_mules_from_hard_innocents(lake, rows):
    truth = lake.read("truth_accounts")
    hard = truth.filter(truth["is_hard_innocent"])["account_id"].to_pylist()
    areas = single_features(rows, NAMES, np.isin(rows.account_id.astype(str), hard))
    assert max(areas.values()) < 0.85


def test_features_together_find_mules_that_rules_do_not(rows):
    found = found_in_top(rows, out_of_sample(rows))
    assert found > 1.4 * found_in_top(rows, rules(rows.values, NAMES))


def test_without_laundering_nothing_is_learnt(lake):
    instants = [microseconds(as_of) for as_of in AS_OFS]
    free = labelled(lake, laundering_free(lake, instants, FEATURES))
    area = roc_auc_score(free.label, out_of_sample(free))
    # Rows of one mule resemble each other, so the standard error counts mules, not rows.
    mules = len(set(free.account_id[free.label == 1]))
    assert abs(area - 0.5) < 3 * np.sqrt(1 / (12 * mules))


def test_laundering_uses_no_channel_institution_or_delay_of_its_own(lake):
    transactions = lake.read("transactions")
    truth = lake.read("truth_transactions")["transaction_id"].combine_chunks()
    launders = pc.is_in(transactions["transaction_id"], value_set=truth)
    crime, life = transactions.filter(launders), transactions.filter(pc.invert(launders))
    for name in ("channel", "payer_institution", "payee_institution", "payee_country", "status"):
        assert set(crime[name].unique().to_pylist()) <= set(life[name].unique().to_pylist())
    late = [_late(part) for part in (crime, life)]
    assert late[0] == pytest.approx(late[1], abs=0.02)
    assert pc.max(crime["reference_minor"]).as_py() < pc.max(life["reference_minor"]).as_py()


def _late(rows):
    delay = pc.subtract(rows["known_at"].cast("int64"), rows["happened_at"].cast("int64"))
    return np.mean(delay.to_numpy() >= 60_000_000)
