"""What `params.yaml` says, checked and frozen.

Every number of the pipeline stands there and nowhere else. All faults are told together.
"""

from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from ledger.currencies import EXPONENTS
from ledger.errors import Fault, InputRefused, MuleriskError
from training.simulator.settings import Settings

_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    date: 'a day in quotes such as "2024-01-31"',
}


def _number(minimum: float, maximum: float = float("inf")) -> Any:
    return field(metadata={"minimum": minimum, "maximum": maximum})


@dataclass(frozen=True)
class Validate:
    """How many rows the data docs sample; the contracts are enforced on every row."""

    sample_rows: int = _number(100, 10_000_000)


@dataclass(frozen=True)
class Features:
    """The instants at which rows are made, and how often the network is looked at."""

    burn_in_days: int = _number(0, 3650)
    stride_days: int = _number(1, 365)
    snapshot_hours: int = _number(1, 24 * 31)
    snapshot_delay_minutes: int = _number(0, 60 * 24 * 31)
    threads: int = _number(1, 256)


@dataclass(frozen=True)
class Labels:
    """How far ahead a score looks."""

    horizon_days: int = _number(1, 365)


@dataclass(frozen=True)
class Splits:
    """How the instants become folds; `test_share` of them are tested on, over all folds."""

    folds: int = _number(1, 50)
    test_share: float = _number(0.05, 0.9)
    embargo_days: int = _number(0, 365)
    validation_share: float = _number(0.05, 0.5)
    minimum_positives: int = _number(1, 1_000_000)


@dataclass(frozen=True)
class Fit:
    """LightGBM's parameters, under LightGBM's names but for those described here.

    Attributes
    ----------
    threads : int
        Models that are learnt at the same time, each by one thread; none depends on it.
    negative_fraction : float
        Of the negatives, what each tree sees (`neg_bagging_fraction`). It sees all positives.
    extra_trees : bool
        Whether one threshold of each feature, drawn with the seed, is tried at a split.
    unseen_share : float
        Of the rows, how many are learnt once more as if no snapshot of the network showed them.
    """

    extra_trees: bool
    seed: int = _number(0, 2**31 - 1)
    threads: int = _number(1, 256)
    rounds: int = _number(1, 20_000)
    learning_rate: float = _number(1e-4, 1.0)
    num_leaves: int = _number(2, 1024)
    max_bin: int = _number(15, 255)
    min_data_in_leaf: int = _number(1, 1_000_000)
    min_sum_hessian_in_leaf: float = _number(0.0)
    lambda_l2: float = _number(0.0)
    feature_fraction: float = _number(0.01, 1.0)
    negative_fraction: float = _number(0.01, 1.0)
    unseen_share: float = _number(0.0, 1.0)

    @property
    def draws(self) -> bool:
        """Tell whether trees see columns, rows and thresholds drawn with the seed, or all."""
        return self.extra_trees or min(self.feature_fraction, self.negative_fraction) < 1


@dataclass(frozen=True)
class Tune:
    """How long better parameters than those of `fit` are searched, and what counts as better.

    Attributes
    ----------
    trials : int
        Of each model; the first takes `fit` as it stands, so 1 searches nothing.
    standard_errors : float
        How far the best trial must stand above the first.
    resamples : int
        Of the standard error.
    """

    trials: int = _number(1, 10_000)
    standard_errors: float = _number(0.0)
    resamples: int = _number(20, 100_000)


@dataclass(frozen=True)
class Aggregates:
    """Where the baseline `aggregates` is learnt otherwise than `fit` says."""

    min_data_in_leaf: int = _number(1, 1_000_000)
    lambda_l2: float = _number(0.0)
    feature_fraction: float = _number(0.01, 1.0)
    negative_fraction: float = _number(0.01, 1.0)


@dataclass(frozen=True)
class Roles:
    """How many mules the role model needs, and where it is learnt otherwise than `fit` says.

    Attributes
    ----------
    minimum_mules : int
        Known mules of each role that any has; with fewer there is no role model.
    """

    minimum_mules: int = _number(2, 1_000_000)
    rounds: int = _number(1, 20_000)
    learning_rate: float = _number(1e-4, 1.0)
    num_leaves: int = _number(2, 1024)
    min_data_in_leaf: int = _number(1, 1_000_000)
    lambda_l2: float = _number(0.0)


@dataclass(frozen=True)
class Evaluate:
    """How the figures are computed."""

    seed: int = _number(0, 2**32 - 1)
    resamples: int = _number(20, 100_000)
    seeds: int = _number(1, 50)
    calibration_bins: int = _number(2, 100)
    plotted_rows: int = _number(50, 100_000)
    explained_alerts: int = _number(1, 100_000)


@dataclass(frozen=True)
class Alerts:
    """What people can review, and what a review and a wrongful hold cost, in major units."""

    currency: str
    reviews_per_day: int = _number(1, 1_000_000)
    review_cost: float = _number(0.0)
    wrongful_hold_cost: float = _number(0.0)


@dataclass(frozen=True)
class Bands:
    """The share of accounts that each band and those above it hold: the analysts' capacity."""

    critical: float = _number(1e-6, 0.5)
    high: float = _number(1e-6, 0.5)
    elevated: float = _number(1e-6, 0.5)


