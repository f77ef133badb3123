"""On which side of the average account the champion's golden accounts stand under a candidate."""

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from training.features import read
from training.promotion.candidate import Candidate
from training.promotion.evidence import GoldenSide, NotComparable
from training.promotion.standing import Standing
from training.rows import Rows, positions

Values = npt.NDArray[np.float64]


def golden_sides(
    candidate: Candidate, champion: Standing
) -> tuple[GoldenSide, ...] | NotComparable:
    """Put the candidate's view of each golden account beside the champion's.

    With the same catalogue the golden rows of the bundle are scored. With another one the accounts
    are looked up in the candidate's own features, if it is of the same ledger: whose they are was
    kept at promotion.
    """
    if champion.manifest.catalogue_hash == candidate.fitted.catalogue_hash:
        return _sides(candidate, champion, champion.golden)
    values = _looked_up(candidate, champion)
    if values is None:
        ledger = champion.manifest.lineage.ledger_digest[:12]
        return NotComparable(
            champion.words,
            "the golden accounts are not in this feature table, and their kept features are of"
            " another catalogue",
            f"Promote a model of ledger {ledger} with this catalogue first, at the same instants.",
        )
    return _sides(candidate, champion, values)


def _looked_up(candidate: Candidate, champion: Standing) -> Values | None:
    kept, origin = champion.kept / "golden.parquet", candidate.fitted.origin
    if champion.manifest.lineage.ledger_digest != origin["ledger_digest"] or not kept.exists():
        return None
    accounts, table = pq.read_table(kept), read(candidate.tested.inputs.features)
    golden = Rows(
        accounts["account_id"].to_numpy(),
        accounts["as_of"].cast("int64").to_numpy(),
        np.zeros(len(accounts), np.int8),
        np.empty((len(accounts), 0)),
    )
    found = positions(golden, table.account_id, table.as_of)
    return None if (found < 0).any() else table.values[found]


def _sides(candidate: Candidate, champion: Standing, values: Values) -> tuple[GoldenSide, ...]:
    ours = candidate.scorer.raw(values) - candidate.scorer.base
    # Looked up, the row of an account with every feature missing is left out: nobody has it.
    theirs = champion.golden_raw[: len(values)] - champion.scorer.base
    return tuple(
        GoldenSide(f"golden row {number}", float(before), float(now))
        for number, (before, now) in enumerate(zip(theirs, ours, strict=True), start=1)
    )
