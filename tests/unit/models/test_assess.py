import json
import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from features.catalogue import NAMES
from features.compute import compute
from features.network.join import with_snapshots
from ledger.lake import Lake, append
from ledger.schema import MULE_OUTCOMES, ROLES
from ledger.view import LakeView
from models.assess import assess
from models.assessment import Assessment, NotAssessable, Terms
from models.bands import BANDS, Thresholds
from models.loss import Loss
from models.roles import RoleModel
from tests.property.drawn_models import learnt_roles, scorer_of
from tests.property.drawn_money import (
    AS_OF,
    account,
    account_table,
    complaint,
    complaint_table,
    label_table,
    movement,
    outcome,
    transaction_table,
)

TERMS = Terms("THB")
LOST = Loss(50, "THB", AS_OF - timedelta(hours=3), ("x",))


@pytest.fixture(scope="module")
def scorer():
    return scorer_of(names=NAMES)


@pytest.fixture
def tables():
    draw = random.Random(4)
    rows = [
        movement(
            f"t{i:03}", draw.randrange(1, 2000), draw.choice([-1, 1]) * draw.randrange(1, 9999)
        )
        for i in range(80)
    ]
    rows.append(movement("v", 0.5, 7777))
    rows.append(movement("later", -1, 5))
    rows.append(movement("x", 3, 50, payee_account="pol", payer_account="mia"))
    return {
        "transactions": transaction_table(rows),
        "accounts": account_table([account(), account("pol", "e_wallet"), account("new")]),
        "complaints": complaint_table([complaint("c", "v", 0.25), complaint("d", "later", -2)]),
    }


@pytest.fixture
def view(tables, tmp_path):
    return LakeView(append(Lake(tmp_path / "drawn", "drawn", "THB"), tables), AS_OF)


@pytest.fixture
def assess_labelled(tables, tmp_path, scorer):
    """Assess mia and pol on the ledger with these outcomes."""

    def assessed(*labels):
        lake = Lake(tmp_path / f"{len(list(tmp_path.iterdir()))}", "drawn", "THB")
        lake = append(lake, {**tables, "labels": label_table(labels)})
        return assess(LakeView(lake, AS_OF), scorer, ["mia", "pol"], TERMS)

    return assessed


def test_an_assessment_is_what_features_and_scorer_say(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], TERMS)
    own = compute(view.transactions(["mia"]), view.accounts(["mia"]), [AS_OF])
    table = with_snapshots(own, [])
    raw = scorer.raw(table.values)
    assert assessment.raw_score == raw[0]
    assert assessment.probability == scorer.probability(raw)[0]
    assert assessment.band == scorer.bands(raw)[0]
    assert assessment.as_of == AS_OF
    assert assessment.recorded_seq == view.recorded_seq
    assert assessment.versions == scorer.versions
    assert list(assessment.features) == list(NAMES)
    shown = [compared.value for compared in assessment.features.values()]
    assert np.array_equal(shown, table.values[0], equal_nan=True)


def test_base_and_contributions_add_up_to_the_raw_score(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], TERMS)
    total = assessment.base + sum(f.contribution for f in assessment.features.values())
    assert total == pytest.approx(assessment.raw_score, abs=1e-9)


def test_reasons_cite_visible_transactions_of_the_account(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], TERMS)
    known = set(view.transactions(["mia"])["transaction_id"].to_pylist())
    cited = {key for reason in assessment.reasons for key in reason.transaction_ids}
    assert cited
    assert cited <= known
    assert "later" not in cited


def test_only_visible_complaints_count_towards_the_suggestion(view, scorer):
    [mia, pol] = assess(view, scorer, ["mia", "pol"], TERMS)
    assert mia.suggestion.amount_minor == 7777
    assert pol.suggestion.amount_minor == 0


