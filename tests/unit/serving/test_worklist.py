import csv
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.view import LakeView
from models.assessment import Terms
from models.bundle import load_bundle
from models.signature import read_public_key
from serving.worklist import COLUMNS, NothingKnown, rank, write_worklist
from tests.bank import AS_OF, CLEARED, FOUND, MULES, PEOPLE, START, make_bank, make_champion

TERMS = Terms("THB")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return make_bank(tmp_path_factory.mktemp("bank") / "ledger")


@pytest.fixture(scope="module")
def scorer(lake):
    bundle, key = make_champion(lake.folder.parent, lake)
    return load_bundle(bundle, read_public_key(key))


@pytest.fixture(scope="module")
def worklist(lake, scorer):
    return rank(LakeView(lake, AS_OF), scorer, TERMS, top=1000)


@pytest.fixture(scope="module")
def ranked(worklist):
    return worklist.ranked


def test_every_account_with_a_transaction_is_ranked_the_riskiest_first(ranked):
    assert len(ranked) == MULES - 1 + 1 + PEOPLE
    order = [(-found.raw_score, found.account_id) for found in ranked]
    assert order == sorted(order)
    unknown = {f"mule-{n}" for n in range(MULES)} - {FOUND}
    assert {found.account_id for found in ranked[: MULES - 1]} == unknown


def test_known_mules_are_left_out_and_counted(worklist, ranked):
    assert worklist.known_mules == 1
    assert FOUND not in {found.account_id for found in ranked}


def test_before_its_outcome_was_known_a_mule_is_ranked(lake, scorer):
    earlier = rank(LakeView(lake, AS_OF - timedelta(hours=3)), scorer, TERMS, top=1000)
    assert earlier.known_mules == 0
    assert FOUND in {found.account_id for found in earlier.ranked}


def test_the_first_are_the_same_however_many_are_asked_for(lake, scorer, ranked):
    three = rank(LakeView(lake, AS_OF), scorer, TERMS, top=3).ranked
    assert [found.to_dict() for found in three] == [found.to_dict() for found in ranked[:3]]


def test_accounts_with_equal_scores_come_by_their_ids(lake, scorer, monkeypatch):
    monkeypatch.setattr(type(scorer), "raw", lambda self, values: values[:, 0] * 0.0)
    monkeypatch.setattr(type(scorer), "shap", lambda self, values, raw: values * 0.0)
    found = rank(LakeView(lake, AS_OF), scorer, TERMS, top=5).ranked
    assert [each.account_id for each in found] == [f"mule-{n}" for n in range(5)]


def test_before_any_history_there_is_nothing_to_rank(lake, scorer):
    with pytest.raises(NothingKnown, match="later --as-of"):
        rank(LakeView(lake, START), scorer, TERMS, top=3)


@pytest.fixture
def lines(lake, ranked, tmp_path):
    ids = [f"{number:032x}" for number in range(len(ranked))]
    write_worklist(tmp_path / "new" / "w.csv", ranked, ids, lake.read("accounts"))
    with (tmp_path / "new" / "w.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_says_who_how_risky_why_and_what_now(lines, ranked):
    first, found = lines[0], ranked[0]
    assert tuple(first) == COLUMNS
    assert first["rank"] == "1"
    assert first["account_id"] == found.account_id
    assert first["institution"] == "Bank 1"
    assert first["band"] == "critical"
    assert float(first["raw_score"]) == pytest.approx(found.raw_score, abs=1e-6)
    assert first["action"] == "freeze_account"
    assert first["reason_1"] == found.reasons[0].sentence
    assert first["bundle"] == found.versions.bundle
    assert first["as_of"] == "2025-06-01T00:00:00+00:00"
    assert [line["assessment"] for line in lines[:2]] == [f"{0:032x}", f"{1:032x}"]


def test_an_amount_is_in_major_units_and_empty_where_none_is_held(lines, ranked):
    held = ranked[0].suggestion
    assert round(float(lines[0]["amount"]) * 100) == held.amount_minor
    assert lines[0]["currency"] == "THB"
    assert (lines[-1]["action"], lines[-1]["amount"], lines[-1]["currency"]) == ("none", "", "")


def test_an_account_that_was_cleared_before_is_ranked_and_says_so(lines):
    assert {line["account_id"]: line["outcome"] for line in lines if line["outcome"]} == {
        CLEARED: "legitimate"
    }


def test_a_probable_victim_is_marked(lake, ranked, tmp_path):
    two = [replace(ranked[0], is_probable_victim=True), ranked[1]]
    write_worklist(tmp_path / "w.csv", two, ["0", "1"], lake.read("accounts"))
    with (tmp_path / "w.csv").open(encoding="utf-8", newline="") as file:
        assert [line["probable_victim"] for line in csv.DictReader(file)] == ["yes", ""]


def test_evidence_counts_each_transaction_once(lines, ranked):
    behind = {id_ for reason in ranked[0].reasons for id_ in reason.transaction_ids}
    assert int(lines[0]["evidence_transactions"]) == len(behind)


def test_a_stranger_cannot_write_a_formula(lake, ranked, tmp_path):
    hostile = '=HYPERLINK("http://x","y")\n\u202eevil'
    accounts = lake.read("accounts").slice(0, 1).to_pylist()
    row = {**accounts[0], "account_id": hostile, "institution": "@SUM(A1)"}
    table = lake.read("accounts").slice(0, 0).from_pylist([row])
    write_worklist(tmp_path / "w.csv", [replace(ranked[0], account_id=hostile)], ["0"], table)
    text = (tmp_path / "w.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 2
    (line,) = csv.DictReader(text.splitlines())
    assert line["account_id"].startswith("'=HYPERLINK")
    assert line["account_id"].endswith("[U+000A][U+202E]evil")
    assert line["institution"] == "'@SUM(A1)"
