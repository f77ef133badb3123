"""Records of assessments: what each was made from, and the hashes of what it answered.

A record is known by a hash over all of it, so it cannot be changed under its id, and the same
assessment made again is the same record. It holds no reasons and no facts: `mulerisk replay` makes
them again.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Protocol

from ledger.errors import MuleriskError

_ID = re.compile(r"[0-9a-f]{32}")

Source = Literal["lake", "store", "supplied"]


class AssessmentUnknown(MuleriskError):
    """No assessment of this id is kept here."""


class NotRecorded(MuleriskError):
    """An assessment that could not be put on record, and so must not be told."""


class AssessmentDamaged(MuleriskError):
    """The record of an assessment is not what was written."""


@dataclass(frozen=True)
class AssessmentRecord:
    """What one assessment was made from, and what it answered.

    Attributes
    ----------
    account_id : str
    as_of : datetime
    recorded_seq : int
        The last fact recorded when the ledger was read; 0 for supplied facts.
    source : {"lake", "store", "supplied"}
        Where the facts were: a lake, the SQL store, or the request itself, which is not kept.
    ledger, ledger_digest : str
        Name of the ledger, and of a lake the hash over everything it held.
    currency : str
        ISO 4217 code of its reference currency.
    bundle, catalogue : str
        SHA-256 of the bundle's manifest and of the feature catalogue.
    code, libraries : str
        SHA-256 over the sources that assess, and the libraries whose versions can matter.
    reasons, counterfactuals : bool
        Whether they were asked for.
    most_reasons : int
    inputs : str
        SHA-256 over the facts that were read of the account (`ledger.written`).
    visible_transactions : int
        How many transactions of the account were among them.
    features, contributions : str
        SHA-256 over the values of all features, and over their SHAP values; the second is empty
        where no reasons were asked for.
    raw_score : float
        Log-odds.
    band, action : str
    amount_minor : int
        What a suggested hold covers.
    answer : str
        SHA-256 over the whole assessment (`models.assessment`), with all that stands in no other
        field: probability, reasons, counterfactual, known outcomes, and the suggestion's terms.
        Empty in a record of a release that kept none.
    """

    account_id: str
    as_of: datetime
    recorded_seq: int
    source: Source
    ledger: str
    ledger_digest: str
    currency: str
    bundle: str
    catalogue: str
    code: str
    libraries: str
    reasons: bool
    counterfactuals: bool
    most_reasons: int
    inputs: str
    visible_transactions: int
    features: str
    contributions: str
    raw_score: float
    band: str
    action: str
    amount_minor: int
    answer: str = ""

    @cached_property
    def assessment_id(self) -> str:
        """The id by which it is quoted: 32 hexadecimal digits of the SHA-256 over the record."""
        plain = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()[:32]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form without the id, and without what was not kept in its time.

        So a record of an earlier release still has its id.
        """
        # Not `asdict`: it copies what is copied already, and takes as long as the rest of keeping.
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in values.items() if value != _UNKEPT[name]}
        return {**kept, "as_of": self.as_of.isoformat()}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "AssessmentRecord":
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is something else.
        """
        return cls(**{**fields, "as_of": datetime.fromisoformat(fields["as_of"])})


@dataclass(frozen=True, order=True)
class Made:
    """When an assessment was first made, and its id: records are read in this order.

    Attributes
    ----------
    at : datetime
    assessment_id : str
        Empty for what comes before every assessment of that instant.
    """

    at: datetime
    assessment_id: str = ""


_UNKEPT = {field.name: field.default for field in fields(AssessmentRecord)}
"""What stands for a field that earlier releases did not keep; the others have no default."""


class Assessments(Protocol):
    """A place that keeps records of assessments; none is ever changed or removed."""

    def keep(self, records: Sequence[AssessmentRecord], made_at: datetime) -> None:
        """Keep records; one that is there already keeps the time it was first made.

        Raises
        ------
        NotRecorded, OSError
        """

    def keep_outputs(self, assessment_id: str, digests: Mapping[str, str]) -> dict[str, str]:
        """Keep the SHA-256 of what was written of an assessment, by the name of each output.

        Returns
        -------
        dict of str to str
            What was kept before under the same name and is another; it stays.
        """

    def find(self, assessment_id: str) -> AssessmentRecord:
        """Return a record.

        Raises
        ------
        AssessmentUnknown, AssessmentDamaged
        """

    def outputs(self, assessment_id: str) -> dict[str, str]:
        """Return the SHA-256 of what was first written of an assessment, by name."""

    def made(self, bundle: str, since: datetime, until: datetime) -> list[AssessmentRecord]:
        """Return the records first made with a bundle in `[since, until)`, the oldest first.

        Raises
        ------
        AssessmentDamaged
        """

    def bundles(self) -> frozenset[str]:
        """Name every bundle that a kept assessment was made with."""


def others(kept: Mapping[str, str], digests: Mapping[str, str]) -> dict[str, str]:
    """Name the outputs that are kept with another hash than is given, each with the one kept."""
    return {name: kept[name] for name, digest in digests.items() if kept[name] != digest}


def checked_id(assessment_id: str) -> str:
    """Return what can be an id.

    Raises
    ------
    AssessmentUnknown
    """
    if not _ID.fullmatch(assessment_id):
        raise AssessmentUnknown(
            f"{assessment_id!r} is no id of an assessment: 32 digits of 0-9 and a-f, as"
            " `mulerisk assess`, the report and the service state it."
        )
    return assessment_id


def unknown(assessment_id: str, place: str) -> AssessmentUnknown:
    """Say that no such assessment is kept."""
    return AssessmentUnknown(
        f"{place} keeps no assessment {assessment_id}. Check the id, and name the ledger or the"
        " store that it was made on."
    )


def checked(record: AssessmentRecord, assessment_id: str) -> AssessmentRecord:
    """Return a record that has the id under which it is kept.

    Raises
    ------
    AssessmentDamaged
    """
    if record.assessment_id != assessment_id:
        raise damaged(assessment_id)
    return record


def damaged(assessment_id: str) -> AssessmentDamaged:
    """Say that a record was changed."""
    return AssessmentDamaged(
        f"the record of assessment {assessment_id} was changed since it was written. Restore it"
        " from a backup; it proves nothing as it is."
    )
