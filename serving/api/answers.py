"""What is answered: assessments and receipts in the API's own words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isnan
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.schema import Role
from models.assessment import Assessment, NotAssessable
from models.bands import Band
from models.counterfactual import Counterfactual as FoundCounterfactual
from models.reasons import Detail as FoundDetail
from models.reasons import Reason as FoundReason
from models.scorer import Versions as ScorerVersions
from models.suggestion import Action


class _Answered(BaseModel):
    # A text below a field describes it; fields are filled from records of the same names.
    model_config = ConfigDict(use_attribute_docstrings=True, from_attributes=True, frozen=True)


class Score(_Answered):
    """What accounts are ranked by."""

    raw: float
    """The higher, the more like a mule account."""
    unit: Literal["log-odds"] = "log-odds"
    """Of `raw`, `base` and every contribution."""


class Detail(_Answered):
    """One feature's part in a reason, with the transactions behind it."""

    feature: str
    """Its name in the catalogue of features."""
    sentence: str
    """The value and what is typical, in words."""
    contribution: float
    """In log-odds; above 0 it points to a mule account."""
    value: float | None
    """What the account shows; null is missing."""
    typical: float | None
    """The median among the account's peers."""
    percentile: float | None
    """The percentage of peers below the value, counting half of those that equal it."""
    peers: str
    """Whom the value is compared with."""
    compared: int
    """How many of them have a value."""
    standing: str
    """Where the value stands among the peers, in words."""
    unit: str
    """Of `value` and `typical`."""
    transaction_ids: list[str]
    """The transactions that make the value, oldest first."""


class Reason(_Answered):
    """One behaviour that moved the raw score."""

    typology: str
    """The behaviour, as the catalogue of features calls it."""
    title: str
    """On which side of its peers the account is."""
    sentence: str
    """That of the first detail."""
    contribution: float
    """In log-odds, of all features of the behaviour; above 0 it points to a mule account."""
    details: list[Detail]
    """The features behind it, the one that says most first; some may point the other way."""
    unusual: bool
    """Whether the model counts the first detail the other way than published red flags do."""
    others: float
    """What its other features contribute; with the details it adds up to the contribution."""


class Change(_Answered):
    """One feature that would be otherwise."""

    feature: str
    """Its name in the catalogue of features."""
    typology: str
    """The behaviour it belongs to."""
    sentence: str
    """What it would be and what it is now, in words."""
    value: float
    """What the account shows."""
    typical: float
    """What it would show."""
    unit: str
    """Of `value` and `typical`."""


class Counterfactual(_Answered):
    """The fewest behaviours that, were they typical of the peers, would leave the band.

    Never for the account's holder: it tells how to stay unnoticed.
    """

    sentence: str
    """What would have to be otherwise, or that nothing small would do."""
    typologies: list[str]
    """The behaviours changed; empty where nothing small leaves the band."""
    changes: list[Change]
    """Their features."""
    raw_score: float
    """With the changes, in log-odds."""
    band: Band
    """With the changes."""


class Suggestion(_Answered):
    """What a person might do. Nothing is done by itself."""

    action: Action
    """`none`, `monitor`, `hold_amount` or `freeze_account`."""
    amount_minor: int
    """What a hold covers, in minor units."""
    currency: str
    """Of the amount; empty where no complaint stands."""
    legal_basis: str
    """What allows the measure; the person who orders it checks it."""
    starts_at: datetime | None
    """Null where nothing is suggested."""
    expires_at: datetime | None
    """When the measure ends by itself."""
    release_test: str
    """What ends the measure before it expires."""
    second_person_required: bool
    """Whether one person's order is not enough."""
    why: str
    """Behaviour and money, in a sentence."""


class Loss(_Answered):
    """What the account paid by transactions whose complaint stands."""

    amount_minor: int
    """In minor units, less what came back."""
    currency: str
    """Of the amount."""
    last_paid_at: datetime
    """When the last of them was paid."""
    transaction_ids: list[str]
    """The complained-of transactions, oldest first."""


class Outcome(_Answered):
    """How one investigation of an account ended."""

    outcome: str
    """`complicit_mule`, `unwitting_mule`, `victim`, `legitimate` or `undetermined`."""
    happened_at: datetime
    """When it ended."""
    known_at: datetime
    """When that was learnt."""
    source: str
    """Who found it."""
    role: Role | None
    """What a mule did in its scheme: `collector`, `relay`, `cash_out` or `merchant_exit`; null
    where nobody found out."""


