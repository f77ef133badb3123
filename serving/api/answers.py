"""What is answered: assessments and receipts in the API's own words."""

from collections.abc import Sequence
from datetime import datetime
from math import isnan

from pydantic import BaseModel, ConfigDict, Field

from models.assessment import Assessment, NotAssessable
from models.bands import Band
from models.reasons import Reason as FoundReason
from models.scorer import Versions as ScorerVersions
from models.suggestion import Action


class _Answered(BaseModel):
    # Fields are filled from records of the same names.
    model_config = ConfigDict(from_attributes=True, frozen=True)


class Score(_Answered):
    """What accounts are ranked by."""

    raw: float
    unit: str = Field(default="log-odds", examples=["log-odds"])


class Reason(_Answered):
    """One signed contribution to the raw score, with the transactions behind it."""

    feature: str
    sentence: str
    contribution: float = Field(description="In log-odds; above 0 it points to a mule account.")
    value: float | None
    typical: float | None = Field(description="The median among the account's peers.")
    percentile: float | None = Field(description="Percentage of peers below the value.")
    unit: str
    transaction_ids: list[str]


class Suggestion(_Answered):
    """What a person might do. Nothing is done by itself."""

    action: Action
    amount_minor: int = Field(description="What a hold covers, in minor units.")
    currency: str = Field(description="Empty where no complaint stands.")
    legal_basis: str
    starts_at: datetime | None
    expires_at: datetime | None
    release_test: str
    second_person_required: bool
    why: str


class ScoredAccount(_Answered):
    """The assessment of one account."""

    account_id: str
    score: Score
    probability: float = Field(description="That a mule outcome becomes known within the horizon.")
    band: Band
    base: float = Field(
        description="Raw score before any feature is known; base and all contributions add up to"
        " the raw score."
    )
    suggestion: Suggestion
    reasons_for: list[Reason] = Field(description="Strongest first.")
    reasons_against: list[Reason] = Field(description="Strongest first.")


class UnscoredAccount(_Answered):
    """An account that nothing can be said about, and why."""

    account_id: str
    problem: str


class Versions(_Answered):
    """What the answer rests on; the same versions give the same answer."""

    model: str
    bundle: str = Field(description="SHA-256 of the signed manifest.")
    catalogue: str = Field(description="Hash of the features' definitions.")
    recorded_seq: int = Field(
        description="The last fact stored when the question was answered; 0 for supplied facts."
    )


class Answer(_Answered):
    """One assessment for each account asked about, in their order."""

    as_of: datetime
    versions: Versions
    accounts: list[ScoredAccount | UnscoredAccount]


class Stored(_Answered):
    """What a request has stored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"new": 1, "repeated": 0, "recorded_seq": 982115}]}
    )

    new: int = Field(description="Rows stored by this request.")
    repeated: int = Field(description="Rows that were stored before, with the same content.")
    recorded_seq: int = Field(description="The last fact stored; a later question sees it.")


def answer_of(
    found: Sequence[Assessment | NotAssessable],
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
        accounts=[_account(one) for one in found],
    )


def _account(found: Assessment | NotAssessable) -> ScoredAccount | UnscoredAccount:
    if isinstance(found, NotAssessable):
        return UnscoredAccount(account_id=found.account_id, problem=found.why)
    return ScoredAccount(
        account_id=found.account_id,
        score=Score(raw=found.raw_score),
        probability=found.probability,
        band=found.band,
        base=found.base,
        suggestion=Suggestion.model_validate(found.suggestion),
        reasons_for=[_reason(r) for r in found.reasons if r.towards == "for"],
        reasons_against=[_reason(r) for r in found.reasons if r.towards == "against"],
    )


def _reason(reason: FoundReason) -> Reason:
    return Reason(
        feature=reason.feature,
        sentence=reason.sentence,
        contribution=reason.contribution,
        value=_known(reason.value),
        typical=_known(reason.typical),
        percentile=_known(reason.percentile),
        unit=reason.unit,
        transaction_ids=list(reason.transaction_ids),
    )


def _known(value: float) -> float | None:
    """JSON has no NaN; missing is null."""
    return None if isnan(value) else value
