"""A report as it might be: an account that received from many and passed it on within hours."""

from datetime import UTC, datetime, timedelta

import pytest

from models.counterfactual import Change, Counterfactual
from models.suggestion import Suggestion
from serving.reports.document import (
    Account,
    Day,
    Flow,
    Judgement,
    Payment,
    ReportDocument,
    ShownDetail,
    ShownReason,
    Step,
)

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def document() -> ReportDocument:
    base, contributions = -5.2, (2.31, 1.44, 0.92, 0.61, -0.48, 0.33, -0.21, 0.35)
    labels = (
        "Share paid out within 24 hours, 30 days", "Payers, 7 days", "Payees new in 7 days, share",
        "Median minutes money stays, 30 days", "Salary share of credits, 90 days",
        "Paid in crypto, share, 30 days", "Age of the account, days", "All 49 other facts",
    )  # fmt: skip
    return ReportDocument(
        account=Account("TH-0042-7719", "Bank 3", "bank", datetime(2025, 2, 11, tzinfo=UTC)),
        as_of=AS_OF,
        cautions=(),
        known_mule=False,
        outcomes=(),
        judgement=Judgement(
            raw=base + sum(contributions),
            base=base,
            raised=5.96,
            lowered=-0.69,
            probability=0.31,
            band="critical",
            thresholds=(("low", 0.0), ("elevated", 0.004), ("high", 0.03), ("critical", 0.12)),
            horizon_days=30,
        ),
        suggestion=Suggestion(
            action="hold_amount",
            amount_minor=12_050_000,
            currency="THB",
            legal_basis="to be named by the person who orders it",
            starts_at=AS_OF,
            expires_at=AS_OF + timedelta(hours=72),
            release_test="Release the amount at once when the complaint is withdrawn.",
            second_person_required=False,
            why="The behaviour is in the high band; a complaint stands.",
        ),
        reasons=(
            _reason("F1", 2.31, "97 % of what came in left again within 24 hours.", (2, 3, 4)),
            _reason("F2", 1.44, "23 payers in 7 days, where 2 are typical.", (1, 3), 23),
            _reason("F3", 0.92, "Nine of ten payees were paid for the first time.", (2,)),
            _reason("A1", -0.48, "A salary makes up 4 % of what came in.", (1,)),
            _reason("A2", -0.21, "The account is 110 days old.", ()),
        ),
        counterfactual=Counterfactual(
            sentence="If the speed at which money leaves were typical, the band would be high.",
            typologies=("rapid movement",),
            changes=(
                Change("f", "rapid movement", "share", 0.97, 0.08, "8 % left; now it is 97 %."),
                Change("g", "rapid movement", "share", 0.9, 0.1, "10 % left; now it is 90 %."),
            ),
            raw_score=-2.5,
            band="high",
        ),
        steps=_steps(base, labels, contributions),
        payments=tuple(_payment(row) for row in range(1, 5)),
        visible_payments=61,
        first_payment_at=datetime(2025, 2, 14, tzinfo=UTC),
        flow=Flow("THB", tuple(_day(day) for day in range(90))),
        versions=(
            ("Software", "mulerisk 0.1.0"),
            ("Model", "3"),
            (
                "Bundle (SHA-256)",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            ("Last transaction recorded", "982,114"),
        ),
    )


def _reason(key, contribution, words, rows, count=None) -> ShownReason:
    evidence = count or len(rows)
    details = (
        ShownDetail(
            "age_days", words, "Higher than 98 of 100 bank accounts.", contribution - 0.25, evidence
        ),
    )
    return ShownReason(
        key, f"Title of {key}", contribution, details, 0.25, key == "A2", rows, evidence
    )


def _steps(base, labels, contributions) -> tuple[Step, ...]:
    ends = [base]
    for contribution in contributions:
        ends.append(ends[-1] + contribution)
    return tuple(map(Step, labels, ends, ends[1:]))


def _payment(row: int) -> Payment:
    return Payment(
        row=row,
        transaction_id=f"tx-{row:06}",
        happened_at=AS_OF - timedelta(hours=30 - row),
        received=row % 2 == 1,
        counterparty=f"TH-0017-{row:04}",
        amount_minor=1_250_000 * row,
        currency="THB",
        channel="cash_deposit" if row == 3 else "instant",
        complained=row == 1,
        cited_by=("F1", "F2") if row > 1 else ("F2", "A1"),
    )


def _day(day: int) -> Day:
    active = day > 80
    received = 3_000_000 + 700_000 * (day % 4) if active else 40_000 * (day % 3)
    return Day(
        starts=AS_OF - timedelta(days=90 - day),
        received_minor=received,
        complained_minor=2_000_000 if day == 86 else 0,
        paid_minor=received - 90_000 if active else 25_000 * (day % 2),
    )
