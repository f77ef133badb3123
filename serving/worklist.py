"""The worklist: the accounts a person should look at first, as a table for a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from features.everyone import everyone
from ledger.errors import MuleriskError
from ledger.foreign_text import spreadsheet_safe
from ledger.outcomes import known_mules
from ledger.view import LedgerView
from models.assess import assess
from models.assessment import Assessment, Terms
from models.reasons import Reason
from models.scorer import Scorer
from serving.wording import major, moment

_REASONS_FOR = 3

COLUMNS = (
    "rank", "account_id", "institution", "kind", "outcome", "probable_victim", "band",
    "probability", "raw_score", "action", "amount", "currency", "reason_1", "reason_2", "reason_3",
    "reason_against", "evidence_transactions", "as_of", "recorded_seq", "model", "bundle",
    "catalogue", "assessment",
)  # fmt: skip
"""What each line tells; `docs/report.md` says what they mean."""


class NothingKnown(MuleriskError):
    """The ledger knows no transaction before the instant asked about."""


@dataclass(frozen=True)
class Worklist:
    """Accounts to look at, and how many nobody needs to.

    Attributes
    ----------
    ranked : tuple of Assessment
        The riskiest first.
    known_mules : int
        Accounts left out because a mule outcome of theirs was already known.
    """

    ranked: tuple[Assessment, ...]
    known_mules: int


def rank(view: LedgerView, scorer: Scorer, terms: Terms, top: int) -> Worklist:
    """Score every account that has a visible transaction and assess the `top` riskiest.

    Known mules are left out: a score forecasts what is not known yet. Accounts with equal scores
    come in the order of their ids. Only those returned are explained.

    Raises
    ------
    NothingKnown
        If no account has a visible transaction.
    """
    table = everyone(view)
    if not len(table.account_id):
        raise NothingKnown(
            f"No transaction of any account is known before {moment(view.as_of)}."
            " Ask about a later --as-of."
        )
    known = known_mules(view.labels())
    scores = zip(-scorer.raw(table.values), table.account_id, strict=True)
    riskiest = [account_id for _, account_id in sorted(scores) if account_id not in known]
    assessed = assess(view, scorer, riskiest[:top], terms)
    return Worklist(
        ranked=tuple(found for found in assessed if isinstance(found, Assessment)),
        known_mules=len(table.account_id) - len(riskiest),
    )


def write_worklist(
    path: Path, ranked: Sequence[Assessment], assessment_ids: Sequence[str], accounts: pa.Table
) -> None:
    """Write assessments as CSV in UTF-8; no cell is a formula to a spreadsheet.

    Parameters
    ----------
    path : Path
    ranked : sequence of Assessment
    assessment_ids : sequence of str
        Under which they are on record.
    accounts : pyarrow.Table
        Of the ledger, at least those ranked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_rows(ranked, assessment_ids, accounts))


def _rows(
    ranked: Sequence[Assessment], assessment_ids: Sequence[str], accounts: pa.Table
) -> Iterator[list[str]]:
    held = {row["account_id"]: row for row in accounts.to_pylist()}
    on_record = zip(ranked, assessment_ids, strict=True)
    for place, (assessment, assessment_id) in enumerate(on_record, start=1):
        account = held[assessment.account_id]
        cells = {
            "rank": f"{place}",
            "account_id": spreadsheet_safe(assessment.account_id),
            "institution": spreadsheet_safe(account["institution"]),
            "kind": account["kind"],
            "outcome": assessment.outcomes[-1].outcome if assessment.outcomes else "",
            "probable_victim": "yes" if assessment.is_probable_victim else "",
            **_judgement(assessment),
            **_reasons(assessment.reasons),
            **_versions(assessment),
            "assessment": assessment_id,
        }
        yield [cells[column] for column in COLUMNS]


def _judgement(assessment: Assessment) -> dict[str, str]:
    suggestion = assessment.suggestion
    has_amount = suggestion.amount_minor > 0
    return {
        "band": assessment.band,
        "probability": f"{assessment.probability:.6f}",
        "raw_score": f"{assessment.raw_score:.6f}",
        "action": suggestion.action,
        "amount": major(suggestion.amount_minor, suggestion.currency) if has_amount else "",
        "currency": suggestion.currency if has_amount else "",
    }


def _reasons(reasons: Sequence[Reason]) -> dict[str, str]:
    against = [reason.sentence for reason in reasons if reason.towards == "against"]
    towards = [reason.sentence for reason in reasons if reason.towards == "for"]
    towards += [""] * _REASONS_FOR
    named = {f"reason_{n}": towards[n - 1] for n in range(1, _REASONS_FOR + 1)}
    named["reason_against"] = against[0] if against else ""
    behind = {id_ for reason in reasons for id_ in reason.transaction_ids}
    cells = {name: spreadsheet_safe(sentence) for name, sentence in named.items()}
    return {**cells, "evidence_transactions": f"{len(behind)}"}


def _versions(assessment: Assessment) -> dict[str, str]:
    return {
        "as_of": assessment.as_of.isoformat(),
        "recorded_seq": f"{assessment.recorded_seq}",
        "model": spreadsheet_safe(assessment.versions.model),
        "bundle": assessment.versions.bundle,
        "catalogue": assessment.versions.catalogue,
    }
