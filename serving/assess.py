"""Answers questions about accounts: those in the store, and those that come with their facts."""

from datetime import datetime

from ledger.assessments import AssessmentRecord
from ledger.view import LedgerView
from models.assess import assess
from models.assessment import Assessment, NotAssessable, Terms
from serving.api.answers import Answer, answer_of
from serving.api.requests import StoredQuestion, SuppliedQuestion
from serving.records import Asked, record_of
from serving.sources import Sources
from serving.supplied import supplied_view

STORE, SUPPLIED = "SQL store", "facts of the request"
"""How reports and records name ledgers that are no folder."""


def answer(sources: Sources, question: StoredQuestion | SuppliedQuestion, now: datetime) -> Answer:
    """Assess the accounts asked about, as of the question's instant or else the present.

    What is answered is on record before it is answered.

    Raises
    ------
    Problem
        If supplied facts break their contract.
    """
    as_of = question.as_of or now
    asked = _asked(sources, question)
    view, account_ids = _facts(sources, question, as_of, now)
    found = assess(
        view,
        sources.scorer,
        account_ids,
        asked.terms,
        reasons=question.reasons,
        counterfactuals=question.counterfactuals,
    )
    records = [_record(one, asked) for one in found]
    sources.store.assessments.keep([record for record in records if record], now)
    ids = [record.assessment_id if record else "" for record in records]
    return answer_of(found, ids, as_of, sources.scorer.versions, view.recorded_seq)


def _record(found: Assessment | NotAssessable, asked: Asked) -> AssessmentRecord | None:
    return None if isinstance(found, NotAssessable) else record_of(found, asked)


def _asked(sources: Sources, question: StoredQuestion | SuppliedQuestion) -> Asked:
    stored = isinstance(question, StoredQuestion)
    return Asked(
        source="store" if stored else "supplied",
        ledger=STORE if stored else SUPPLIED,
        ledger_digest="",
        terms=Terms(sources.currency, top=question.most_reasons),
        reasons=question.reasons,
        counterfactuals=question.counterfactuals,
    )


def _facts(
    sources: Sources, question: StoredQuestion | SuppliedQuestion, as_of: datetime, now: datetime
) -> tuple[LedgerView, list[str]]:
    if isinstance(question, StoredQuestion):
        return sources.store.view(as_of), question.accounts
    view = supplied_view(question, sources.currency, as_of, now)
    return view, view.supplied_accounts["account_id"].to_pylist()
