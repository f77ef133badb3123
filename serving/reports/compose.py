"""From an assessment and the ledger it was made on to the report's document."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.view import LedgerView
from models.assessment import Assessment
from models.bands import BANDS
from models.facts import Facts
from models.manifest import Lineage
from models.reasons import LEAST, Detail, Reason, moved
from models.scorer import Scorer
from serving.cautions import Caution, cautions
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
from serving.reports.flow import flow
from serving.reports.identifiers import identifiers
from serving.reports.parties import parties
from serving.reports.payments import largest, own_side, payments, under_complaint

ROWS_PER_REASON = 12
"""A reason shows at most so many of its transactions: a shop's may rest on thousands."""
_DETAILS = 3
"""A reason shows at most so many of its details: some behaviours are measured in sixteen ways."""
_OWN_STEPS = 10
"""So many behaviours have a step of their own, if they move the score; the others share one."""


@dataclass(frozen=True)
class Origin:
    """Where facts and model come from, as far as an assessment does not say.

    Attributes
    ----------
    ledger : str
        Its name.
    digest : str
        Hash over everything it holds; empty where the ledger is a store, which grows.
    currency : str
        ISO 4217 code of its reference currency.
    horizon_days : int
        How far ahead the model's probability looks.
    cautions : tuple of Caution
        What to know of the instant asked about.
    assessment_id : str
        Under which the assessment is on record.
    """

    ledger: str
    digest: str
    currency: str
    horizon_days: int
    cautions: tuple[Caution, ...] = ()
    assessment_id: str = ""


def origin_of(
    ledger: str, digest: str, currency: str, view: LedgerView, lineage: Lineage
) -> Origin:
    """Say where facts and model come from, and what to know of the instant asked about."""
    learnt_until = datetime.fromisoformat(lineage.learnt_until)
    return Origin(
        ledger,
        digest,
        currency,
        int(lineage.parameters["labels"]["horizon_days"]),
        tuple(cautions(view.as_of, view.last_learnt(), learnt_until)),
    )


def compose(
    assessment: Assessment, view: LedgerView, scorer: Scorer, origin: Origin
) -> ReportDocument:
    """Put together all that a person needs to judge one account.

    Parameters
    ----------
    assessment : Assessment
        Made with reasons and counterfactual, by `scorer` on `view`.
    """
    facts = Facts.read(view, [assessment.account_id])
    own = own_side(view.transactions([assessment.account_id]), assessment.account_id)
    keys = dict(zip(_keys(assessment.reasons), assessment.reasons, strict=True))
    shown = {key: _shown(reason, own, facts.complained) for key, reason in keys.items()}
    rows = payments(own, facts.complained, shown)
    row_of = {payment.transaction_id: payment.row for payment in rows}
    return ReportDocument(
        account=_account(facts.accounts),
        as_of=assessment.as_of,
        cautions=origin.cautions,
        loss=assessment.loss,
        is_probable_victim=assessment.is_probable_victim,
        known_mule=assessment.known_mule,
        outcomes=assessment.outcomes,
        judgement=_judgement(assessment, scorer, origin.horizon_days),
        suggestion=assessment.suggestion,
        role_if_mule=RoleIfMule(told) if (told := assessment.role_if_mule) else None,
        reasons=tuple(
            _reason(key, reason, sorted(row_of[id_] for id_ in shown[key]))
            for key, reason in keys.items()
        ),
        counterfactual=assessment.counterfactual,
        steps=_steps(assessment, {reason.typology: key for key, reason in keys.items()}),
        payments=rows,
        visible_payments=len(own),
        first_payment_at=pc.min(own["happened_at"]).as_py(),
        parties=parties(own, facts.complained, view.as_of, view),
        flow=flow(own, facts.complained, view.as_of, origin.currency),
        identifiers=identifiers(view, assessment.account_id),
        versions=_versions(assessment, origin),
        network_as_of=assessment.network_as_of,
    )


def _keys(reasons: Iterable[Reason]) -> list[str]:
    counts = {"for": 0, "against": 0}
    keys = []
    for reason in reasons:
        counts[reason.towards] += 1
        keys.append(f"{reason.towards[0].upper()}{counts[reason.towards]}")
    return keys


def _shown(reason: Reason, own: pa.Table, complained: frozenset[str]) -> list[str]:
    """Choose the transactions that stand for a reason: complained of first, then the largest."""
    ids = pa.array(reason.transaction_ids, pa.string())
    rows = own.filter(pc.is_in(own["transaction_id"], value_set=ids))
    under = under_complaint(rows, complained)
    return [*largest(rows.filter(under)), *largest(rows.filter(pc.invert(under)))][:ROWS_PER_REASON]


def _reason(key: str, reason: Reason, rows: list[int]) -> ShownReason:
    shown = tuple(map(_detail, reason.details[:_DETAILS]))
    return ShownReason(
        key=key,
        typology=reason.typology,
        contribution=reason.contribution,
        details=shown,
        others=reason.contribution - sum(detail.contribution for detail in shown),
        unusual=reason.unusual,
        rows=tuple(rows),
        evidence_count=len(reason.transaction_ids),
    )


def _detail(detail: Detail) -> ShownDetail:
    return ShownDetail(
        feature=detail.feature,
        value=detail.value,
        typical=detail.typical,
        place=detail.place,
        contribution=detail.contribution,
        evidence_count=len(detail.transaction_ids),
    )


def _account(accounts: pa.Table) -> Account:
    row = accounts.to_pylist()[0]
    return Account(row["account_id"], row["institution"], row["kind"], row["opened_at"])


def _judgement(assessment: Assessment, scorer: Scorer, horizon_days: int) -> Judgement:
    each = [feature.contribution for feature in assessment.features.values()]
    starts = scorer.probability(np.array(astuple(scorer.thresholds)))
    return Judgement(
        raw=assessment.raw_score,
        base=assessment.base,
        raised=sum(contribution for contribution in each if contribution > 0),
        lowered=sum(contribution for contribution in each if contribution < 0),
        probability=assessment.probability,
        probability_low=assessment.probability_low,
        probability_high=assessment.probability_high,
        band=assessment.band,
        thresholds=tuple(zip(BANDS, (0.0, *starts.tolist()), strict=True)),
        horizon_days=horizon_days,
    )


def _steps(assessment: Assessment, key_of: Mapping[str, str]) -> tuple[Step, ...]:
    """Lead from the base value to the raw score, the largest contribution first."""
    sums = moved(np.array([shown.contribution for shown in assessment.features.values()]))
    names = sorted(sums, key=lambda name: (-abs(sums[name]), name))
    names = [name for name in names if sums[name]]
    own = [name for name in names[:_OWN_STEPS] if abs(sums[name]) >= LEAST]
    named = [(name, key_of.get(name, ""), 0) for name in own]
    ends = [assessment.base]
    for name in own:
        ends.append(ends[-1] + sums[name])
    others = len(names) - len(own)
    if others:
        named.append(("", "", others))
        ends.append(assessment.raw_score)
    return tuple(
        Step(*who, start, end) for who, start, end in zip(named, ends, ends[1:], strict=False)
    )


def _versions(assessment: Assessment, origin: Origin) -> Versions:
    return Versions(
        assessment_id=origin.assessment_id,
        software=f"mulerisk {version('mulerisk')}",
        model=assessment.versions.model,
        bundle=assessment.versions.bundle,
        card=assessment.versions.card,
        catalogue=assessment.versions.catalogue,
        ledger=origin.ledger,
        ledger_digest=origin.digest,
        recorded_seq=assessment.recorded_seq,
    )
