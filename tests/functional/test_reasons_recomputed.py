"""Every reason of many assessments, computed again from the transactions that it lists alone."""

from collections import Counter

import numpy as np
import pyarrow.compute as pc
import pytest

from features.catalogue import ACCOUNT_NAMES
from features.compute import compute
from features.network.join import with_snapshots
from features.recompute import FROM_TRANSACTIONS, Recomputation
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
    own = compute(view.transactions(), view.accounts(), [view.as_of])
    table = with_snapshots(own, [])
    order = np.argsort(scorer.raw(table.values))
    chosen = order[np.linspace(0, len(order) - 1, ASSESSMENTS).astype(int)]
    return assess(view, scorer, table.account_id[chosen].tolist(), Terms("THB", top=50))


def test_every_reason_follows_from_its_transactions_alone(view, assessed):
    checked = Counter()
    for assessment in assessed:
        assert isinstance(assessment, Assessment)
        account = [assessment.account_id]
        again = Recomputation(view.transactions(account), view.accounts(account), view.as_of)
        for detail in (detail for reason in assessment.reasons for detail in reason.details):
            if detail.feature not in FROM_TRANSACTIONS:
                continue
            value = again.value(detail.feature, detail.transaction_ids)
            assert np.array_equal(detail.value, value, equal_nan=True), detail.feature
            checked[detail.feature] += 1
    assert len(assessed) == ASSESSMENTS
    assert sum(checked.values()) > 10 * ASSESSMENTS
    # The small model has not learnt from every feature.
    assert len(checked) > 50


def test_only_the_ages_of_an_account_come_from_no_transaction():
    assert set(ACCOUNT_NAMES) - FROM_TRANSACTIONS == {"age_days", "business_age_days"}
