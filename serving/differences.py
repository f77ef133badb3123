"""What is the same and what differs between an assessment and the same one made again."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.assessments import AssessmentRecord
from ledger.errors import MuleriskError
from serving.records import digest_of
from serving.replay import Replayed
from serving.wording import counted


class NotReproduced(MuleriskError):
    """An assessment that came out differently, and why."""


@dataclass(frozen=True)
class Compared:
    """One thing that was compared.

    Attributes
    ----------
    is_same : bool or None
        None where there is nothing to compare with, or where a difference proves nothing.
    words : str
    """

    is_same: bool | None
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
        yield Compared(
            None, f"other code version: made by {record.code[:12]}, this is {again.code[:12]}"
        )
    if record.libraries != again.libraries:
        yield Compared(None, f"other libraries: {record.libraries}; now {again.libraries}")


def _facts(record: AssessmentRecord, again: AssessmentRecord) -> Compared:
    then, now = record.visible_transactions, again.visible_transactions
    if record.inputs == again.inputs:
        known = f"{counted(now, 'transaction')} known at recorded_seq {record.recorded_seq:,}"
        return Compared(is_same=True, words=f"facts: {known}")
    if now < then:
        told = f"facts missing: {counted(then, 'transaction')} then, {now:,} now"
    elif now > then:
        told = f"facts added below the pin: {counted(then, 'transaction')} then, {now:,} now"
    else:
        told = f"facts changed: as many transactions ({now:,}), another content"
    return Compared(is_same=False, words=told)


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


def _band(record: AssessmentRecord) -> str:
    return f"band {record.band}"


def _suggestion(record: AssessmentRecord) -> str:
    amount = f" {record.amount_minor}" if record.amount_minor else ""
    return f"suggestion {record.action}{amount}"


def _written(replayed: Replayed) -> Iterator[Compared]:
    for name, content in replayed.outputs.items():
        then, now = replayed.written.get(name), digest_of(content)
        if then is None:
            yield Compared(None, f"{name}: none was written then; now it has SHA-256 {now}")
        else:
            changed = f"{name} changed: SHA-256 {then} then, {now} now"
            yield _either(then == now, f"{name} SHA-256 {now}", changed)


def _either(is_same: bool, same: str, differs: str) -> Compared:  # noqa: FBT001
    return Compared(is_same, same if is_same else differs)
