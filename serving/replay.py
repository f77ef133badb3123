"""Making an assessment again from its record, and saying whether everything is the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from features.catalogue import CATALOGUE_HASH
from ledger.assessments import AssessmentRecord
from ledger.errors import MuleriskError
from ledger.view import LedgerView
from models.assess import assess
from models.assessment import Assessment, NotAssessable, Terms
from models.bundle import bundles_in
from models.manifest import Lineage
from models.scorer import Scorer
from serving.api.requests import SuppliedQuestion
from serving.api.strict import parse
from serving.problems import Problem
from serving.records import Asked, record_of
from serving.reports.compose import compose, origin_of
from serving.reports.document import ReportDocument
from serving.reports.outputs import OUTPUTS, PAGE, is_notice
from serving.reports.pdf import FontMissing
from serving.supplied import SuppliedView, supplied_view
from serving.wording import counted


class ReplayRefused(MuleriskError):
    """An assessment that cannot be made again here, and why."""


@dataclass(frozen=True)
class Replayed:
    """An assessment made again.

    Attributes
    ----------
    record : AssessmentRecord
        Of the assessment as it was.
    again : AssessmentRecord
        Of the assessment made now.
    outputs : mapping of str to bytes
        What was written of it then, and the page, written now; nothing where it was made without
        reasons.
    unwritten : mapping of str to str
        What was written then and cannot be here -> why.
    written : mapping of str to str
        SHA-256 of what was written of it then.
    """

    record: AssessmentRecord
    again: AssessmentRecord
    outputs: Mapping[str, bytes]
    unwritten: Mapping[str, str]
    written: Mapping[str, str]


def find_bundle(record: AssessmentRecord, folder: Path) -> Path:
    """Find the bundle that an assessment was made with among those in `folder`.

    Raises
    ------
    ReplayRefused
        If this code has another catalogue of features, or the bundle is gone.
    """
    standing = bundles_in(folder)
    faults = []
    if record.catalogue != CATALOGUE_HASH:
        faults.append(
            f"other feature catalogue: it was made with {record.catalogue[:12]}, this release has"
            f" {CATALOGUE_HASH[:12]}. Run the release that made it"
        )
    if record.bundle not in standing:
        others = ", ".join(sorted(digest[:12] for digest in standing)) or "none"
        faults.append(
            f"bundle missing: it was made with bundle {record.bundle}, and {folder} holds"
            f" {others}. Restore it there, or name with --bundle where it stands"
        )
    if faults:
        raise ReplayRefused(f"assessment {record.assessment_id}: {'; '.join(faults)}.")
    return standing[record.bundle]


def replay(
    record: AssessmentRecord,
    view: LedgerView,
    scorer: Scorer,
    lineage: Lineage,
    written: Mapping[str, str],
) -> Replayed:
    """Make an assessment again.

    Parameters
    ----------
    record : AssessmentRecord
    view : LedgerView
        The facts at the record's instant, as far as its `recorded_seq`.
    scorer : Scorer
        The record's bundle.
    lineage : Lineage
        Of that bundle.
    written : mapping of str to str
        SHA-256 of what was written of the assessment, by name.

    Raises
    ------
    ReplayRefused
        If no assessment of the account can be made of these facts.
    """
    terms = Terms(record.currency, top=record.most_reasons)
    (found,) = assess(
        view,
        scorer,
        [record.account_id],
        terms,
        reasons=record.reasons,
        counterfactuals=record.counterfactuals,
    )
    if isinstance(found, NotAssessable):
        raise ReplayRefused(
            f"facts missing: the assessment saw"
            f" {counted(record.visible_transactions, 'transaction')} of the account, and now"
            f" {found.why}. Name the ledger or the store that it was made on."
        )
    asked = Asked(
        record.source,
        record.ledger,
        record.ledger_digest,
        terms,
        record.reasons,
        record.counterfactuals,
    )
    again = record_of(found, asked)
    document = _document(record, found, view, scorer, lineage)
    return Replayed(record, again, *_outputs(document, written), written)


def _document(
    record: AssessmentRecord,
    found: Assessment,
    view: LedgerView,
    scorer: Scorer,
    lineage: Lineage,
) -> ReportDocument | None:
    if not record.reasons:
        return None
    origin = origin_of(record.ledger, record.ledger_digest, record.currency, view, lineage)
    origin = replace(origin, assessment_id=record.assessment_id)
    return compose(found, view, scorer, origin)


def _outputs(
    document: ReportDocument | None, written: Mapping[str, str]
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Write again what can be, and say of the rest why it cannot."""
    outputs: dict[str, bytes] = {}
    unwritten = {name: _NO_CONTACT for name in written if is_notice(name)}
    for name in (PAGE, *(name for name in OUTPUTS if name in written and name != PAGE)):
        if document is not None:
            try:
                outputs[name] = OUTPUTS[name](document)
            except FontMissing as missing:
                unwritten[name] = str(missing)
    return outputs, unwritten


_NO_CONTACT = "where its reader can object stands in it and not on record; compare its SHA-256"


def supplied_facts(record: AssessmentRecord, request: Path | None, now: datetime) -> SuppliedView:
    """Read again the facts that came along with a request.

    Parameters
    ----------
    record : AssessmentRecord
    request : Path or None
        The body that was sent, which only the client has.
    now : datetime

    Raises
    ------
    ReplayRefused
        If there is none, or it is none.
    """
    if request is None:
        raise ReplayRefused(
            f"assessment {record.assessment_id} was made of facts that came along with the request."
            " They were not stored, only their hash was. Name the body that was sent with"
            " --request F.json."
        )
    try:
        question = SuppliedQuestion.model_validate(parse(request.read_bytes()))
        return supplied_view(question, record.currency, record.as_of, now)
    except (Problem, ValidationError):
        raise ReplayRefused(
            f"{request} is no body of /v1/score that brings facts along. Name the one that was"
            " sent."
        ) from None