@pytest.fixture
def assess_complained(tables, tmp_path, scorer):
    """Assess mia and pol on the ledger with these complaints."""

    def assessed(*complaints, labels=()):
        told = {**tables, "complaints": complaint_table(complaints), "labels": label_table(labels)}
        lake = append(Lake(tmp_path / f"{len(list(tmp_path.iterdir()))}", "drawn", "THB"), told)
        return assess(LakeView(lake, AS_OF), scorer, ["mia", "pol"], TERMS)

    return assessed


def test_who_paid_under_complaint_is_probably_a_victim_and_the_payee_is_not(assess_complained):
    mia, pol = assess_complained(complaint("c", "x"))
    assert (mia.loss, mia.is_probable_victim) == (LOST, True)
    assert (pol.loss, pol.is_probable_victim) == (None, False)
    assert pol.suggestion.amount_minor == 50


def test_a_complaint_of_a_later_time_tells_no_victim(assess_complained):
    mia, _ = assess_complained(complaint("c", "x", hours=-1))
    assert (mia.loss, mia.is_probable_victim) == (None, False)


def test_who_also_received_under_complaint_has_a_loss_and_is_not_taken_for_a_victim(
    assess_complained,
):
    mia, _ = assess_complained(complaint("c", "x"), complaint("d", "v"))
    assert (mia.loss, mia.is_probable_victim) == (LOST, False)
    assert mia.suggestion.amount_minor == 7777


def test_a_known_mule_with_a_loss_is_not_taken_for_a_victim(assess_complained):
    found = outcome("mia", "unwitting_mule", hours=3)
    mia, _ = assess_complained(complaint("c", "x"), labels=[found])
    assert (mia.loss, mia.is_probable_victim) == (LOST, False)


def test_neither_score_nor_suggestion_rests_on_a_loss(assess_complained):
    [before, _], [after, _] = assess_complained(), assess_complained(complaint("c", "x"))
    assert after.is_probable_victim
    untold = {"loss": None, "is_probable_victim": False, "inputs": "", "recorded_seq": 0}
    assert replace(before, **untold).to_dict() == replace(after, **untold).to_dict()


def test_accounts_are_assessed_alike_alone_and_together_in_the_order_asked(view, scorer):
    together = assess(view, scorer, ["pol", "new", "mia", "nobody", "mia"], TERMS)
    alone = [
        assess(view, scorer, [key], TERMS)[0] for key in ("pol", "new", "mia", "nobody", "mia")
    ]
    assert [a.to_dict() for a in together] == [a.to_dict() for a in alone]


def test_an_account_that_cannot_be_assessed_does_not_stop_the_others(view, scorer):
    new, nobody, mia = assess(view, scorer, ["new", "nobody", "mia"], TERMS)
    assert new == NotAssessable("new", "no transaction of it is known as of this instant")
    assert nobody == NotAssessable("nobody", "the ledger knows no such account")
    assert isinstance(mia, Assessment)


def test_outcomes_known_by_then_are_told_in_the_order_they_were_learnt(assess_labelled):
    mia, pol = assess_labelled(
        outcome("mia", "legitimate", hours=3),
        outcome("mia", "undetermined", hours=9),
        outcome("pol", "unwitting_mule", hours=-1),
    )
    assert [each.outcome for each in mia.outcomes] == ["undetermined", "legitimate"]
    assert not mia.known_mule
    assert (pol.outcomes, pol.known_mule) == ((), False)


@pytest.mark.parametrize("found", MULE_OUTCOMES)
def test_of_a_known_mule_only_the_linked_money_is_suggested_about(assess_labelled, found):
    mia, pol = assess_labelled(outcome("mia", found, hours=3), outcome("pol", found, hours=3))
    assert mia.known_mule
    assert (mia.suggestion.action, mia.suggestion.amount_minor) == ("hold_amount", 7777)
    assert pol.suggestion.action == "none"
    assert all("already known" in each.suggestion.why for each in (mia, pol))
    assert not any("band" in each.suggestion.why for each in (mia, pol))


def test_the_score_does_not_rest_on_outcomes(assess_labelled):
    before = assess_labelled()[0].to_dict()
    after = assess_labelled(outcome("mia", "complicit_mule", hours=3))[0].to_dict()
    for told in ("raw_score", "probability", "band", "features", "reasons"):
        assert before[told] == after[told]


