"""What is checked of an evidence pack, once its signature and hashes are right."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any

import pyarrow as pa

from features.catalogue import NAMES
from features.recompute import FROM_TRANSACTIONS, Recomputation
from ledger.assessments import AssessmentRecord
from ledger.complaints import complained_of
from ledger.outcomes import known_mules, outcomes_by_account
from ledger.schema import ROLES, TABLES
from ledger.view import visible
from ledger.written import read_back
from models.assessment import as_json
from models.linked import linked_money
from models.loss import is_probable_victim, loss_of
from models.movements import Movement, movements
from models.roles import is_told
from models.suggestion import Policy, suggest
from serving.pack import ASSESSMENT, FACTS, RECORD, PackManifest, PackRefused
from serving.reasons_again import Stated, number
from serving.records import digest_of, digest_of_numbers
from serving.wording import counted

_TOLERANCE = 1e-9
_FACTS = ("transactions", "complaints", "labels", "snapshots")
_CONTRACTS = {name: TABLES[name] for name in ("accounts", *_FACTS)}
_CONTRACTS["movements"] = TABLES["transactions"]


@dataclass(frozen=True, eq=False)
class Opened:
    """What was signed, read."""

    manifest: PackManifest
    record: AssessmentRecord
    assessment: Mapping[str, Any]
    facts: Mapping[str, pa.Table]
    files: Mapping[str, bytes]

    @cached_property
    def stated(self) -> Stated:
        """The numbers of the assessment."""
        return Stated(self.assessment)

    @cached_property
    def computer(self) -> Recomputation:
        """Computes features from the facts."""
        facts = self.facts
        return Recomputation(
            facts["transactions"], facts["accounts"], self.record.as_of, facts["snapshots"]
        )


def opened(manifest: PackManifest, files: Mapping[str, bytes]) -> Opened:
    """Read the files of a pack.

    Raises
    ------
    PackRefused
        If the record stands under another id than its own.
    ValueError, TypeError, KeyError, AttributeError, IndexError, pyarrow.ArrowException
        If they are something else.
    """
    fields = json.loads(files[RECORD])
    stated = fields.pop("assessment_id")
    record = AssessmentRecord.from_dict(fields)
    _expect(record.assessment_id == stated, f"{RECORD} under another id than its own")
    facts = read_back(files[FACTS], _CONTRACTS)
    return Opened(manifest, record, json.loads(files[ASSESSMENT]), facts, files)


def _belongs_together(pack: Opened) -> str:
    """Hold facts, assessment, record and manifest to each other."""
    record, told = pack.record, pack.assessment
    _expect(digest_of(pack.files[FACTS]) == record.inputs, f"{FACTS} of another assessment")
    same = {
        "account": told["account_id"] == record.account_id
        and pack.facts["accounts"]["account_id"].to_pylist() == [record.account_id],
        "instant": datetime.fromisoformat(told["as_of"]) == record.as_of,
        "score": told["raw_score"] == record.raw_score,
        "band": told["band"] == record.band,
        "suggestion": told["suggestion"]["action"] == record.action
        and told["suggestion"]["amount_minor"] == record.amount_minor,
        "bundle": told["versions"]["bundle"] == record.bundle,
        "feature values": _digest(pack, "value") == record.features,
        "instant of the network": _instant(told["network_as_of"]) == _network_as_of(pack),
        "SHAP values": _digest(pack, "contribution") == record.contributions,
        "answer": digest_of(pack.files[ASSESSMENT]) == record.answer,
    }
    other = ", ".join(name for name, is_same in same.items() if not is_same)
    _expect(not other, f"{ASSESSMENT} with other {other} than {RECORD}")
    late = ", ".join(name for name in _FACTS if not _all_visible(pack, name))
    _expect(not late, f"{late} that were not known at {told['as_of']}")
    _expect(_has_its_movements(pack), f"{FACTS} with other movements than its transactions")
    as_recorded = pack.manifest == PackManifest.of(record, pack.manifest.files)
    _expect(as_recorded, f"a manifest of another assessment than {RECORD}")
    return f"facts, assessment and record {record.assessment_id} belong together"


def _has_its_movements(pack: Opened) -> bool:
    """Tell whether transactions stand there again wherever money is complained of."""
    transactions, moved = pack.facts["transactions"], pack.facts.get("movements")
    if moved is None:
        complained = complained_of(pack.facts["complaints"])
        return complained.isdisjoint(transactions["transaction_id"].to_pylist())
    told = [name for name in moved.column_names if name in transactions.column_names]
    same: bool = moved.select(told).equals(transactions.select(told))
    return same


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _network_as_of(pack: Opened) -> datetime | None:
    instants: list[datetime] = pack.facts["snapshots"]["happened_at"].to_pylist()
    _expect(len(instants) <= 1, f"{FACTS} with several snapshots of the network")
    return instants[0] if instants else None


def _all_visible(pack: Opened, table: str) -> bool:
    rows = pack.facts[table]
    return len(visible(rows, pack.record.as_of)) == len(rows)


def _adds_up(pack: Opened) -> str:
    """Add contributions up to the score."""
    base, raw = pack.assessment["base"], pack.assessment["raw_score"]
    parts = pack.stated.numbers("contribution").tolist()
    size = max(1.0, math.fsum(map(abs, parts)))
    # Written so that a NaN fails as well.
    right = abs(base + math.fsum(parts) - raw) <= _TOLERANCE * size
    _expect(right, "contributions that do not add up to the score")
    return f"{len(parts)} contributions add up to the score {raw:+.6f}"


def _reasons_follow(pack: Opened) -> str:
    """Choose and word the reasons again, from the numbers of the features."""
    record, told = pack.record, pack.assessment["reasons"]
    again = json.loads(as_json(pack.stated.reasons(record.currency, record.most_reasons)))
    for shown, made in zip_longest(told, again):
        behaviour = (made or shown)["typology"]
        _expect(shown == made, f"reason {behaviour} otherwise than the numbers make it")
    strangers = ", ".join(pack.stated.strangers(pack.facts["accounts"]))
    _expect(not strangers, f"{strangers} compared with accounts that are no peers of this one")
    return f"{counted(len(told), 'reason')}, for and against, follow from the contributions"


def _features_follow(pack: Opened) -> str:
    """Compute every feature again from all facts."""
    again = digest_of_numbers(pack.computer.all.tolist())
    _expect(again == pack.record.features, "feature values that do not follow from the facts")
    transactions = counted(len(pack.facts["transactions"]), "transaction")
    return f"{len(NAMES)} feature values follow from {transactions}"


def _follows_from_evidence(pack: Opened) -> str:
    """Compute the value of every reason shown again, from the transactions that it lists alone."""
    details = pack.stated.details
    checked = sorted(details.keys() & FROM_TRANSACTIONS)
    for name in checked:
        value = number(details[name]["value"])
        again = pack.computer.value(name, details[name]["transaction_ids"])
        same = again == value or (math.isnan(again) and math.isnan(value))
        _expect(same, f"{name} {value!r}, which its transactions make {again!r}")
    others = sorted(details.keys() - FROM_TRANSACTIONS)
    for name, ids in pack.computer.evidence(others).items():
        shown = details[name]["transaction_ids"]
        _expect(shown == ids, f"{name} with other transactions than the facts name behind it")
    told = f"; {counted(len(others), 'value')} from the account or its snapshot" if others else ""
    return f"{counted(len(checked), 'value')} of reasons follow from the transactions listed{told}"


def _suggestion_follows(pack: Opened) -> str:
    """Suggest again, from the band, the outcomes known and the money complained of."""
    told, facts, account = pack.assessment, pack.facts, pack.record.account_id
    is_known = account in known_mules(facts["labels"])
    complained = complained_of(facts["complaints"])
    moved = _movements(pack)
    linked, loss = linked_money(moved, complained), loss_of(moved, complained)
    again = {
        "known_mule": is_known,
        "outcomes": outcomes_by_account(facts["labels"]).get(account, ()),
        "visible_transactions": len(facts["transactions"]),
        "suggestion": suggest(
            None if is_known else told["band"], linked, pack.record.as_of, Policy()
        ),
        "loss": loss,
        "is_probable_victim": is_probable_victim(moved, complained, known_mule=is_known),
    }
    for name, made in json.loads(as_json(again)).items():
        _expect(told[name] == made, f"{name} otherwise than the facts make it")
    return f"the suggestion {told['suggestion']['action']} follows from the band and the facts"


def _role_is_a_hint(pack: Opened) -> str:
    """Hold the role to where it may be told, and to what its probabilities must be."""
    told = pack.assessment["role_if_mule"]
    if told is None:
        return "no role is told"
    may_be = is_told(pack.assessment["band"], known_mule=pack.assessment["known_mule"])
    _expect(may_be, "a role where none is told: in the lowest band, or of a known mule")
    shares = list(told.values())
    # Written so that a NaN fails as well.
    right = min(shares) >= 0 and abs(math.fsum(shares) - 1) <= _TOLERANCE
    _expect(right and told.keys() <= set(ROLES), "roles whose probabilities do not add up to 1")
    return f"the probabilities of {counted(len(told), 'role')}, if it is a mule, add up to 1"


def _movements(pack: Opened) -> list[Movement]:
    if "movements" not in pack.facts:
        return []
    return movements(pack.facts["movements"], pack.record.account_id)


CHECKS: tuple[Callable[[Opened], str], ...] = (
    _belongs_together,
    _adds_up,
    _reasons_follow,
    _features_follow,
    _follows_from_evidence,
    _suggestion_follows,
    _role_is_a_hint,
)
"""In their order: each says what was found right, or raises `PackRefused`."""


def _digest(pack: Opened, what: str) -> str:
    return digest_of_numbers(pack.stated.numbers(what))


def _expect(right: bool, seen: str) -> None:  # noqa: FBT001
    if not right:
        raise PackRefused(
            seen,
            "what one assessment was made from and what it answered",
            "Do not rely on it; ask the sender.",
        )
