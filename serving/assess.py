"""Answers questions about accounts: those in the store, and those that come with their facts."""

from datetime import datetime

from ledger.view import LedgerView
from models.assess import assess
from models.assessment import Terms
from serving.api.answers import Answer, answer_of
from serving.api.requests import StoredQuestion, SuppliedQuestion
from serving.sources import Sources
from serving.supplied import supplied_view


def answer(sources: Sources, question: StoredQuestion | SuppliedQuestion, now: datetime) -> Answer:
    """Assess the accounts asked about, as of the question's instant or else the present.

    Raises
    ------
    Problem
        If supplied facts break their contract.
    """
    as_of = question.as_of or now
    terms = Terms(sources.currency, top=question.most_reasons)
    view, account_ids = _asked(sources, question, as_of, now)
    found = assess(
        view,
        sources.scorer,
        account_ids,
        terms,
        reasons=question.reasons,
        counterfactuals=question.counterfactuals,
    )
    return answer_of(found, as_of, sources.scorer.versions, view.recorded_seq)


def _asked(
    sources: Sources, question: StoredQuestion | SuppliedQuestion, as_of: datetime, now: datetime
) -> tuple[LedgerView, list[str]]:
    if isinstance(question, StoredQuestion):
        return sources.store.view(as_of), question.accounts
    view = supplied_view(question, sources.currency, as_of, now)
    return view, view.supplied_accounts["account_id"].to_pylist()
