"""What a bank knows of its accounts that draws some of them and investigates what it drew."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.outcomes import known_mules
from ledger.schema import LABELS
from training.evaluation.audit import Investigated, investigated
from training.grid import DAY
from training.labels import LEFT_OUT, label
from training.rows import Rows
from training.unlabelled.truth import launders_by


@dataclass(frozen=True)
class Known:
    """Rows with what is known of them, and what is true.

    Attributes
    ----------
    rows : Rows
        Labelled by the ledger and by draws; none is of an account that was found before.
    labels : int8 array, length n
        The ledger's own, without the draws.
    truth : int8 array, length n
        1 where the account has laundered when the row's horizon ends.
    never_found : bool array, length n
        Where it has and the ledger never tells it.
    outcomes : Table
        Those of the ledger and of the draws, as a table `labels`.
    horizon : int
        In microseconds.
    """

    rows: Rows
    labels: npt.NDArray[np.int8]
    truth: npt.NDArray[np.int8]
    never_found: npt.NDArray[np.bool_]
    outcomes: pa.Table
    horizon: int

    def investigated(self, alerts: pa.Table | None = None) -> Investigated:
        """Read what was found of the rows, if also these investigations of alerts were made."""
        outcomes = self.outcomes if alerts is None else pa.concat_tables([self.outcomes, alerts])
        rows = self.rows
        return investigated(rows.account_id, rows.as_of, outcomes, horizon=self.horizon)

    def findings(self, which: npt.NDArray[np.bool_], probability: float) -> pa.Table:
        """Write what investigations of these rows find, as a table `labels`."""
        return _findings(self.rows.only(which), self.truth[which], self.horizon, probability)

    def only(self, which: npt.NDArray[np.bool_]) -> "Known":
        """Keep these rows."""
        return replace(
            self,
            rows=self.rows.only(which),
            labels=self.labels[which],
            truth=self.truth[which],
            never_found=self.never_found[which],
        )


def with_draws(rows: Rows, lake: Lake, *, horizon_days: int, share: float, seed: int) -> Known:
    """Draw accounts of which no outcome became known within a horizon, and look at its end.

    Parameters
    ----------
    rows : Rows
        With the ledger's own labels.
    share : float
        With this probability each is drawn, at each instant.
    seed : int
        Of the draws alone.

    Raises
    ------
    MuleriskError
        If instants are less than a horizon apart: a row would stand in more than one draw.
    """
    _check_apart(rows, horizon_days)
    horizon, outcomes = horizon_days * DAY, lake.read("labels").select(LABELS.arrow.names)
    truth = launders_by(lake, rows.account_id, rows.as_of + horizon)
    ever = np.isin(rows.account_id.astype(str), list(known_mules(outcomes)))
    known = Known(rows, rows.label, truth, (truth == 1) & ~ever, outcomes, horizon)
    nobody_looked = known.investigated().weight == 0
    drawn = nobody_looked & (np.random.default_rng(seed).random(len(rows)) < share)
    with_those = pa.concat_tables([outcomes, known.findings(drawn, share)])
    labels = label(
        rows.account_id, rows.as_of, with_those, lake.read("account_events"), horizon=horizon,
        end=int(rows.as_of.max()) + horizon,
    )  # fmt: skip
    known = replace(known, rows=replace(rows, label=labels), outcomes=with_those)
    return known.only(labels != LEFT_OUT)


def _check_apart(rows: Rows, horizon_days: int) -> None:
    apart = np.diff(np.unique(rows.as_of)).min(initial=np.iinfo(np.int64).max) // DAY
    if apart < horizon_days:
        raise MuleriskError(
            f"Instants are {apart} days apart and a horizon is {horizon_days}: a row would stand in"
            " several draws. Set features.stride_days to at least labels.horizon_days."
        )


def _findings(
    rows: Rows, truth: npt.NDArray[np.int8], horizon: int, probability: float
) -> pa.Table:
    """Let each investigation end with the row's horizon."""
    ends = pa.array(rows.as_of + horizon - 1).cast(LABELS.column("known_at").type.arrow)
    count = len(rows)
    columns = {
        "account_id": pa.array(rows.account_id, pa.string()),
        "outcome": pa.array(np.where(truth == 1, "complicit_mule", "legitimate"), pa.string()),
        "happened_at": ends,
        "known_at": ends,
        "source": pa.repeat(pa.scalar("draw"), count),
        "inclusion_probability": pa.repeat(pa.scalar(probability, pa.float64()), count),
        "role": pa.nulls(count, pa.string()),
    }
    return pa.table({name: columns[name] for name in LABELS.arrow.names}, LABELS.arrow)
