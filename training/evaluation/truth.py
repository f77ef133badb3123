"""The part of an evaluation that needs a generator's knowledge of its ledger."""

from typing import Any

import numpy as np

from training.evaluation.comparison import Scores, compare
from training.evaluation.controls import controls, laundering_free
from training.evaluation.delay import delay
from training.evaluation.innocents import hard_innocents
from training.evaluation.money import money
from training.evaluation.ring_disjoint import ring_disjoint
from training.evaluation.tested import Tested
from training.rows import Rows, labelled_rows, positions

TABLES = ("truth_transactions", "truth_accounts")
QUESTIONS = ("ring_disjoint", "honest_subset", "hard_innocents", "controls", "money", "delay")


def with_truth(tested: Tested, scores: Scores) -> dict[str, dict[str, Any]]:
    """Answer the questions that only a generator can answer.

    What a ledger cannot tell stands under `omitted`, with the reason.
    """
    lake = tested.inputs.lake
    if not all(lake.rows(table) for table in TABLES):
        needed = "it needs the tables " + " and ".join(TABLES)
        return {"omitted": dict.fromkeys(QUESTIONS, needed)}
    tested.progress("features without laundering transactions")
    rows = _without_laundering(tested)
    honest = positions(tested.test, rows.account_id, rows.as_of) >= 0
    answers: dict[str, dict[str, Any] | str] = {
        "ring_disjoint": ring_disjoint(tested, scores),
        "honest_subset": compare(scores.only(honest), tested.parameters.evaluate),
        "hard_innocents": hard_innocents(tested, scores.model),
        "controls": controls(tested, rows),
        "money": money(tested, scores.model),
        "delay": delay(tested, scores.model),
    }
    answered = {name: each for name, each in answers.items() if not isinstance(each, str)}
    omitted = {name: each for name, each in answers.items() if isinstance(each, str)}
    return answered | ({"omitted": omitted} if omitted else {})


def _without_laundering(tested: Tested) -> Rows:
    instants = [int(at) for at in np.unique(tested.rows.as_of)]
    settings = tested.parameters.features
    features = laundering_free(tested.inputs.lake, instants, settings)
    return labelled_rows(features, tested.inputs.labels)