@dataclass(frozen=True)
class Promote:
    """What a model must show before it may serve."""

    folds_better: float = _number(0.01, 1.0)
    ece_at_most: float = _number(0.0, 1.0)
    ece_to_prevalence_at_most: float = _number(0.0)
    group_ratio_at_most: float = _number(1.0)
    group_ratio_watched: float = _number(1.0)
    milliseconds_at_most: float = _number(0.0)
    latency_ratio_at_most: float = _number(1.0)
    golden_margin: float = _number(0.0)


@dataclass(frozen=True)
class Monitor:
    """When `mulerisk monitor` says that what is served has drifted.

    Attributes
    ----------
    accounts_at_least : int
        Fewer tell nothing.
    accounts_at_most : int
        Of more that were assessed, so many are drawn.
    chance : float
        How often each trigger may fire where nothing drifts.
    missing_more_at_most : float
        Points by which a feature's share of missing values may grow.
    band_ratio_at_most : float
        How many times the promised share a band may hold.
    reasons_distance_at_most : float
        Between the shares of behaviours, before and now (total variation).
    """

    seed: int = _number(0, 2**32 - 1)
    accounts_at_least: int = _number(10, 1_000_000)
    accounts_at_most: int = _number(10, 10_000_000)
    chance: float = _number(0.001, 0.5)
    score_index_at_most: float = _number(0.0)
    feature_index_at_most: float = _number(0.0)
    features_moved_at_most: int = _number(0, 10_000)
    missing_more_at_most: float = _number(0.0, 1.0)
    band_ratio_at_most: float = _number(1.0)
    reasons_distance_at_most: float = _number(0.0, 1.0)


@dataclass(frozen=True)
class Parameters:
    """All of `params.yaml`, one section for each stage and more."""

    ledger: str
    simulate: Settings
    validate: Validate
    features: Features
    labels: Labels
    splits: Splits
    tune: Tune
    fit: Fit
    roles: Roles
    aggregates: Aggregates
    evaluate: Evaluate
    alerts: Alerts
    bands: Bands
    promote: Promote
    monitor: Monitor

    @property
    def fit_of_aggregates(self) -> Fit:
        """How the baseline `aggregates` is learnt."""
        return replace(self.fit, **asdict(self.aggregates))

    @property
    def fit_of_roles(self) -> Fit:
        """How the role model is learnt."""
        otherwise = asdict(self.roles)
        del otherwise["minimum_mules"]
        return replace(self.fit, **otherwise)


def read_parameters(path: Path) -> Parameters:
    """Read and check a parameter file.

    Raises
    ------
    InputRefused
        Naming every unknown, missing, mistyped or impossible parameter at once.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputRefused((_fault(path.name, f"cannot be read: {error}"),)) from None
    faults: list[Fault] = []
    read = _section(Parameters, content, path.name, faults)
    if not faults:
        faults.extend(_contradictions(read, path.name))
    if faults:
        raise InputRefused(tuple(faults))
    parameters: Parameters = read
    return parameters


def _section(kind: type, content: Any, place: str, faults: list[Fault]) -> Any:
    if not isinstance(content, dict):
        faults.append(_fault(place, f"holds {content!r}, expected `name: value` lines"))
        return None
    types = get_type_hints(kind)
    faults.extend(_fault(f"{place} {name}", "is unknown") for name in content if name not in types)
    values = {}
    for item in fields(kind):
        where, type_ = f"{place} {item.name}", types[item.name]
        if item.name not in content:
            faults.append(_fault(where, "is missing"))
        elif isinstance(type_, type) and is_dataclass(type_):
            values[item.name] = _section(type_, content[item.name], where, faults)
        else:
            values[item.name] = _value(type_, content[item.name], where, item.metadata, faults)
    return _made(kind, values, place, faults) if not faults else None


def _made(kind: type, values: dict[str, Any], place: str, faults: list[Fault]) -> Any:
    try:
        return kind(**values)
    except MuleriskError as refusal:
        faults.append(_fault(place, f"is impossible: {refusal}"))
        return None


def _value(type_: type, value: Any, where: str, bounds: Any, faults: list[Fault]) -> Any:
    if type_ is float and type(value) is int:
        value = float(value)
    if type_ is date:
        value = _day(value)
    if type(value) is not type_:
        faults.append(_fault(where, f"is {value!r}, expected {_WORDS[type_]}"))
    elif bounds and not bounds["minimum"] <= value <= bounds["maximum"]:
        wanted = f"{bounds['minimum']} to {bounds['maximum']}"
        faults.append(_fault(where, f"is {value!r}, expected {wanted}"))
    return value


def _day(value: Any) -> Any:
    """Read a day written as text; DVC refuses YAML's own dates."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _contradictions(read: Parameters, place: str) -> list[Fault]:
    faults = []
    if not read.ledger.replace("-", "").replace("_", "").isalnum():
        said = f"is {read.ledger!r}, expected letters, digits, - and _"
        faults.append(_fault(f"{place} ledger", said))
    if read.alerts.currency not in EXPONENTS:
        said = f"is {read.alerts.currency!r}, expected a code such as THB"
        faults.append(_fault(f"{place} alerts currency", said))
    if not read.bands.critical < read.bands.high < read.bands.elevated:
        faults.append(_fault(f"{place} bands", "must grow from critical over high to elevated"))
    return faults


def _fault(place: str, said: str) -> Fault:
    return Fault(place, said, 0, "See docs/training.md.")
