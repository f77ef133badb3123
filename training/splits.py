"""The stage `splits`: which instants are learnt from and which are tested on.

References
----------
Rolling-origin evaluation: L. J. Tashman, "Out-of-sample tests of forecasting accuracy",
International Journal of Forecasting 16 (2000). Labels as known at training time: A. Dal Pozzolo
et al., "Credit card fraud detection: a realistic modeling and a novel learning strategy",
IEEE TNNLS 29 (2018).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from ledger.view import instant, microseconds
from training.grid import DAY, LedgerTooShort
from training.parameters import Splits


@dataclass(frozen=True)
class Fold:
    """One training and its test; instants in microseconds, UTC.

    Attributes
    ----------
    training : tuple of int
        Learnt from.
    validation : tuple of int
        Later than `training`: calibrated on, then learnt from too.
    test : tuple of int
        Later than both by the horizon and the embargo.
    """

    training: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def past(self) -> tuple[int, ...]:
        """All that was known when the fold's model was made."""
        return self.training + self.validation


def make_folds(
    positives: Mapping[int, int], settings: Splits, *, horizon_days: int
) -> tuple[Fold, ...]:
    """Cut the instants into as many folds as fit, at most `settings.folds`, in order of time.

    Parameters
    ----------
    positives : dict of int to int
        Positive rows at each instant.
    settings : Splits
    horizon_days : int
        A row's label is known this long after its instant.

    Raises
    ------
    LedgerTooShort
        If not even one fold fits.
    """
    as_ofs = sorted(positives)
    last, size = len(as_ofs), max(1, round(settings.test_share * len(positives) / settings.folds))
    ends = [last - back * size for back in range(min(settings.folds, last // size))]
    blocks = [as_ofs[end - size : end] for end in reversed(ends)]
    cut = [_fold(as_ofs, block, settings, horizon_days * DAY) for block in blocks]
    enough = settings.minimum_positives
    folds = tuple(
        fold for fold in cut if fold and sum(positives[at] for at in fold.training) >= enough
    )
    if not folds:
        raise LedgerTooShort(
            f"No fold fits: {last} instants with {sum(positives.values())} positive rows, and a"
            f" training needs {enough} of them before its validation and test. Import a longer"
            " ledger or lower splits.test_share, splits.embargo_days or splits.minimum_positives."
        )
    return folds


def _fold(
    as_ofs: Sequence[int], test: Sequence[int], settings: Splits, horizon: int
) -> Fold | None:
    past = known_by(as_ofs, test[0] - settings.embargo_days * DAY, horizon)
    training, validation = _held_out(past, settings, horizon)
    return Fold(training, validation, tuple(test)) if training else None


def _held_out(
    past: Sequence[int], settings: Splits, horizon: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Part what is known into what is learnt from and, later, what is validated on."""
    kept = max(1, round(settings.validation_share * len(past)))
    validation = tuple(past[-kept:])
    return (known_by(past, validation[0], horizon) if validation else ()), validation


def whole(as_of: Iterable[int], settings: Splits, horizon_days: int) -> Fold:
    """Cut all instants as a fold's past is cut; nothing is left to test on."""
    as_ofs = sorted(set(as_of))
    return Fold(*_held_out(as_ofs, settings, horizon_days * DAY), test=())


def known_by(as_ofs: Sequence[int], time: int, horizon: int) -> tuple[int, ...]:
    """List the instants whose labels are all known at `time`."""
    return tuple(at for at in as_ofs if at + horizon <= time)


def run(labels: Path, out: Path, settings: Splits, *, horizon_days: int) -> tuple[Fold, ...]:
    """Cut the labelled rows into folds and write `splits.json`."""
    rows = pq.read_table(labels).group_by("as_of").aggregate([("label", "sum")])
    as_ofs = rows["as_of"].cast("int64").to_pylist()
    positives = dict(zip(as_ofs, rows["label_sum"].to_pylist(), strict=True))
    folds = make_folds(positives, settings, horizon_days=horizon_days)
    written = {
        "folds_wanted": settings.folds,
        "folds_that_fit": len(folds),
        "horizon_days": horizon_days,
        "embargo_days": settings.embargo_days,
        "positives": {instant(at).isoformat(): positives[at] for at in sorted(positives)},
        "folds": [
            {name: [instant(at).isoformat() for at in part] for name, part in asdict(fold).items()}
            for fold in folds
        ],
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "splits.json").write_text(json.dumps(written, indent=2) + "\n")
    return folds


def read_folds(splits: Path) -> tuple[Fold, ...]:
    """Read what `run` wrote."""
    written = json.loads(splits.read_text())["folds"]
    return tuple(
        Fold(**{name: tuple(map(_microseconds, part)) for name, part in fold.items()})
        for fold in written
    )


def _microseconds(written: str) -> int:
    return microseconds(datetime.fromisoformat(written))
