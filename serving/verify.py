"""Checking an evidence pack with nothing but the pack and its sender's public key."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from features.catalogue import CATALOGUE_HASH, NAMES
from features.events import TRANSACTION_COLUMNS
from features.recompute import FROM_TRANSACTIONS, Recomputation
from ledger.assessments import AssessmentRecord
from ledger.schema import TABLES
from ledger.written import read_back
from models.signed_folder import read_signed
from serving.pack import ASSESSMENT, FACTS, FORM, RECORD, PackRefused
from serving.records import digest_of, digest_of_numbers
from serving.wording import counted

_TOLERANCE = 1e-9
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, pa.ArrowException)
_TABLES = ("accounts", "transactions", "complaints", "labels")


@dataclass(frozen=True, eq=False)
class _Pack:
    """What was signed, read."""

    record: AssessmentRecord
    assessment: Mapping[str, Any]
    facts: Mapping[str, pa.Table]
    files: Mapping[str, bytes]

    @property
    def details(self) -> list[Mapping[str, Any]]:
        """Every shown detail of every reason."""
        return [detail for reason in self.assessment["reasons"] for detail in reason["details"]]


def verify(folder: Path, public_key: Ed25519PublicKey) -> Iterator[str]:
    """Check a pack, from the signature to the value of every reason shown.

    Yields
    ------
    str
        What was found right, in words.

    Raises
    ------
    PackRefused
        At the first thing that is not right. Nothing is parsed before signature, sizes and hashes
        are.
    """
    manifest, files = read_signed(folder, public_key, FORM)
    yield f"signed with this key; {counted(len(manifest.files), 'file')} as signed"
    if manifest.catalogue != CATALOGUE_HASH:
        raise PackRefused(
            f"made with feature catalogue {manifest.catalogue[:12]}",
            f"catalogue {CATALOGUE_HASH[:12]}, by which values can be computed again here",
            "Verify it with the release that made it.",
        )
    try:
        pack = _read(files)
        for check in _CHECKS:
            yield check(pack)
    except _UNREADABLE as fault:
        raise FORM.unreadable(f"a file of {folder}", fault) from None


def _read(files: Mapping[str, bytes]) -> _Pack:
    fields = json.loads(files[RECORD])
    stated = fields.pop("assessment_id")
    record = AssessmentRecord.from_dict(fields)
    _expect(record.assessment_id == stated, f"{RECORD} under another id than its own")
    facts = read_back(files[FACTS], {name: TABLES[name] for name in _TABLES})
    return _Pack(record, json.loads(files[ASSESSMENT]), facts, files)


def _belongs_together(pack: _Pack) -> str:
    """Hold facts, assessment and record to each other."""
    record, told = pack.record, pack.assessment
    _expect(digest_of(pack.files[FACTS]) == record.inputs, f"{FACTS} of another assessment")
    same = {
        "account": told["account_id"] == record.account_id
        and pack.facts["accounts"]["account_id"].to_pylist() == [record.account_id],
        "instant": told["as_of"] == record.as_of.isoformat(),
        "score": told["raw_score"] == record.raw_score,
        "band": told["band"] == record.band,
        "suggestion": told["suggestion"]["action"] == record.action
        and told["suggestion"]["amount_minor"] == record.amount_minor,
        "bundle": told["versions"]["bundle"] == record.bundle,
        "feature values": _digest(pack, "value") == record.features,
        "SHAP values": _digest(pack, "contribution") == record.contributions,
    }
    other = ", ".join(name for name, is_same in same.items() if not is_same)
    _expect(not other, f"{ASSESSMENT} with other {other} than {RECORD}")
    return f"facts, assessment and record {record.assessment_id} belong together"


def _adds_up(pack: _Pack) -> str:
    """Add contributions up to the score, and details up to their reasons."""
    told = pack.assessment
    contributions = [_number(f["contribution"]) for f in told["features"].values()]
    _sum(told["base"], contributions, told["raw_score"], "the score")
    for reason in told["reasons"]:
        parts = [detail["contribution"] for detail in reason["details"]]
        _sum(reason["others"], parts, reason["contribution"], f"reason {reason['typology']}")
    return (
        f"{len(contributions)} contributions add up to the score {told['raw_score']:+.6f}, details"
        f" to {counted(len(told['reasons']), 'reason')}"
    )


def _follows_from_facts(pack: _Pack) -> str:
    """Compute every feature again from all facts."""
    again = _recomputation(pack).all
    _expect(
        digest_of_numbers(again.tolist()) == pack.record.features,
        "feature values that do not follow from the facts",
    )
    transactions = counted(len(pack.facts["transactions"]), "transaction")
    return f"{len(NAMES)} feature values follow from {transactions}"


def _follows_from_evidence(pack: _Pack) -> str:
    """Compute the value of every reason shown again, from the transactions that it lists alone."""
    computer, checked = _recomputation(pack), 0
    for detail in pack.details:
        name, value = detail["feature"], _number(detail["value"])
        if name in FROM_TRANSACTIONS:
            again = computer.value(name, detail["transaction_ids"])
            same = again == value or (math.isnan(again) and math.isnan(value))
            _expect(same, f"{name} {value!r}, which its transactions make {again!r}")
            checked += 1
    others = len(pack.details) - checked
    told = f"; {counted(others, 'value')} from the account itself" if others else ""
    return f"{counted(checked, 'value')} of reasons follow from the transactions listed{told}"


_CHECKS: tuple[Callable[[_Pack], str], ...] = (
    _belongs_together,
    _adds_up,
    _follows_from_facts,
    _follows_from_evidence,
)


def _recomputation(pack: _Pack) -> Recomputation:
    columns = TRANSACTION_COLUMNS
    transactions = pack.facts["transactions"].select(columns)
    return Recomputation(transactions, pack.facts["accounts"], pack.record.as_of)


def _digest(pack: _Pack, what: str) -> str:
    features = pack.assessment["features"]
    return digest_of_numbers(_number(features[name][what]) for name in NAMES)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _sum(start: float, parts: list[float], total: float, what: str) -> None:
    size = max(1.0, math.fsum(map(abs, parts)))
    # Written so that a NaN fails as well.
    right = abs(start + math.fsum(parts) - total) <= _TOLERANCE * size
    _expect(right, f"contributions that do not add up to {what}")


def _expect(right: bool, seen: str) -> None:  # noqa: FBT001
    if not right:
        raise PackRefused(
            seen,
            "what one assessment was made from and what it answered",
            "Do not rely on it; ask the sender.",
        )
