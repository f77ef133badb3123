"""A candidate beside what it would replace, on rows that neither has learnt from.

The champion in service has learnt from every labelled row of its ledger, the test rows included, so
its bundle must not score them: it would know the answers. There are three fair ways:

- There is no champion: the best baseline, learnt fold by fold as the candidate is.
- The **same protocol** was run for the champion, on the same ledger and the same test rows: the
  models of its folds, whose scores were kept at its promotion, beside those of the candidate's.
  Both recipes learnt from the same past. Scores are compared and not features, so another catalogue
  of features does not matter.
- The ledger has grown and the catalogue is the same: the champion's **bundle** on those test rows
  that stand after everything it was told. The candidate's scores are of its folds' models.
"""

from datetime import datetime

import pyarrow.parquet as pq

from ledger.view import microseconds
from training.evaluation.comparison import Scores
from training.evaluation.groups import ratios_above
from training.evaluation.metrics import Scored
from training.evaluation.side_by_side import innocents, side_by_side
from training.evaluation.tested import Tested
from training.promotion.candidate import Candidate
from training.promotion.evidence import Comparison, NotComparable
from training.promotion.standing import Standing

_RIVAL = "rival"
_ROWS = ["account_id", "as_of", "label", "fold"]
_PROTOCOL = ("labels", "splits")


def with_baseline(candidate: Candidate) -> Comparison:
    """Compare with the baseline that finds most among the accounts reviewed."""
    figures, told = candidate.metrics["at_capacity"]["figures"], candidate.metrics["side_by_side"]
    best = max(candidate.baselines, key=lambda name: figures[name]["precision"])
    return Comparison(
        f"the baseline {best}",
        "there is no champion; the baseline learnt from the same past of each fold",
        told["all"]["above"][best],
        tuple(fold["above"][best] for fold in told["folds"].values()),
        innocents(candidate.tested, candidate.model, candidate.baselines[best]),
        {},
    )


def with_champion(candidate: Candidate, champion: Standing) -> Comparison | NotComparable:
    """Compare with the champion in the first way that is fair, or say why none is."""
    if is_same_protocol(candidate, champion):
        raw = pq.read_table(champion.kept / "scores.parquet")["raw"].to_numpy()
        digest = candidate.fitted.origin["ledger_digest"][:12]
        return _compared(
            candidate.tested,
            champion,
            candidate.tested.scored(raw),
            f"the models of both models' folds, which learnt from the same past of ledger {digest}",
        )
    return _with_bundle(candidate, champion)


def is_same_protocol(candidate: Candidate, champion: Standing) -> bool:
    """Tell whether both were tested on the same rows by models that learnt from the same past."""
    ours, theirs = candidate.fitted.origin, champion.manifest.lineage
    kept = champion.kept / "scores.parquet"
    if ours["ledger_digest"] != theirs.ledger_digest or not kept.exists():
        return False
    if any(ours["parameters"][name] != theirs.parameters[name] for name in _PROTOCOL):
        return False
    rows = pq.read_table(candidate.folder / "scores.parquet", columns=_ROWS)
    return bool(rows.equals(pq.read_table(kept, columns=_ROWS)))


def _with_bundle(candidate: Candidate, champion: Standing) -> Comparison | NotComparable:
    lineage = champion.manifest.lineage
    if champion.manifest.catalogue_hash != candidate.fitted.catalogue_hash:
        return NotComparable(
            champion.words,
            "the champion has another catalogue of features, and was evaluated on another ledger or"
            " by another protocol: there is no row that both can be tested on",
            f"Run the pipeline on ledger {lineage.ledger_digest[:12]} with the labels and splits of"
            " the champion and promote that model first; then this one.",
        )
    told = datetime.fromisoformat(lineage.learnt_until)
    since = candidate.tested.since(microseconds(told))
    positives = int(since.rows.label[since.at].sum())
    needed = since.parameters.splits.minimum_positives
    if positives < needed:
        return NotComparable(
            champion.words,
            f"{positives} positive test rows stand after {lineage.learnt_until}, until when the"
            " champion was told outcomes",
            f"Wait until {needed} do, or evaluate on the champion's ledger"
            f" {lineage.ledger_digest[:12]} with its labels and splits.",
        )
    return _compared(
        since,
        champion,
        since.scored(champion.scorer.raw(since.test.values)),
        f"the champion's bundle, on the {len(since.at):,} test rows after {lineage.learnt_until},"
        " until when it was told outcomes; the candidate by the models of its folds",
    )


def _compared(tested: Tested, champion: Standing, rival: Scored, basis: str) -> Comparison:
    model = tested.scored(tested.raw)
    found = side_by_side(tested, Scores(model, {_RIVAL: rival}))
    return Comparison(
        champion.words,
        basis,
        found["all"]["above"][_RIVAL],
        tuple(fold["above"][_RIVAL] for fold in found["folds"].values()),
        innocents(tested, model, rival),
        ratios_above(tested, model, rival),
    )
