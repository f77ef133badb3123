"""Questions about accounts: stored ones, and ones that bring their facts along."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.lake import open_lake
from ledger.store import open_store
from ledger.view import MICROSECOND, LakeView
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.signature import read_public_key
from tests.bank import AS_OF, CLEARED, FOUND, MULE, NETWORK_AS_OF, PERSON, SHOP, VICTIM


def score(client, **body):
    answer = client.post("/v1/score", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="session")
def lake(template):
    return open_lake(Path(template["MULERISK_BUNDLE"]).parent / "ledger")


def test_an_answer_is_what_the_models_say_of_the_same_ledger(client, template, lake):
    key = read_public_key(Path(template["MULERISK_PUBLIC_KEY"]))
    scorer = load_bundle(Path(template["MULERISK_BUNDLE"]), key)
    expected = assess(LakeView(lake, AS_OF), scorer, [MULE, SHOP], Terms("THB"))
    answered = score(client, accounts=[MULE, SHOP])
    for account, one in zip(answered["accounts"], expected, strict=True):
        assert account["account_id"] == one.account_id
        assert account["score"] == {"raw": one.raw_score, "unit": "log-odds"}
        assert account["probability"] == one.probability
        assert account["band"] == one.band
        assert account["role_if_mule"] == one.role_if_mule
        assert account["suggestion"]["action"] == one.suggestion.action
        assert account["suggestion"]["amount_minor"] == one.suggestion.amount_minor
        reasons = account["reasons_for"] + account["reasons_against"]
        assert [r["sentence"] for r in reasons] == [r.sentence for r in one.reasons]
        details = [detail for reason in reasons for detail in reason["details"]]
        assert [d["transaction_ids"] for d in details] == [
            list(d.transaction_ids) for r in one.reasons for d in r.details
        ]
    assert answered["versions"]["bundle"] == scorer.versions.bundle
    assert answered["versions"]["recorded_seq"] == lake.last_seq()


def test_a_mule_scores_above_a_person_and_a_shop(client):
    mule, shop, person = score(client, accounts=[MULE, SHOP, PERSON])["accounts"]
    assert mule["score"]["raw"] > max(shop["score"]["raw"], person["score"]["raw"])
    assert mule["band"] in ("high", "critical")
    assert sum(mule["role_if_mule"].values()) == pytest.approx(1)
    assert (person["band"], person["role_if_mule"]) == ("low", None)
    assert mule["suggestion"]["action"] != "none"


def test_a_known_mule_is_told_as_such_and_not_forecast(client):
    found, mule, cleared = score(client, accounts=[FOUND, MULE, CLEARED])["accounts"]
    assert [each["known_mule"] for each in (found, mule, cleared)] == [True, False, False]
    known_at = "2025-05-31T21:00:00Z"
    (told,) = found["outcomes"]
    assert told == {
        "outcome": "complicit_mule", "happened_at": known_at, "known_at": known_at,
        "source": "police", "role": "relay",
    }  # fmt: skip
    assert (found["role_if_mule"], mule["outcomes"]) == (None, [])
    assert [outcome["outcome"] for outcome in cleared["outcomes"]] == ["legitimate"]
    assert mule["suggestion"]["action"] == "freeze_account"
    assert found["suggestion"]["action"] == "hold_amount"
    assert "already known" in found["suggestion"]["why"]


def test_a_probable_victim_and_its_loss_are_told(client):
    victim, mule = score(client, accounts=[VICTIM, MULE])["accounts"]
    assert victim["is_probable_victim"]
    assert victim["loss"]["amount_minor"] == 900_000
    assert victim["loss"]["currency"] == "THB"
    assert victim["loss"]["last_paid_at"].startswith("2025-05-05T")
    assert len(victim["loss"]["transaction_ids"]) == 1
    assert (mule["is_probable_victim"], mule["loss"]) == (False, None)


def test_before_its_outcome_was_known_a_mule_is_forecast(client):
    (found,) = score(client, accounts=[FOUND], as_of="2025-05-31T21:00:00Z")["accounts"]
    assert (found["known_mule"], found["outcomes"]) == (False, [])


def test_reasons_point_the_way_their_list_says_strongest_first(client):
    (mule,) = score(client, accounts=[MULE], most_reasons=3)["accounts"]
    towards = [r["contribution"] for r in mule["reasons_for"]]
    against = [r["contribution"] for r in mule["reasons_against"]]
    assert len(towards) == 3
    assert towards == sorted(towards, reverse=True)
    assert against == sorted(against)
    assert min(towards) > 0 > max(against, default=-1)
    assert all(reason["sentence"].endswith(".") for reason in mule["reasons_for"])


def test_without_reasons_the_score_is_the_same(client):
    with_reasons = score(client, accounts=[MULE])["accounts"][0]
    without = score(client, accounts=[MULE], reasons=False)["accounts"][0]
    assert without["reasons_for"] == without["reasons_against"] == []
    assert without.pop("assessment_id") != with_reasons.pop("assessment_id")
    assert {**with_reasons, "reasons_for": [], "reasons_against": []} == without


def test_the_same_question_is_the_same_assessment_and_another_is_another(client):
    first, again, later = (
        [one["assessment_id"] for one in score(client, accounts=[MULE, SHOP], as_of=at)["accounts"]]
        for at in (AS_OF.isoformat(), AS_OF.isoformat(), (AS_OF + MICROSECOND).isoformat())
    )
    assert first == again
    assert len({*first, *later}) == 4


def test_an_assessment_does_not_depend_on_who_else_is_asked_about(client):
    alone = score(client, accounts=[MULE])["accounts"][0]
    among = score(client, accounts=[PERSON, MULE, SHOP, "supplier", MULE])["accounts"]
    assert among[1] == among[4] == alone


def test_an_answer_that_cannot_be_recorded_is_not_given(writing_client, environment):
    store = open_store(environment["MULERISK_STORE"])
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE assessments")
    store.close()
    answer = writing_client.post("/v1/score", {"accounts": [MULE]})
    assert answer.status_code == 503
    assert MULE not in answer.text


def test_an_unknown_account_and_one_without_history_get_a_problem_each(client):
    early = (AS_OF - timedelta(days=1000)).isoformat()
    known, unknown = score(client, accounts=[MULE, "nobody"], as_of=early)["accounts"]
    assert set(known) == set(unknown) == {"account_id", "problem"}
    assert known["problem"] != unknown["problem"]


def test_accounts_come_back_in_the_order_asked_repeated_if_asked_twice(client):
    asked = [SHOP, "nobody", MULE, SHOP]
    answered = score(client, accounts=asked, reasons=False)["accounts"]
    assert [account["account_id"] for account in answered] == asked
    assert answered[0] == answered[3]


def test_the_present_is_the_clock_at_the_door(client):
    assert score(client, accounts=[MULE]) == score(client, accounts=[MULE], as_of=AS_OF.isoformat())


def test_an_instant_may_be_written_in_any_zone(client):
    there = (AS_OF - timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    here = "2025-06-01T04:00:00.000000+07:00"
    assert score(client, accounts=[MULE], as_of=there) == score(client, accounts=[MULE], as_of=here)


def test_a_thousand_accounts_are_scored_in_one_call(client):
    accounts = [f"person-{number % 60}" for number in range(1000)]
    assert len(score(client, accounts=accounts, reasons=False)["accounts"]) == 1000


def _supplied(lake, account):
    rows = LakeView(lake, AS_OF).transactions([account]).drop_columns(["recorded_seq", "tenant"])
    facts = LakeView(lake, AS_OF).accounts([account]).drop_columns(["recorded_seq"])
    return {"accounts": _plain(facts), "transactions": _plain(rows)}


def _plain(table):
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in table.to_pylist()
    ]


def test_supplied_facts_score_as_the_same_facts_stored(client, lake):
    # No snapshot was known then, and none comes along.
    then = NETWORK_AS_OF.isoformat()
    stored = score(client, accounts=[MULE], as_of=then)["accounts"][0]
    supplied = score(client, **_supplied(lake, MULE), as_of=then)["accounts"][0]
    assert score(client, accounts=[MULE])["accounts"][0]["network_as_of"] == then.replace(
        "+00:00", "Z"
    )
    # Complaints do not come along, so the suggestion rests on behaviour alone.
    assert supplied["suggestion"]["action"] == "monitor"
    assert supplied.pop("assessment_id") != stored.pop("assessment_id")
    assert {**supplied, "suggestion": None} == {**stored, "suggestion": None}


def test_supplied_facts_after_the_instant_asked_about_are_not_seen(client, lake):
    facts = _supplied(lake, MULE)
    before = score(client, **facts, as_of=AS_OF.isoformat())
    later = {**facts["transactions"][-1], "transaction_id": "later"}
    later |= {"happened_at": AS_OF.isoformat(), "known_at": AS_OF.isoformat()}
    facts["transactions"].append(later)
    assert score(client, **facts, as_of=AS_OF.isoformat()) == before
    a_moment_later = (AS_OF + timedelta(microseconds=1)).isoformat()
    assert score(client, **facts, as_of=a_moment_later)["accounts"] != before["accounts"]


def test_supplied_facts_without_known_at_were_known_when_they_happened(client, lake):
    facts = _supplied(lake, MULE)
    with_known = score(client, **facts)
    for row in facts["transactions"]:
        assert row.pop("known_at") == row["happened_at"]
    assert score(client, **facts) == with_known


def test_supplied_facts_are_not_stored(client, lake, template):
    facts = _supplied(lake, MULE)
    facts["accounts"][0]["account_id"] = "only-here"
    facts["transactions"][0] |= {"payer_account": None, "payee_account": "only-here"}
    answered = score(client, **facts)
    assert answered["versions"]["recorded_seq"] == 0
    assert "problem" in score(client, accounts=["only-here"])["accounts"][0]


def test_supplied_facts_keep_their_contract(client, lake):
    facts = _supplied(lake, MULE)
    facts["transactions"][2] |= {"payer_account": "same", "payee_account": "same"}
    facts["transactions"][5]["transaction_id"] = facts["transactions"][4]["transaction_id"]
    answer = client.post("/v1/score", facts)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/transactions/2/payee_account", "/transactions/5/transaction_id"}


def test_the_instant_is_answered_in_utc(client):
    as_of = score(client, accounts=[MULE], as_of="2025-06-01T07:00:00+07:00")["as_of"]
    assert datetime.fromisoformat(as_of) == datetime(2025, 6, 1, tzinfo=UTC)
    assert as_of.endswith("Z")


def test_what_would_change_the_band_is_told_when_asked_for(client):
    plain = score(client, accounts=[MULE])["accounts"][0]
    assert plain["counterfactual"] is None
    mule, person = score(client, accounts=[MULE, PERSON], counterfactuals=True)["accounts"]
    found = mule["counterfactual"]
    assert found["sentence"].endswith(".")
    assert (found["band"] == "critical") == (found["typologies"] == [])
    assert {change["typology"] for change in found["changes"]} == set(found["typologies"])
    assert person["counterfactual"] is None
    assert mule.pop("assessment_id") != plain.pop("assessment_id")
    assert {**mule, "counterfactual": None} == plain
