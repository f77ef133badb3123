"""The same document for a terminal."""

from collections.abc import Iterator
from textwrap import fill

from serving.reports.document import ReportDocument, ShownReason
from serving.reports.page import headline
from serving.wording import UNUSUAL, counted, frequency, moment, signed, visible

_WIDTH = 96
_TOLD = 0.005
"""What would be written as 0.00 is left out."""


def text(document: ReportDocument) -> str:
    """Write the report in lines; nothing a stranger wrote can command the terminal."""
    account, judgement, suggestion = document.account, document.judgement, document.suggestion
    opened = f"opened {account.opened_at:%Y-%m-%d}" if account.opened_at else "opening not known"
    lines = [
        f"Account    {visible(account.account_id)}",
        f"           {account.kind.replace('_', ' ')} at {visible(account.institution)}, {opened}",
        f"As of      {moment(document.as_of)}",
        "",
        *_found(document),
        f"Band       {judgement.band}",
        _under("Score", f"Of accounts {_whose(document)}, {frequency(judgement.probability)} become"
               f" known as mules within {judgement.horizon_days} days ({signed(judgement.raw)}"
               f" log-odds, where the average account has {signed(judgement.base)})."),
        _under("Suggested", f"{headline(document)}. {suggestion.why} {suggestion.release_test}"),
        *(["           A second person must order this."] * suggestion.second_person_required),
        "           A person decides; nothing has been held or frozen.",
        "",
        *_side("Points to a mule", document.reasons_for),
        *_side("Points away from a mule", document.reasons_against),
        *_would_change(document),
        *(_under(name, value, indent=30) for name, value in document.versions),
    ]  # fmt: skip
    return "\n".join(lines)


def _whose(document: ReportDocument) -> str:
    return "that behave alike and are not known yet" if document.known_mule else "with this score"


def _found(document: ReportDocument) -> Iterator[str]:
    for outcome in document.outcomes:
        words = outcome.outcome.replace("_", " ")
        found = f"{words}: found by {outcome.source}, learnt on {outcome.known_at:%Y-%m-%d}."
        yield _under("Known", found)
    if document.known_mule:
        yield _under("", "The outcome is already known, so the score below forecasts nothing: it"
                     " only describes how the account behaves.")  # fmt: skip


def _side(title: str, reasons: tuple[ShownReason, ...]) -> list[str]:
    told = [line for reason in reasons for line in _reason(reason)]
    return [title, *(told or ["  No fact of note."]), ""]


def _reason(reason: ShownReason) -> Iterator[str]:
    yield _under(f"  {signed(reason.contribution)}", reason.title)
    if reason.unusual:
        yield _under("", UNUSUAL, indent=13)
    for detail in reason.details:
        words = (detail.sentence, detail.standing, _rests_on(detail.evidence_count))
        yield _under(f"    {signed(detail.contribution)}", " ".join(words), indent=13)
    if abs(reason.others) >= _TOLD:
        yield _under(f"    {signed(reason.others)}", "Its other facts together.", indent=13)


def _would_change(document: ReportDocument) -> list[str]:
    if document.counterfactual is None:
        return []
    told = (document.counterfactual.sentence, *document.changes)
    return ["What would change it", *(_under("", words, indent=2) for words in told), ""]


def _rests_on(count: int) -> str:
    return f"Rests on {counted(count, 'transaction')}." if count else ""


def _under(label: str, words: str, indent: int = 11) -> str:
    return fill(
        visible(words), _WIDTH, initial_indent=label.ljust(indent), subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
