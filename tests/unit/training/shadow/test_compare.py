"""Figures of few answers."""

from ledger.view import LakeView
from tests.bank import AS_OF, SHOP
from training.shadow.compare import compare


def test_one_assessment_has_no_order_and_is_told_all_the_same(answers, bank, both, ask):
    found = compare(answers(ask((SHOP, 0))), both, LakeView(bank[0], AS_OF))
    assert found.rank_correlation is None
    assert (found.assessments, found.in_higher, found.in_lower) == (1, 1, 0)
    assert found.bands["low"]["high"] == 1