class ScoredAccount(_Answered):
    """The assessment of one account."""

    account_id: str
    """The account asked about."""
    assessment_id: str
    """By which this assessment is quoted, and made again by `mulerisk replay`. The same question
    on the same facts with the same versions is the same assessment."""
    known_mule: bool
    """Whether a mule outcome was known by then. Score, probability, band and reasons then describe
    how the account behaves and forecast nothing, and the suggestion rests on complained-of money
    alone."""
    outcomes: list[Outcome]
    """What investigations had found of it by then, in the order it was learnt; the score does not
    rest on it. Empty for supplied accounts."""
    score: Score
    """Its raw score."""
    probability: float
    """That a mule outcome becomes known within the model's horizon, if none is known yet."""
    probability_low: float
    """The lower end of what the closed cases behind the probability allow for, with 95 %
    confidence."""
    probability_high: float
    """The upper end."""
    band: Band
    """`low`, `elevated`, `high` or `critical`."""
    role_if_mule: Mapping[Role, float] | None
    """Were the account a mule's, how likely each role is: `collector`, `relay`, `cash_out`,
    `merchant_exit`. They add up to 1 for mules and innocents alike, so none tells whether it is
    one. A hint where to look first, not explained; nothing else rests on it. Null in the band
    `low`, of a known mule, and where too few mules of known roles were there to learn from."""
    base: float
    """Raw score before any feature is known; with the contributions of all features, shown or not,
    it adds up to the raw score."""
    suggestion: Suggestion
    """What a person might do."""
    loss: Loss | None
    """What the account paid under complaint; null where nothing."""
    is_probable_victim: bool
    """Whether complaints tell it to be a victim's account: it paid under complaint, received
    nothing under complaint and is no known mule. Neither score nor suggestion counts that in its
    favour."""
    reasons_for: list[Reason]
    """What points to a mule account, strongest first."""
    reasons_against: list[Reason]
    """What points away from one, strongest first."""
    counterfactual: Counterfactual | None
    """What would leave the band; null where not asked for, and in the lowest band."""
    network_as_of: datetime | None
    """The instant of the snapshot that what is said of the network around the account is of; null
    where there is none, and nothing is said of it, as for supplied accounts."""


class UnscoredAccount(_Answered):
    """An account that nothing can be said about."""

    account_id: str
    """The account asked about."""
    problem: str
    """Why: it is unknown, or nothing of it was known at the instant asked about."""


class Versions(_Answered):
    """What the answer rests on; the same versions give the same answer."""

    model: str
    """In the model registry."""
    bundle: str
    """SHA-256 of the bundle's signed manifest."""
    catalogue: str
    """Hash of the features' definitions."""
    recorded_seq: int
    """The last fact stored when the question was answered; 0 for supplied facts."""


class Answer(_Answered):
    """One assessment for each account asked about, in their order."""

    as_of: datetime
    """The instant answered for, in UTC."""
    versions: Versions
    """What the answer rests on."""
    accounts: list[ScoredAccount | UnscoredAccount]
    """An account that cannot be scored does not keep the others from it."""


class Stored(_Answered):
    """What a request has stored."""

    new: int
    """Rows stored by this request."""
    repeated: int
    """Rows that were stored before, with the same content."""
    recorded_seq: int
    """The last fact stored; a later question sees it."""


def answer_of(
    found: Sequence[Assessment | NotAssessable],
    assessment_ids: Sequence[str],
    as_of: datetime,
    versions: ScorerVersions,
    recorded_seq: int,
) -> Answer:
    """Put assessments into the API's words."""
    return Answer(
        as_of=as_of,
        versions=Versions(
            model=versions.model,
            bundle=versions.bundle,
            catalogue=versions.catalogue,
            recorded_seq=recorded_seq,
        ),
        accounts=[_account(*one) for one in zip(found, assessment_ids, strict=True)],
    )


def _account(
    found: Assessment | NotAssessable, assessment_id: str
) -> ScoredAccount | UnscoredAccount:
    if isinstance(found, NotAssessable):
        return UnscoredAccount(account_id=found.account_id, problem=found.why)
    return ScoredAccount(
        account_id=found.account_id,
        assessment_id=assessment_id,
        known_mule=found.known_mule,
        outcomes=[Outcome.model_validate(outcome) for outcome in found.outcomes],
        score=Score(raw=found.raw_score),
        probability=found.probability,
        probability_low=found.probability_low,
        probability_high=found.probability_high,
        band=found.band,
        role_if_mule=found.role_if_mule,
        base=found.base,
        suggestion=Suggestion.model_validate(found.suggestion),
        loss=Loss.model_validate(found.loss) if found.loss else None,
        is_probable_victim=found.is_probable_victim,
        reasons_for=[_reason(r) for r in found.reasons if r.towards == "for"],
        reasons_against=[_reason(r) for r in found.reasons if r.towards == "against"],
        counterfactual=_counterfactual(found.counterfactual),
        network_as_of=found.network_as_of,
    )


def _counterfactual(found: FoundCounterfactual | None) -> Counterfactual | None:
    return None if found is None else Counterfactual.model_validate(found)


def _reason(reason: FoundReason) -> Reason:
    return Reason(
        typology=reason.typology,
        title=reason.title,
        sentence=reason.sentence,
        contribution=reason.contribution,
        details=[_detail(detail) for detail in reason.details],
        others=reason.others,
        unusual=reason.unusual,
    )


def _detail(detail: FoundDetail) -> Detail:
    return Detail(
        feature=detail.feature,
        sentence=detail.sentence,
        contribution=detail.contribution,
        value=_known(detail.value),
        typical=_known(detail.typical),
        percentile=_known(detail.percentile),
        peers=detail.peers,
        compared=detail.compared,
        standing=detail.standing,
        unit=detail.unit,
        transaction_ids=list(detail.transaction_ids),
    )


def _known(value: float) -> float | None:
    """JSON has no NaN; missing is null."""
    return None if isnan(value) else value
