"""What is the same and what differs between an assessment and the same one made again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ledger.assessments import AssessmentRecord
from ledger.errors import MuleriskError
from serving.records import digest_of
from serving.replay import Replayed
from serving.wording import counted

Verdict = Literal["same", "differs", "unknown", "note"]


class NotReproduced(MuleriskError):
    """An assessment that came out differently, and why."""


@dataclass(frozen=True)
class Compared:
    """One thing that was compared.

    Attributes
    ----------
    verdict : {"same", "differs", "unknown", "note"}
        Unknown is what was answered then and cannot be compared here; a note is what decides
        nothing.
    words : str
    """

    verdict: Verdict
    words: str


def compare(replayed: Replayed) -> list[Compared]:
    """Compare what an assessment was made from and what it answered, then and now."""
    return [*_made_from(replayed), *_answered(replayed), *_written(replayed)]


def _made_from(replayed: Replayed) -> Iterator[Compared]:
    record, again = replayed.record, replayed.again
    yield _facts(record, again)
    for name, what in (("bundle", "bundle"), ("catalogue", "feature catalogue")):
        then, now = getattr(record, name), getattr(again, name)
        yield _either(
            then == now, f"{what} {now[:12]}", f"other {what}: {then[:12]}, now {now[:12]}"
        )
    # Other code can give the same numbers, so it is told and decides nothing.
    if record.code != again.code:
        made = f"other code version: made by {record.code[:12]}, this is {again.code[:12]}"
        yield Compared("note", made)
    if record.libraries != again.libraries:
        yield Compared("note", f"other libraries: {record.libraries}; now {again.libraries}")


def _facts(record: AssessmentRecord, again: AssessmentRecord) -> Compared:
    then, now = record.visible_transactions, again.visible_transactions
    if record.inputs == again.inputs:
        known = f"{counted(now, 'transaction')} known at recorded_seq {record.recorded_seq:,}"
        return Compared("same", f"facts: {known}")
    if now < then:
        told = f"facts missing: {counted(then, 'transaction')} then, {now:,} now"
    elif now > then:
        told = f"facts added below the pin: {counted(then, 'transaction')} then, {now:,} now"
    else:
        told = f"facts changed: as many transactions ({now:,}), another content"
        if record.code != again.code:
            told += ", or other code reads more of them"
    return Compared("differs", told)


def _answered(replayed: Replayed) -> Iterator[Compared]:
    record, again = replayed.record, replayed.again
    yield _either(
        record.features == again.features, "feature values", "numbers changed: feature values"
    )
    yield _either(
        record.raw_score == again.raw_score,
        f"score {again.raw_score!r} log-odds",
        f"numbers changed: score {record.raw_score!r} then, {again.raw_score!r} now",
    )
    if record.contributions:
        same = record.contributions == again.contributions
        yield _either(same, "SHAP values", "numbers changed: SHAP values")
    for words in (_band, _suggestion):
        then, now = words(record), words(again)
        yield _either(then == now, now, f"judgement changed: {then} then, {now} now")
    yield _answer(record.answer, again.answer)


def _answer(then: str, now: str) -> Compared:
    all_of_it = (
        "probability, role if it is a mule, reasons, what would change it, outcomes, what was paid"
        " under complaint, the suggestion's terms"
    )
    if not then:
        return Compared("unknown", f"whole answer: its hash was not recorded then ({all_of_it})")
    changed = f"answer changed: SHA-256 {then} then, {now} now; it also holds {all_of_it}"
    return _either(then == now, f"answer SHA-256 {now}", changed)


def _band(record: AssessmentRecord) -> str:
    return f"band {record.band}"


def _suggestion(record: AssessmentRecord) -> str:
    amount = f" {record.amount_minor}" if record.amount_minor else ""
    return f"suggestion {record.action}{amount}"


def _written(replayed: Replayed) -> Iterator[Compared]:
    for name in dict.fromkeys((*replayed.outputs, *replayed.written)):
        then, why = replayed.written.get(name, ""), replayed.unwritten.get(name)
        if why:
            yield Compared("unknown", f"{name}, SHA-256 {then}, cannot be made here: {why}")
        else:
            yield _output(name, then, replayed.outputs.get(name))


def _output(name: str, then: str, content: bytes | None) -> Compared:
    if content is None:
        return Compared("differs", f"{name}: written then, SHA-256 {then}; not written any more")
    now = digest_of(content)
    if not then:
        return Compared("note", f"{name}: none was written then; now it has SHA-256 {now}")
    changed = f"{name} changed: SHA-256 {then} then, {now} now"
    return _either(then == now, f"{name} SHA-256 {now}", changed)


def _either(is_same: bool, same: str, differs: str) -> Compared:  # noqa: FBT001
    return Compared("same", same) if is_same else Compared("differs", differs)
