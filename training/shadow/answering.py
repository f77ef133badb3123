"""Asking both models what the champion was asked."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ledger.assessments import AssessmentRecord
from models.reasons import moved
from training.assessed import Again, Opened, seen_again
from training.shadow.answers import Answers, Changed
from training.shadow.both import Both


def answered(records: Sequence[AssessmentRecord], opened: Opened, both: Both) -> Answers:
    """Compute features once, as the champion saw them, and let both models score them.

    Left out are assessments of facts that came with the request, of accounts that were known
    mules, and those that do not come out again as they were served: of these nobody can say what
    the challenger would have been shown.

    Parameters
    ----------
    records : sequence of AssessmentRecord
        Made with the champion.
    opened : callable
        Opens the store at an instant, as far as a `recorded_seq`.
    both : Both
    """
    stored = [record for record in records if record.source != "supplied"]
    parts = list(seen_again(stored, opened, both.champion))
    left_out = {
        "known mules": sum(int(part.known_mule.sum()) for part in parts),
        "do not come out again as they were served": sum(map(_differing, parts)),
        "facts came with the request and were not kept": len(records) - len(stored),
    }
    compared = [_compared(part) for part in parts]
    if not any(len(part.raw) for part in compared):
        return Answers(left_out=+Counter(left_out))
    values = np.concatenate([part.values for part in compared])
    answers = Answers(
        np.concatenate([part.account_id for part in compared]),
        np.concatenate([part.as_of for part in compared]),
        np.concatenate([part.raw for part in compared]),
        both.challenger.raw(values),
    )
    changed = {each.account_id: each for each in _changed(answers, values, both)}
    return Answers(
        answers.account_id, answers.as_of, answers.champion, answers.challenger,
        changed, +Counter(left_out),
    )  # fmt: skip


def _differing(part: Again) -> int:
    return part.asked - int((part.as_served | part.known_mule).sum())


def _compared(part: Again) -> Again:
    kept = part.as_served & ~part.known_mule
    return Again(
        asked=part.asked,
        # Each name stands once in memory, however often the account was assessed.
        account_id=np.array([sys.intern(each) for each in part.account_id[kept]], object),
        values=part.values[kept],
        raw=part.raw[kept],
        as_of=part.as_of[kept],
        known_mule=part.known_mule[kept],
        as_served=part.as_served[kept],
    )


def _changed(answers: Answers, values: npt.NDArray[np.float64], both: Both) -> Iterator[Changed]:
    """Explain by both models the assessments that are put into another band, in order of time."""
    bands = list(
        zip(
            both.champion.bands(answers.champion),
            both.challenger.bands(answers.challenger),
            strict=True,
        )
    )
    rows = [row for row, (before, after) in enumerate(bands) if before != after]
    rows.sort(key=lambda row: int(answers.as_of[row]))
    if not rows:
        return
    explained = zip(
        rows,
        both.champion.shap(values[rows], answers.champion[rows]),
        both.challenger.shap(values[rows], answers.challenger[rows]),
        strict=True,
    )
    for row, champion, challenger in explained:
        yield Changed(
            answers.account_id[row],
            int(answers.as_of[row]),
            float(answers.champion[row]),
            float(answers.challenger[row]),
            bands[row],
            (moved(champion), moved(challenger)),
        )
