"""A report as it might be: an account that received from many and passed it on within hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from features.catalogue import BY_NAME, CATALOGUE
from features.typologies import TYPOLOGIES
from models.counterfactual import Change, Counterfactual
from models.peers import AGE_BANDS, Peers, Place
from models.suggestion import RELEASE_TEST, Because, Suggestion
from serving.reports.document import (
    Account,
    Judgement,
    ReportDocument,
    RoleIfMule,
    ShownDetail,
    ShownReason,
    Step,
    Versions,
)
from serving.reports.flow import Day, Flow
from serving.reports.identifiers import Identifiers, Shared
from serving.reports.parties import Parties, Party, Side
from serving.reports.payments import Payment

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
YOUNG = Peers("bank", AGE_BANDS[1], "TH")


def report_document() -> ReportDocument:
    """Make one of everything that a report can show."""
    return ReportDocument(
        account=Account("TH-0042-7719", "Bank 3", "bank", datetime(2025, 2, 11, tzinfo=UTC)),
        as_of=AS_OF,
        cautions=(),
        loss=None,
        is_probable_victim=False,
        known_mule=False,
        outcomes=(),
        judgement=Judgement(
            raw=0.07,
            base=-5.2,
            raised=5.96,
            lowered=-0.69,
            probability=0.31,
            probability_low=0.18,
            probability_high=0.48,
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
            release_test=RELEASE_TEST["hold_amount"],
            second_person_required=False,
            because=(because := Because("critical", 13_000_000, 12_050_000, "THB")),
            why=because.words(),
        ),
        role_if_mule=RoleIfMule({"collector": 0.54, "relay": 0.31, "cash_out": 0.15}),
        reasons=(
            reason("F1", "share_out_24h_30d", 0.97, 0.08, 2.31, (2, 3, 4)),
            reason("F2", "payer_count_7d", 23.0, 2.0, 1.44, (1, 3), 23),
            reason("F3", "new_payee_share_7d", 0.9, 0.1, 0.92, (2,)),
            reason("A1", "salary_share_90d", 0.04, 0.6, -0.48, (1,)),
            reason("A2", "age_days", 110.0, 1020.0, -0.21, ()),
        ),
        counterfactual=Counterfactual(
            sentence="",
            typologies=("rapid movement",),
            changes=(
                change("share_out_24h_30d", 0.97, 0.08),
                change("share_out_1h_30d", 0.9, 0.1),
            ),
            raw_score=-2.5,
            band="high",
        ),
        steps=steps(-5.2, ("rapid movement", 2.31), ("fan-in", 1.44), ("ordinary life", -0.48)),
        payments=tuple(_payment(row) for row in range(1, 5)),
        visible_payments=61,
        first_payment_at=datetime(2025, 2, 14, tzinfo=UTC),
        parties=Parties(
            Side(tuple(party(n, 900_000 // (n + 1)) for n in range(6)), 17, 40, 320_000),
            Side((party(7, 2_000_000), Party("", "", "", ("crypto",), 9, 700_000, 0))),
        ),
        flow=Flow("THB", tuple(_day(day) for day in range(90))),
        identifiers=Identifiers(
            known=(("device", 2), ("phone", 1)),
            missing=("ip", "email", "address"),
            shared=(Shared("device", "dev-81", 12, ("TH-0017-0003", "TH-0017-0009")),),
        ),
        versions=Versions(
            assessment_id="a" * 32,
            software="mulerisk 0.1.0",
            model="3",
            bundle="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            card="d" * 64,
            catalogue="c" * 64,
            ledger="bank",
            ledger_digest="",
            recorded_seq=982_114,
        ),
    )


def with_every_typology(document: ReportDocument) -> ReportDocument:
    """Give a report a reason for and one against of each behaviour, with all its features."""
    reasons = []
    for key, sign in (("F", 1.0), ("A", -1.0)):
        for number, typology in enumerate(TYPOLOGIES, start=1):
            members = [feature for feature in CATALOGUE if feature.typology == typology]
            typical = 3.0 if (members[0].direction == "lowers") == (sign > 0) else 0.2
            details = tuple(detail(each.name, 0.7, typical, sign) for each in members)
            reasons.append(
                ShownReason(f"{key}{number}", typology, sign, details, 0.0, False, (), 0)
            )
    return replace(document, reasons=tuple(reasons))


def detail(name, value, typical, contribution, evidence=0) -> ShownDetail:
    """Make a fact that stands above most of the account's peers."""
    place = Place(YOUNG, 812, 775, 98.0, 1.0)
    return ShownDetail(name, value, typical, place, contribution, evidence)


def reason(key, name, value, typical, contribution, rows, count=None) -> ShownReason:
    """Make a reason with one fact; others add 0.25 to it."""
    evidence = count or len(rows)
    details = (detail(name, value, typical, contribution - 0.25, evidence),)
    typology = BY_NAME[name].typology
    return ShownReason(key, typology, contribution, details, 0.25, key == "A2", rows, evidence)


def change(name, value, typical) -> Change:
    """Make a change of one feature."""
    feature = BY_NAME[name]
    return Change(name, feature.typology, feature.unit, value, typical, "")


def steps(base, *contributions) -> tuple[Step, ...]:
    """Lead from the base over some behaviours, and 19 others together."""
    made = []
    for name, contribution in contributions:
        made.append(Step(name, "", 0, base, base + contribution))
        base += contribution
    return (*made, Step("", "", 19, base, base + 2.0))


def party(number, amount) -> Party:
    """Make a counterparty; the ledger knows the kind of every other one."""
    kind = ("bank", "", "e_wallet", "", "crypto_wallet", "")[number % 6]
    name = f"TH-0017-{number:04}"
    return Party(
        name, kind, "Bank 9", ("instant",), number + 1, amount, amount if number == 1 else 0
    )


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