def test_without_reasons_there_are_no_contributions(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], TERMS, reasons=False)
    assert assessment.reasons == ()
    assert all(np.isnan(f.contribution) for f in assessment.features.values())
    assert assessment.suggestion == assess(view, scorer, ["mia"], TERMS)[0].suggestion


def test_an_assessment_is_json_with_null_for_missing(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], TERMS)
    fields = json.loads(json.dumps(assessment.to_dict(), allow_nan=False))
    assert fields["features"]["age_days"]["value"] is None
    assert fields["as_of"] == "2025-06-01T00:00:00Z"
    assert fields["reasons"][0]["towards"] == "for"
    assert fields["reasons"][0]["details"][0]["sentence"]
    assert fields["suggestion"]["currency"] == "THB"
    assert fields["versions"] == {
        "model": "7", "bundle": "bundle-hash", "catalogue": "catalogue-hash", "card": "",
    }  # fmt: skip


def test_the_number_of_reasons_is_the_terms(view, scorer):
    [assessment] = assess(view, scorer, ["mia"], Terms("THB", top=1))
    assert [reason.towards for reason in assessment.reasons] == ["for", "against"]


def test_nothing_asked_is_nothing_answered(view, scorer):
    assert assess(view, scorer, [], TERMS) == []


def test_what_would_leave_the_band_is_looked_for_when_asked(view, scorer):
    low = replace(scorer, thresholds=Thresholds(-50, -40, -30))
    [plain] = assess(view, low, ["mia"], TERMS)
    [asked] = assess(view, low, ["mia"], TERMS, counterfactuals=True)
    assert plain.counterfactual is None
    assert asked.counterfactual.band == "critical"
    assert asked.counterfactual.sentence.startswith("No 3 behaviours or fewer")
    assert replace(asked, counterfactual=None).to_dict() == plain.to_dict()
    json.dumps(asked.to_dict(), allow_nan=False)


def with_roles(scorer):
    return replace(scorer, roles=RoleModel.read(learnt_roles(names=NAMES), NAMES))


@pytest.mark.parametrize("band", BANDS)
def test_a_role_is_told_in_a_band_of_concern_and_changes_nothing_else(view, scorer, band):
    placed = {"low": (99, 99, 99), "elevated": (-99, 99, 99), "high": (-99, -99, 99),
              "critical": (-99, -99, -99)}  # fmt: skip
    scorer = replace(scorer, thresholds=Thresholds(*map(float, placed[band])))
    (plain,) = assess(view, scorer, ["mia"], TERMS, counterfactuals=True)
    (told,) = assess(view, with_roles(scorer), ["mia"], TERMS, counterfactuals=True)
    assert told.band == band
    assert plain.role_if_mule is None
    if band == "low":
        assert told.role_if_mule is None
    else:
        row = np.array([[feature.value for feature in told.features.values()]])
        assert list(told.role_if_mule) == list(ROLES)
        (forecast,) = with_roles(scorer).roles.probabilities(row)
        assert list(told.role_if_mule.values()) == forecast.tolist()
    assert replace(told, role_if_mule=None).to_bytes() == plain.to_bytes()


def test_no_role_is_told_of_a_known_mule_but_what_its_investigation_found(tables, tmp_path, scorer):
    labels = label_table([{**outcome("mia", "complicit_mule", 5), "role": "relay"}])
    lake = append(Lake(tmp_path / "known", "drawn", "THB"), {**tables, "labels": labels})
    scorer = with_roles(replace(scorer, thresholds=Thresholds(-99.0, -99.0, -99.0)))
    mia, pol = assess(LakeView(lake, AS_OF), scorer, ["mia", "pol"], TERMS)
    assert (mia.band, mia.known_mule, mia.role_if_mule) == ("critical", True, None)
    assert [found.role for found in mia.outcomes] == ["relay"]
    assert pol.role_if_mule is not None
