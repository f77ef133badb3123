"""Whom monitoring sees: accounts of a bank, and its assessments again."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.signature import read_public_key
from serving.records import Asked, record_of
from tests.bank import AS_OF, FOUND, MULE, PERSON, SHOP, make_bank, make_champion
from tests.population import LIMITS
from training.monitoring.seen import NothingSeen, seen_at, seen_when_assessed


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    lake = make_bank(folder / "ledger")
    bundle, key = make_champion(folder, lake)
    return lake, load_bundle(bundle, read_public_key(key))


@pytest.fixture
def records(bank):
    """Make assessments of some accounts, each at its own instant."""

    def records(*asked):
        lake, scorer = bank
        made = []
        for account_id, days in asked:
            view = LakeView(lake, AS_OF - timedelta(days=days))
            (found,) = assess(view, scorer, [account_id], Terms("THB"), reasons=False)
            made.append(record_of(found, Asked("lake", "bank", lake.digest, Terms("THB"))))
        return made

    return records


def seen(bank, records, limits=LIMITS):
    lake, scorer = bank
    return seen_when_assessed(
        records, lambda as_of, pin: LakeView(lake, as_of, pin), scorer, limits
    )


def test_all_accounts_are_seen_but_known_mules(bank):
    lake, scorer = bank
    found = seen_at(LakeView(lake, AS_OF), scorer)
    assert found.left_out == {"known mules": 1}
    before = seen_at(LakeView(lake, AS_OF - timedelta(days=1)), scorer)
    assert before.left_out == {}
    assert len(before) == len(found) + 1


def test_assessments_are_seen_as_they_were_served(bank, records):
    made = records((MULE, 0), (SHOP, 0), (PERSON, 9))
    found = seen(bank, made)
    assert sorted(found.raw) == sorted(record.raw_score for record in made)
    assert found.differing == 0
    assert len(set(found.as_of)) == 2


def test_the_last_assessment_of_an_account_counts(bank, records):
    made = records((MULE, 9), (MULE, 0), (SHOP, 0))
    found = seen(bank, made)
    assert sorted(found.raw) == sorted(record.raw_score for record in made[1:])
    assert found.left_out == {"assessed again later": 1}


def test_known_mules_and_facts_that_were_not_kept_are_left_out(bank, records):
    made = [*records((FOUND, 0), (SHOP, 0)), *(
        replace(record, source="supplied") for record in records((PERSON, 0))
    )]  # fmt: skip
    found = seen(bank, made)
    assert len(found) == 1
    assert found.left_out == {
        "known mules": 1, "facts came with the request and were not kept": 1,
    }  # fmt: skip


def test_an_answer_that_comes_out_otherwise_is_counted(bank, records):
    first, second = records((MULE, 0), (SHOP, 0))
    found = seen(bank, [replace(first, raw_score=first.raw_score + 1e-12), second])
    assert (len(found), found.differing) == (2, 1)


def test_an_account_whose_facts_are_gone_comes_out_otherwise(bank, records):
    made = records((MULE, 0), (SHOP, 0))
    found = seen(bank, [replace(made[0], account_id="gone"), made[1]])
    assert (len(found), found.differing) == (1, 1)


def test_of_more_than_are_wanted_the_same_ones_are_drawn_each_time(bank, records):
    made = records(*((f"person-{number}", 0) for number in range(30)))
    drawn = [seen(bank, made, replace(LIMITS, accounts_at_most=12)) for _ in range(2)]
    assert [len(each) for each in drawn] == [12, 12]
    assert np.array_equal(drawn[0].raw, drawn[1].raw)
    assert drawn[0].left_out == {"not drawn": 18}


def test_nothing_to_see_is_refused_with_what_to_do(bank, records):
    lake, scorer = bank
    with pytest.raises(NothingSeen, match="later --as-of"):
        seen_at(LakeView(lake, AS_OF - timedelta(days=999)), scorer)
    with pytest.raises(NothingSeen, match="none was made"):
        seen(bank, [])
    with pytest.raises(NothingSeen, match="1 known mules"):
        seen(bank, records((FOUND, 0)))
