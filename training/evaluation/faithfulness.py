"""Whether explanations are true to the model: what they cite matters, and a trifle changes nothing.

Alerts are test rows in the top 1 % of their instant. The model that raised an alert explains it:
that of its fold, which was told nothing of these rows.

- **Faithful**: the transactions behind the three strongest reasons for are taken away, and the
  features and the score computed again, those of the network too (`features.network.without`, which
  says what stays). That must lower the score more than taking away as many other transactions at
  random; equal counts half. Only alerts whose evidence is at most half of the history are compared:
  otherwise there are not as many others.
- **Stable**: every amount raised by one minor unit, and every amount lowered by one, must leave the
  three strongest behaviours the same and in the same order. With the amounts raised or lowered at
  random, equal amounts become different ones; that is a figure of its own.

References
----------
DeYoung, J. et al. (2020). ERASER: a benchmark to evaluate rationalized NLP models. ACL 2020:
comprehensiveness.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import NAMES
from features.compute import compute
from features.events import TRANSACTION_COLUMNS
from features.network.coded import Coded, coded, index_of
from features.network.facts import Network, network
from features.network.families import DEFINITIONS
from features.network.join import with_rows
from features.network.snapshot import values_of
from features.network.without import Around
from ledger.view import SIDES, instant, only
from models.assess import assess
from models.assessment import Assessment, Terms
from models.reasons import moved
from models.scorer import Scorer
from training.evaluation.markdown import share
from training.evaluation.metrics import Scored, taken_at_capacity
from training.evaluation.tested import Tested
from training.fitted import Fitted
from training.scorer import scorer_of
from training.snapshots import PipelineView, read, tables_of

_REASONS = 3
_ROW = "row"
_DRAWS = 3
"""So many random sets of transactions are compared with each alert's evidence."""


def faithfulness(tested: Tested, model: Scored, fitted: Fitted) -> dict[str, Any]:
    """Measure the explanations of at most `evaluate.explained_alerts` alerts.

    Returns
    -------
    dict
        `alerts` explained and `compared`; the shares `faithful`, `stable` and `stable_at_random`,
        NaN where nothing could be compared.
    """
    settings = tested.parameters.evaluate
    random = np.random.default_rng(settings.seed)
    alerts = np.flatnonzero(taken_at_capacity(model, np.ones(len(model.label))) > 0)
    chosen = random.permutation(alerts)[: settings.explained_alerts]
    cases = list(_cases(tested, fitted, np.sort(chosen)))
    with ThreadPoolExecutor(tested.parameters.fit.threads) as pool:
        shares = pool.map(_won, cases, random.spawn(len(cases)))
        won = [each for each in shares if each is not None]
    return {
        "alerts": len(cases),
        "compared": len(won),
        "faithful": _mean(won),
        "stable": _mean([_is_stable(case, 1) and _is_stable(case, -1) for case in cases]),
        "stable_at_random": _mean(
            [_is_stable(case, random.choice([-1, 1], len(case.history))) for case in cases]
        ),
    }


def _mean(shares: list[Any]) -> float:
    return float(np.mean(shares)) if shares else float("nan")


@dataclass(frozen=True, eq=False)
class _Case:
    """One alert that can be scored again with another history."""

    scorer: Scorer
    assessment: Assessment
    account: pa.Table
    history: pa.Table
    row: npt.NDArray[np.int64]
    snapshot: pa.Table
    around: Callable[[], Around | None]
    """What is near it in the network: so large that it is picked for one alert at a time."""

    def values(self, history: pa.Table) -> npt.NDArray[np.float64]:
        """Compute the features from another history, shape (1, features).

        What the network showed stays.
        """
        own = compute(history, self.account, [self.assessment.as_of])
        return with_rows(own, self.snapshot).values

    def without(self, gone: npt.NDArray[np.bool_], around: Around | None) -> float:
        """Score the account without some of its transactions."""
        values = self.values(self.history.filter(pa.array(~gone)))
        if around is not None:
            shown = around.without(self.row[gone])
            values[:, -len(shown) :] = shown
        return float(self.scorer.raw(values)[0])

    @property
    def evidence(self) -> npt.NDArray[np.bool_]:
        """Mark the transactions behind the sentences of the strongest reasons for."""
        told = [reason for reason in self.assessment.reasons if reason.towards == "for"]
        ids = {id_ for reason in told[:_REASONS] for id_ in reason.details[0].transaction_ids}
        cited = pc.is_in(
            self.history["transaction_id"], value_set=pa.array(sorted(ids), pa.string())
        )
        return np.asarray(cited.to_numpy(zero_copy_only=False), dtype=bool)


