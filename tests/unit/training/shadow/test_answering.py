"""Both models answer what the champion was asked, with the features that it saw."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ledger.view import microseconds
from tests.bank import AS_OF, FOUND, MULE, PERSON, SHOP


def test_each_assessment_is_answered_as_it_was_then(answers, ask):
    records = ask((MULE, 0), (SHOP, 0), (MULE, 9))
    found = answers(records)
    told = sorted(zip(found.account_id, found.as_of, found.champion, strict=True))
    assert told == sorted(
        (each.account_id, microseconds(each.as_of), each.raw_score) for each in records
    )
    assert np.array_equal(found.champion, found.challenger)
    assert found.first() == {
        MULE: microseconds(AS_OF - timedelta(days=9)), SHOP: microseconds(AS_OF),
    }  # fmt: skip


def test_the_same_question_asked_twice_counts_twice(answers, ask):
    records = [*ask((MULE, 0)), *ask((MULE, 0), counterfactuals=True)]
    assert len({record.assessment_id for record in records}) == 2
    assert len(answers(records)) == 2


def test_what_cannot_be_asked_again_is_left_out_by_its_reason(answers, ask):
    mule, shop, person, known = ask((MULE, 0), (SHOP, 0), (PERSON, 0), (FOUND, 0))
    records = [
        mule,
        replace(shop, raw_score=shop.raw_score + 1e-12),
        replace(person, account_id="gone"),
        replace(person, source="supplied"),
        known,
    ]
    found = answers(records)
    assert list(found.account_id) == [MULE]
    assert found.left_out == {
        "known mules": 1,
        "do not come out again as they were served": 2,
        "facts came with the request and were not kept": 1,
    }
    nothing = answers(records[1:])
    assert (len(nothing), nothing.left_out) == (0, found.left_out)
    together = nothing.and_also(found)
    assert (len(together), sum(together.left_out.values())) == (1, 8)


def test_of_an_account_the_last_assessment_in_another_band_is_explained(answers, both, ask):
    late, early = ask((SHOP, 0), (SHOP, 9))
    batches = [answers([each]) for each in (late, early)]
    for first, second in (batches, batches[::-1]):
        (changed,) = first.and_also(second).changed.values()
        assert changed.as_of == microseconds(AS_OF)
        assert changed.bands == ("low", "high")
        assert sum(changed.moved[0].values()) + both.champion.base == pytest.approx(late.raw_score)
