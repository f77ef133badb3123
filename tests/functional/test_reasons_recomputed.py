"""Every reason of many assessments, computed again from the transactions that it lists alone."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from features.catalogue import BY_NAME, NAMES
from features.compute import compute
from features.selectors import nothing
from ledger.lake import open_lake
from ledger.view import MICROSECOND, LakeView
from models.assess import assess
from models.assessment import Assessment, Terms
from models.bundle import load_bundle
from models.signature import read_public_key

ASSESSMENTS = 200


@pytest.fixture(scope="module")
def view(pipeline):
    lake = open_lake(pipeline.ledger)
    return LakeView(lake, pc.max(lake.read("transactions", ["known_at"])[0]).as_py() + MICROSECOND)


@pytest.fixture(scope="module")
def assessed(view, champion):
    """The riskiest and the least risky accounts, and some between them."""
    scorer = load_bundle(champion.bundle, read_public_key(champion.public_key))
    table = compute(view.transactions(), view.accounts(), [view.as_of])
    order = np.argsort(scorer.raw(table.values))
    chosen = order[np.linspace(0, len(order) - 1, ASSESSMENTS).astype(int)]
    return assess(view, scorer, table.account_id[chosen].tolist(), Terms("THB", top=50))


def recomputed(view, account_id):
    """Make a function from transaction ids to the features that these alone give."""
    transactions, account = view.transactions([account_id]), view.accounts([account_id])
    long_ago = pa.array([view.as_of - timedelta(days=1000)], pa.timestamp("us", tz="UTC"))
    old = transactions.slice(0, 1)
    for column in ("happened_at", "known_at"):
        old = old.set_column(old.column_names.index(column), column, long_ago)
    # An account without any transaction has no features, so none in any window stands for none.
    known = {(): compute(old, account, [view.as_of]).values[0]}

    def values(ids):
        if ids not in known:
            cited = pc.is_in(transactions["transaction_id"], value_set=pa.array(ids))
            kept = transactions.filter(cited)
            assert len(kept) == len(ids)
            known[ids] = compute(kept, account, [view.as_of]).values[0]
        return known[ids]

    return values


def test_every_reason_follows_from_its_transactions_alone(view, assessed):
    checked = Counter()
    for assessment in assessed:
        assert isinstance(assessment, Assessment)
        values = recomputed(view, assessment.account_id)
        for detail in (detail for reason in assessment.reasons for detail in reason.details):
            feature = BY_NAME[detail.feature]
            if feature.evidence is nothing:
                continue
            again = values(detail.transaction_ids)[NAMES.index(detail.feature)]
            assert np.array_equal(detail.value, again, equal_nan=True), detail.feature
            checked[detail.feature] += 1
    assert len(assessed) == ASSESSMENTS
    assert sum(checked.values()) > 10 * ASSESSMENTS
    assert len(checked) > 0.7 * len(NAMES)


def test_only_the_age_of_an_account_comes_from_no_transaction():
    assert [name for name in NAMES if BY_NAME[name].evidence is nothing] == ["age_days"]
