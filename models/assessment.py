"""Assessments: a score with its reasons and suggestion, for one account at one instant."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from ledger.outcomes import Outcome
from ledger.schema import Role
from models.bands import Band
from models.counterfactual import Counterfactual
from models.loss import Loss
from models.reasons import Reason
from models.scorer import Versions
from models.suggestion import Policy, Suggestion


@dataclass(frozen=True)
class Comparison:
    """One feature of an account beside its peers.

    Attributes
    ----------
    value, typical : float
        What the account shows, and the median among peers; NaN is missing.
    contribution : float
        Its part of the raw score in log-odds; NaN where no reasons were asked for.
    """

    value: float
    typical: float
    contribution: float


@dataclass(frozen=True)
class Assessment:
    """A judgement about one account at one instant, and everything needed to check it.

    Attributes
    ----------
    account_id : str
    as_of : datetime
    raw_score : float
        Log-odds; what accounts are ranked by.
    probability : float
        That a mule outcome becomes known within the horizon, for an account that is no known mule.
    probability_low, probability_high : float
        Between which it lies, as far as the closed cases of the calibration tell
        (`Calibration.interval`).
    band : Band
    role_if_mule : mapping of Role to float or None
        Were the account a mule's, the probability of each role: nothing of whether it is. None in
        the lowest band, of a known mule (`models.roles.is_told`) and without a role model.
    base : float
        Raw score before any feature is known; base and contributions add up to the raw score.
    features : mapping of str to Comparison
    reasons : tuple of Reason
        The strongest for, then the strongest against; empty where none were asked for.
    counterfactual : Counterfactual or None
        What would have to be otherwise to leave the band; None where it was not asked for, and in
        the lowest band.
    suggestion : Suggestion
    loss : Loss or None
        What the account paid under complaint; None where nothing.
    is_probable_victim : bool
        Whether complaints tell it to be a victim's account (`models.loss`). Neither score nor
        suggestion counts it in its favour.
    known_mule : bool
        Whether a mule outcome was known by then. Score, band and reasons then describe how the
        account behaves and forecast nothing, and the suggestion does not rest on them.
    outcomes : tuple of Outcome
        What investigations had found of the account by then, in the order it was learnt. No
        feature is made of them.
    versions : Versions
    recorded_seq : int
        The last fact recorded when the ledger was read.
    inputs : str
        SHA-256 over the facts that were read of the account (`ledger.written`).
    visible_transactions : int
        How many transactions of the account were among them.
    network_as_of : datetime or None
        The instant of the snapshot that the network features are of; None where there is none, and
        they are missing.
    """

    account_id: str
    as_of: datetime
    raw_score: float
    probability: float
    probability_low: float
    probability_high: float
    band: Band
    role_if_mule: Mapping[Role, float] | None
    base: float
    features: Mapping[str, Comparison]
    reasons: tuple[Reason, ...]
    counterfactual: Counterfactual | None
    suggestion: Suggestion
    loss: Loss | None
    is_probable_victim: bool
    known_mule: bool
    outcomes: tuple[Outcome, ...]
    versions: Versions
    recorded_seq: int
    inputs: str
    visible_transactions: int
    network_as_of: datetime | None = None

    def to_bytes(self) -> bytes:
        """Write all of it as JSON, so that a hash of this speaks for everything it says."""
        return as_json(self)

    def to_dict(self) -> dict[str, Any]:
        """Return what `to_bytes` writes, read."""
        plain: dict[str, Any] = json.loads(self.to_bytes())
        return plain


@dataclass(frozen=True)
class NotAssessable:
    """An account that no judgement can be made about, and why."""

    account_id: str
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form."""
        return asdict(self)


@dataclass(frozen=True)
class Terms:
    """What an assessment needs to know of the place it is made in.

    Attributes
    ----------
    currency : str
        ISO 4217 code of the ledger's reference currency.
    policy : Policy
    top : int
        At most so many reasons for, and so many against.
    """

    currency: str
    policy: Policy = field(default_factory=Policy)
    top: int = 5


def as_json(value: Any) -> bytes:
    """Write records, or several of them: times in ISO 8601, null for missing.

    Equal records have equal bytes.
    """
    # An answer is on record before it is told, and the standard library takes five times as long.
    return to_json(value, inf_nan_mode="null")
