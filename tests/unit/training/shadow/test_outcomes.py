"""Outcomes that became known since count; those that were known before do not."""

from datetime import timedelta

from ledger.view import LakeView
from tests.bank import AS_OF, CLEARED, FOUND, MULE
from training.shadow.alerts import alerted
from training.shadow.outcomes import since_known


def test_outcomes_count_that_became_known_after_the_assessment(answers, bank, both, ask):
    lake, _ = bank
    now = LakeView(lake, AS_OF)
    found = answers(ask((FOUND, 1), (CLEARED, 1), (MULE, 1)))
    mules, cleared = since_known(found.first(), alerted(found, both), now)
    assert (mules.accounts, mules.by_thresholds) == (1, 1)
    assert (cleared.accounts, cleared.by_thresholds) == (1, 1)
    # Nothing of it is known to who stands before; and what was known before is no news.
    before = LakeView(lake, AS_OF - timedelta(hours=4))
    assert [each.accounts for each in since_known(found.first(), alerted(found, both), before)] == (
        [0, 0]
    )
    known_then = answers(ask((CLEARED, 0)))
    _, none = since_known(known_then.first(), alerted(known_then, both), now)
    assert none.accounts == 0