def _cases(tested: Tested, fitted: Fitted, chosen: npt.NDArray[np.intp]) -> Iterator[_Case]:
    rows, lake = tested.test.only(chosen), tested.inputs.lake
    scorers = [scorer_of(replace(fitted, model_text=text)) for text in tested.models]
    taken = read(tested.inputs.snapshots, rows.account_id.tolist())
    whole = coded(tables_of(lake))
    for as_of in np.unique(rows.as_of):
        view = PipelineView(lake, instant(int(as_of)), taken=taken)
        there = rows.as_of == as_of
        scorer = scorers[tested.fold[chosen][there][0]]
        yield from _of_instant(view, scorer, rows.account_id[there].tolist(), whole)


def _of_instant(
    view: PipelineView, scorer: Scorer, ids: list[str], whole: Coded
) -> Iterator[_Case]:
    accounts, snapshots = view.accounts(ids), view.snapshots(ids, DEFINITIONS)
    transactions = view.transactions(ids, TRANSACTION_COLUMNS)
    row = index_of(transactions["transaction_id"], whole.transaction_ids.combine_chunks())
    transactions = transactions.append_column(_ROW, pa.array(row))
    seen = network(whole, snapshots["happened_at"][0].as_py()) if len(snapshots) else None
    for found in assess(view, scorer, ids, Terms(view.lake.reference_currency, top=_REASONS)):
        if isinstance(found, Assessment):
            own = [found.account_id]
            snapshot = only(snapshots, ("account_id",), own)
            history = only(transactions, SIDES, own)
            yield _Case(
                scorer,
                found,
                only(accounts, ("account_id",), own),
                history.drop_columns(_ROW),
                history[_ROW].to_numpy(),
                snapshot,
                partial(_around, seen, whole, snapshot),
            )


def _around(seen: Network | None, whole: Coded, snapshot: pa.Table) -> Around | None:
    """Pick what is near an account, where a snapshot shows it."""
    if seen is None or not len(snapshot):
        return None
    (account,) = index_of(snapshot["account_id"], whole.ids).tolist()
    return Around.of(seen, account, values_of(snapshot)[0])


def _won(case: _Case, random: np.random.Generator) -> float | None:
    """Return in how many of the draws the evidence mattered more, as a share."""
    evidence = case.evidence
    count, others = int(evidence.sum()), np.flatnonzero(~evidence)
    if not 0 < count <= len(others):
        return None
    around = case.around()
    without_evidence = case.without(evidence, around)
    won = 0.0
    for _ in range(_DRAWS):
        drawn = np.zeros(len(evidence), dtype=bool)
        drawn[random.choice(others, count, replace=False)] = True
        without_drawn = case.without(drawn, around)
        won += 0.5 * ((without_evidence < without_drawn) + (without_evidence <= without_drawn))
    return won / _DRAWS


def _is_stable(case: _Case, by: int | npt.NDArray[np.int64]) -> bool:
    """Tell whether the strongest behaviours stay with every amount changed a little."""
    column = case.history.column_names.index("reference_minor")
    amounts = case.history["reference_minor"].to_numpy()
    changed = pa.array(np.maximum(amounts + by, 0))
    history = case.history.set_column(column, "reference_minor", changed)
    values = case.values(history)
    again = moved(case.scorer.shap(values, case.scorer.raw(values))[0])
    shown = {name: each.contribution for name, each in case.assessment.features.items()}
    return _strongest(again) == _strongest(moved(np.array([shown[name] for name in NAMES])))


def _strongest(contributions: Mapping[str, float]) -> list[str]:
    return sorted(contributions, key=lambda name: -abs(contributions[name]))[:_REASONS]


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell whether the explanations are true to the model."""
    yield from ("", "## Explanations", "")
    yield (
        f"Each alert is explained by the model of its fold."
        f" Of {figures['alerts']} alerts, {figures['compared']} rest on at most half of their"
        f" history. Without the evidence of the three strongest reasons the score falls more than"
        f" without as many other transactions in {share(figures['faithful'])} of these. The three"
        f" strongest behaviours stay when every amount changes by one minor unit in"
        f" {share(figures['stable'])} of the alerts, and when each changes at random in"
        f" {share(figures['stable_at_random'])}."
    )
