"""A report must be checkable by the person who reads it: every number adds up and is cited."""

import pytest

from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.language import ENGLISH
from models.signature import read_public_key
from serving.reports.compose import ROWS_PER_REASON, Origin, compose
from serving.reports.page import page as page_in
from serving.reports.record import record
from tests.bank import AS_OF, MULE, PERSON, SHOP, VICTIM, make_bank, make_champion


def page(report):
    return page_in(report, ENGLISH)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    lake = make_bank(folder / "ledger")
    bundle, key = make_champion(folder, lake)
    return LakeView(lake, AS_OF), load_bundle(bundle, read_public_key(key))


def _report(bank, account_id):
    view, scorer = bank
    (assessment,) = assess(view, scorer, [account_id], Terms("THB"))
    return assessment, compose(assessment, view, scorer, Origin("bank", "d" * 64, "THB", 30))


@pytest.fixture(scope="module", params=[MULE, SHOP, PERSON])
def reported(request, bank):
    return _report(bank, request.param)


def test_the_picture_starts_at_the_average_account_and_ends_at_the_score(reported):
    assessment, report = reported
    steps = report.steps
    assert steps[0].start == assessment.base
    assert [step.start for step in steps[1:]] == [step.end for step in steps[:-1]]
    assert steps[-1].end == pytest.approx(assessment.raw_score)
    judgement = report.judgement
    total = judgement.base + judgement.raised + judgement.lowered
    assert total == pytest.approx(judgement.raw)


def test_every_step_but_the_last_moves_the_score(reported):
    _, report = reported
    own = [step for step in report.steps if step.typology]
    assert own
    assert all(abs(step.contribution) >= 0.009 for step in own)
    assert len(report.steps) - len(own) <= 1


def test_every_transaction_that_a_reason_cites_stands_in_the_table(reported):
    assessment, report = reported
    listed = {payment.row: payment for payment in report.payments}
    for shown, reason in zip(report.reasons, assessment.reasons, strict=True):
        cited = [listed[row] for row in shown.rows]
        assert {payment.transaction_id for payment in cited} <= set(reason.transaction_ids)
        assert all(shown.key in payment.cited_by for payment in cited)
        assert len(cited) == min(len(reason.transaction_ids), ROWS_PER_REASON)
        assert shown.evidence_count == len(reason.transaction_ids)


def test_reasons_for_stand_apart_from_reasons_against_the_strongest_first(reported):
    _, report = reported
    weights = [reason.contribution for reason in report.reasons_for]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert [reason.key for reason in report.reasons_for] == [
        f"F{n + 1}" for n in range(len(weights))
    ]
    assert all(reason.contribution < 0 for reason in report.reasons_against)
    for shown in report.reasons:
        told = [detail.contribution for detail in shown.details]
        assert sum(told) + shown.others == pytest.approx(shown.contribution)
    assert len(report.reasons_for) + len(report.reasons_against) == len(report.reasons)


def test_the_timeline_adds_up_to_what_the_account_received_and_paid(reported, bank):
    assessment, report = reported
    view, _ = bank
    rows = view.transactions([assessment.account_id]).to_pylist()
    recent = [row for row in rows if row["happened_at"] >= report.flow.days[0].starts]
    for side, total in (("payee", report.flow.received_minor), ("payer", report.flow.paid_minor)):
        own = [row for row in recent if row[f"{side}_account"] == assessment.account_id]
        assert total == sum(row["reference_minor"] for row in own)
    assert len(report.flow.days) == 90


def test_a_complained_of_credit_is_marked_wherever_it_shows(bank):
    _, report = _report(bank, MULE)
    marked = [payment for payment in report.payments if payment.complained]
    assert len(marked) == 1
    assert marked[0].received
    assert report.flow.complained_minor == marked[0].amount_minor
    assert "under complaint" in page(report)


def test_a_mule_and_a_shop_read_differently(bank):
    _, mule = _report(bank, MULE)
    _, shop = _report(bank, SHOP)
    assert mule.judgement.band == "critical"
    assert mule.suggestion.action == "freeze_account"
    assert shop.judgement.band == "low"
    assert shop.suggestion.action == "none"
    assert shop.visible_payments > 1000
    assert len(page(shop).encode()) < 1_000_000


def test_a_victim_is_told_as_one_and_its_payment_stands_in_the_table(bank):
    _, report = _report(bank, VICTIM)
    assert report.is_probable_victim
    listed = {payment.transaction_id for payment in report.payments if payment.complained}
    assert listed == set(report.loss.transaction_ids)
    told = record(report, ENGLISH)["loss"]
    assert told["amount_minor"] == 900_000
    assert told["sentence"].startswith("Complaints stand about 9,000.00 THB that this account paid")
    assert "<h3>Probably a victim</h3>" in page(report)
    assert _report(bank, PERSON)[1].loss is None


def test_the_report_knows_nothing_of_later(bank, tmp_path):
    view, scorer = bank
    (assessment,) = assess(view, scorer, [MULE], Terms("THB"))
    report = compose(assessment, view, scorer, Origin("bank", "d" * 64, "THB", 30))
    assert all(payment.happened_at < AS_OF for payment in report.payments)
    assert page(report) == page(_report(bank, MULE)[1])
