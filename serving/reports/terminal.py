"""The same document for a terminal."""

from collections.abc import Iterator
from textwrap import fill

from ledger.foreign_text import visible
from models.language import ENGLISH
from serving.reports.document import ReportDocument, ShownReason
from serving.reports.words import UNUSUAL, Words
from serving.wording import counted

_WIDTH = 96
_TOLD = 0.005
"""What would be written as 0.00 is left out."""


def text(document: ReportDocument) -> str:
    """Write the report in lines; nothing a stranger wrote can command the terminal."""
    account, judgement, suggestion = document.account, document.judgement, document.suggestion
    words = Words(ENGLISH, document.flow.currency)
    opened = f"opened {account.opened_at:%Y-%m-%d}" if account.opened_at else "opening not known"
    lines = [
        f"Account    {visible(account.account_id)}",
        f"           {account.kind.replace('_', ' ')} at {visible(account.institution)}, {opened}",
        f"As of      {ENGLISH.moment(document.as_of)}",
        f"Network    {_network(document)}",
        "",
        *_found(document),
        *([_under("Loss", words.loss(document))] * (document.loss is not None)),
        f"Band       {judgement.band}",
        _under("Score", _score(document, words)),
        _under(
            "Suggested",
            f"{words.headline(document)}. {suggestion.why} {suggestion.release_test}",
        ),
        *(["           A second person must order this."] * suggestion.second_person_required),
        "           A person decides; nothing has been held or frozen.",
        *([_under("", words.role(role))] if (role := document.role_if_mule) else []),
        "",
        *_side("Points to a mule", document.reasons_for, words),
        *_side("Points away from a mule", document.reasons_against, words),
        *_would_change(document, words),
        *(_under(name, value, indent=30) for name, value in words.versions(document.versions)),
    ]  # fmt: skip
    return "\n".join(lines)


def _network(document: ReportDocument) -> str:
    if document.network_as_of is None:
        return "no snapshot known; nothing is said of the accounts around it"
    return f"as of {ENGLISH.moment(document.network_as_of)}"


def _score(document: ReportDocument, words: Words) -> str:
    judgement = document.judgement
    ends = (judgement.probability_low, judgement.probability_high)
    return (
        f"Of accounts {_whose(document)}, {words.frequency(judgement.probability)} become known as"
        f" mules within {judgement.horizon_days} days ({words.signed(judgement.raw)} log-odds,"
        f" where the average account has {words.signed(judgement.base)})."
        f" {words.allowed(judgement.probability, *ends)}"
    )


def _whose(document: ReportDocument) -> str:
    return "that behave alike and are not known yet" if document.known_mule else "with this score"


def _found(document: ReportDocument) -> Iterator[str]:
    for outcome in document.outcomes:
        role = f", {outcome.role}" if outcome.role else ""
        words = f"{outcome.outcome}{role}".replace("_", " ")
        found = f"{words}: found by {outcome.source}, learnt on {outcome.known_at:%Y-%m-%d}."
        yield _under("Known", found)
    if document.known_mule:
        yield _under("", "The outcome is already known, so the score below forecasts nothing: it"
                     " only describes how the account behaves.")  # fmt: skip


def _side(title: str, reasons: tuple[ShownReason, ...], words: Words) -> list[str]:
    told = [line for reason in reasons for line in _reason(reason, words)]
    return [title, *(told or ["  No fact of note."]), ""]


def _reason(reason: ShownReason, words: Words) -> Iterator[str]:
    yield _under(f"  {words.signed(reason.contribution)}", words.title(reason))
    if reason.unusual:
        yield _under("", UNUSUAL, indent=13)
    for detail in reason.details:
        told = (words.sentence(detail), words.standing(detail), _rests_on(detail.evidence_count))
        yield _under(f"    {words.signed(detail.contribution)}", " ".join(told), indent=13)
    if abs(reason.others) >= _TOLD:
        yield _under(f"    {words.signed(reason.others)}", "Its other facts together.", indent=13)
    if not reason.evidence_count:
        yield _under("", words.rests_on(reason), indent=13)


def _would_change(document: ReportDocument, words: Words) -> list[str]:
    if document.counterfactual is None:
        return []
    told = (words.would_change(document), *map(words.change, document.changes))
    return ["What would change it", *(_under("", line, indent=2) for line in told), ""]


def _rests_on(count: int) -> str:
    return f"Rests on {counted(count, 'transaction')}." if count else ""


def _under(label: str, words: str, indent: int = 11) -> str:
    return fill(
        visible(words), _WIDTH, initial_indent=label.ljust(indent), subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
