"""From an assessment to the record of it that is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ledger.assessments import AssessmentRecord, Source
from models.assessment import Assessment, Terms
from serving.code import code_version, libraries


@dataclass(frozen=True)
class Asked:
    """Where an assessment was asked for, and how.

    Attributes
    ----------
    source : {"lake", "store", "supplied"}
        Where the facts were.
    ledger, ledger_digest : str
        Name of the ledger, and of a lake the hash over everything it held.
    terms : Terms
    reasons, counterfactuals : bool
        Whether they were asked for.
    """

    source: Source
    ledger: str
    ledger_digest: str
    terms: Terms
    reasons: bool = True
    counterfactuals: bool = False


def record_of(assessment: Assessment, asked: Asked) -> AssessmentRecord:
    """Say what an assessment was made from, and hash what it answered."""
    each = assessment.features.values()
    return AssessmentRecord(
        account_id=assessment.account_id,
        as_of=assessment.as_of,
        recorded_seq=assessment.recorded_seq,
        source=asked.source,
        ledger=asked.ledger,
        ledger_digest=asked.ledger_digest,
        currency=asked.terms.currency,
        bundle=assessment.versions.bundle,
        catalogue=assessment.versions.catalogue,
        code=code_version(),
        libraries=libraries(),
        reasons=asked.reasons,
        counterfactuals=asked.counterfactuals,
        most_reasons=asked.terms.top,
        inputs=assessment.inputs,
        visible_transactions=assessment.visible_transactions,
        features=digest_of_numbers(feature.value for feature in each),
        contributions=digest_of_numbers(feature.contribution for feature in each)
        if asked.reasons
        else "",
        raw_score=assessment.raw_score,
        band=assessment.band,
        action=assessment.suggestion.action,
        amount_minor=assessment.suggestion.amount_minor,
        answer=digest_of(assessment.to_bytes()),
    )


def digest_of_numbers(numbers: Iterable[float]) -> str:
    """Hash numbers bit by bit, by SHA-256 over little-endian doubles; every NaN is one NaN."""
    doubles = np.fromiter(numbers, "<f8")
    doubles[np.isnan(doubles)] = np.nan
    return hashlib.sha256(doubles.tobytes()).hexdigest()


def digest_of(content: bytes) -> str:
    """Hash an output, by SHA-256."""
    return hashlib.sha256(content).hexdigest()
