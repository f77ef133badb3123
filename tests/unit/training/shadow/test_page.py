"""The page tells what differs, and names nobody."""

import re
from datetime import timedelta

import pytest

from ledger.view import LakeView
from tests.bank import AS_OF, CLEARED, FOUND, MULE, PERSON, SHOP
from training.shadow.page import page
from training.shadow.shadowed import NothingCompared, Question, shadowed

QUESTION = Question("bank", "THB", AS_OF, AS_OF + timedelta(hours=1))


@pytest.fixture
def told(bank, both, answers):
    """Tell what is found of some records."""

    def told(records, made=None):
        found = answers(records)
        made = made or {both.champion.versions.bundle: len(records)}
        return shadowed(QUESTION, both, found, made, LakeView(bank[0], AS_OF))

    return told


def test_it_says_how_many_are_in_another_band_and_what_is_known_since(told, ask):
    found = told(ask((FOUND, 1), (CLEARED, 1), (MULE, 0), (SHOP, 0), (FOUND, 0)))
    text = page(found)
    assert f"<h1>{found.verdict}</h1>" in text
    assert "of 4 assessments in another band" in found.verdict
    assert "1 known mules" in text
    assert "legitimate or victims" in text
    assert any(line.startswith("mules since: 1;") for line in found.lines())
    assert not set(re.findall(r"[\w-]+", text)) & {FOUND, CLEARED, MULE, SHOP, PERSON}
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_where_nothing_is_known_since_no_table_pretends_it(told, ask):
    text = page(told(ask((MULE, 0), (SHOP, 0))))
    assert "No outcome of these accounts has become known since." in text
    assert "legitimate or victims" not in text


def test_every_record_is_accounted_for(told, both, ask):
    made = {both.champion.versions.bundle: 5, "b" * 64: 7}
    found = told(ask((MULE, 0), (SHOP, 0), (FOUND, 0)), made)
    assert found.left_out == {
        "known mules": 1, "made with another bundle": 7,
        "not read: recorded late, or since it was told to end": 2,
    }  # fmt: skip
    with pytest.raises(NothingCompared, match=r"1 known mules, 7 made with another bundle"):
        told(ask((FOUND, 0)), {both.champion.versions.bundle: 1, "b" * 64: 7})
