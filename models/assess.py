"""From a view of the ledger to assessments: features, scores, reasons, suggestions."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.compute import FeatureTable
from features.evidence import evidence
from ledger.schema import Role
from ledger.view import LedgerView
from ledger.written import written
from models.assessment import Assessment, Comparison, NotAssessable, Terms
from models.bands import Band
from models.counterfactual import Counterfactual, counterfactual
from models.facts import Facts
from models.linked import linked_money
from models.loss import is_probable_victim, loss_of
from models.peers import peers_of
from models.reasons import Explainer, Reason
from models.roles import is_told
from models.scorer import Scorer
from models.suggestion import suggest
from models.typical import AGE, Compared


def assess(
    view: LedgerView,
    scorer: Scorer,
    account_ids: Sequence[str],
    terms: Terms,
    *,
    reasons: bool = True,
    counterfactuals: bool = False,
) -> list[Assessment | NotAssessable]:
    """Assess accounts as of the view's instant.

    Parameters
    ----------
    view : LedgerView
        The ledger as it was known then.
    scorer : Scorer
    account_ids : sequence of str
    terms : Terms
    reasons : bool
        Whether to explain: SHAP values and evidence cost more than the score.
    counterfactuals : bool
        Whether to look for what would leave the band: that costs hundreds of scores.

    Returns
    -------
    list of Assessment or NotAssessable
        One for each of `account_ids`, in their order.
    """
    facts = Facts.read(view, account_ids)
    table = facts.features()
    scored = {row.account_id: row for row in _scored(scorer, table, explained=reasons)}
    assessor = _Assessor(view, scorer, facts, terms, counterfactuals)
    return [
        assessor.assessment(scored[account_id])
        if account_id in scored
        else assessor.not_assessable(account_id)
        for account_id in account_ids
    ]


@dataclass(frozen=True, eq=False)
class _Scored:
    """One account's row of the feature table with what the scorer says of it."""

    account_id: str
    values: NDArray[np.float64]
    raw: float
    probability: float
    probability_low: float
    probability_high: float
    band: Band
    contributions: NDArray[np.float64] | None


def _scored(scorer: Scorer, table: FeatureTable, *, explained: bool) -> Iterator[_Scored]:
    values = table.values
    if not len(values):
        return
    raw = scorer.raw(values)
    judged = (raw, scorer.probability(raw), *scorer.interval(raw))
    contributions = scorer.shap(values, raw) if explained else [None] * len(values)
    yield from map(
        _Scored,
        table.account_id,
        values,
        *(numbers.tolist() for numbers in judged),
        scorer.bands(raw),
        contributions,
    )


@dataclass(frozen=True, eq=False)
class _Assessor:
    """Puts assessments together from what was read and scored."""

    view: LedgerView
    scorer: Scorer
    facts: Facts
    terms: Terms
    counterfactuals: bool

    def assessment(self, scored: _Scored) -> Assessment:
        account_id, facts = scored.account_id, self.facts
        known_mule = account_id in facts.known_mules
        band = None if known_mule else scored.band
        inputs = facts.of(account_id)
        movements = facts.movements_of(account_id)
        linked = linked_money(movements, facts.complained)
        loss = loss_of(movements, facts.complained)
        return Assessment(
            account_id=account_id,
            as_of=self.view.as_of,
            raw_score=scored.raw,
            probability=scored.probability,
            probability_low=scored.probability_low,
            probability_high=scored.probability_high,
            band=scored.band,
            role_if_mule=self._role(scored, known_mule=known_mule),
            base=self.scorer.base,
            features=self._features(scored),
            reasons=self._reasons(scored),
            counterfactual=self._counterfactual(scored),
            suggestion=suggest(band, linked, self.view.as_of, self.terms.policy),
            loss=loss,
            is_probable_victim=is_probable_victim(
                movements, facts.complained, known_mule=known_mule
            ),
            known_mule=known_mule,
            outcomes=facts.outcomes.get(account_id, ()),
            versions=self.scorer.versions,
            recorded_seq=self.view.recorded_seq,
            inputs=hashlib.sha256(written(inputs)).hexdigest(),
            visible_transactions=len(inputs["transactions"]),
            network_as_of=facts.network_as_of.get(account_id),
        )

    def not_assessable(self, account_id: str) -> NotAssessable:
        if account_id in self.facts.row_of:
            return NotAssessable(account_id, "no transaction of it is known as of this instant")
        return NotAssessable(account_id, "the ledger knows no such account")

    def _role(self, scored: _Scored, *, known_mule: bool) -> dict[Role, float] | None:
        roles = self.scorer.roles
        if roles is None or not is_told(scored.band, known_mule=known_mule):
            return None
        return roles.if_mule(scored.values)

    def _features(self, scored: _Scored) -> dict[str, Comparison]:
        typical = self._compared(scored).medians
        contributions = scored.contributions
        if contributions is None:
            contributions = np.full(len(scored.values), np.nan)
        columns = (scored.values.tolist(), typical.tolist(), contributions.tolist())
        return {
            name: Comparison(*compared)
            for name, *compared in zip(self.scorer.names, *columns, strict=True)
        }

    def _reasons(self, scored: _Scored) -> tuple[Reason, ...]:
        if scored.contributions is None:
            return ()
        explainer = Explainer(self.terms.currency, self.terms.top)
        facts, row = self.facts, self.facts.row_of[scored.account_id]
        ids = facts.transactions["transaction_id"]
        snapshot = facts.snapshot(scored.account_id)
        return explainer.reasons(
            scored.values,
            scored.contributions,
            self._compared(scored),
            lambda names: evidence(names, facts.events, row, ids, self.view.as_of, snapshot),
        )

    def _counterfactual(self, scored: _Scored) -> Counterfactual | None:
        if not self.counterfactuals:
            return None
        return counterfactual(
            self.scorer, scored.values, self._compared(scored), self.terms.currency
        )

    def _compared(self, scored: _Scored) -> Compared:
        """Choose whom the account is compared with."""
        kind, country = self.facts.kind_and_country(scored.account_id)
        age_days = float(scored.values[self.scorer.names.index(AGE)])
        return self.scorer.typical.compared(peers_of(kind, country, age_days))
