"""What a report says, before it is a page: one record of facts, in no language yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from ledger.outcomes import Outcome
from ledger.schema import Role
from models.bands import Band
from models.counterfactual import Change, Counterfactual
from models.loss import Loss
from models.peers import Place
from models.suggestion import Suggestion
from serving.cautions import Caution
from serving.reports.flow import Flow
from serving.reports.identifiers import Identifiers
from serving.reports.parties import Parties
from serving.reports.payments import Payment

LITTLE_HISTORY = timedelta(days=30)
"""Below this the report warns that the score rests on little."""


@dataclass(frozen=True)
class ShownDetail:
    """One fact behind a reason.

    Attributes
    ----------
    feature : str
        Its name in the catalogue.
    value, typical : float
        What the account shows, and what its peers typically do; NaN is missing.
    place : Place
        Where the value stands among the peers.
    contribution : float
        In log-odds; above 0 it points to a mule.
    evidence_count : int
        How many transactions make its value.
    """

    feature: str
    value: float
    typical: float
    place: Place
    contribution: float
    evidence_count: int


@dataclass(frozen=True)
class ShownReason:
    """One behaviour that moved the score.

    Attributes
    ----------
    key : str
        Its name in the report, by which the evidence table cites it: F1, F2 for, A1, A2 against.
    typology : str
    contribution : float
        In log-odds, of all facts about the behaviour; above 0 it points to a mule.
    details : tuple of ShownDetail
        The one that says most first.
    others : float
        What the facts that are not told add.
    unusual : bool
        Whether the model counts it the other way than published red flags do.
    rows : tuple of int
        The payments that it rests on and that the report shows.
    evidence_count : int
        How many transactions it rests on in all.
    """

    key: str
    typology: str
    contribution: float
    details: tuple[ShownDetail, ...]
    others: float
    unusual: bool
    rows: tuple[int, ...]
    evidence_count: int


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a contribution that moves the sum from `start` to `end`.

    Attributes
    ----------
    typology : str
        The behaviour; empty for `together` others that share the bar.
    key : str
        Of its reason in the report; empty where none is shown.
    """

    typology: str
    key: str
    together: int
    start: float
    end: float

    @property
    def contribution(self) -> float:
        """How far it moves the sum, in log-odds."""
        return self.end - self.start


@dataclass(frozen=True)
class Account:
    """Whose account it is, as far as the ledger tells."""

    account_id: str
    institution: str
    kind: str
    opened_at: datetime | None


@dataclass(frozen=True)
class Judgement:
    """The score and what it means.

    Attributes
    ----------
    raw, base : float
        Log-odds of this account, and of the average account the explanation starts from.
    raised, lowered : float
        Sum of all contributions above 0, and of those below: base + raised + lowered = raw.
    probability : float
        That a mule outcome becomes known within `horizon_days` after as_of.
    probability_low, probability_high : float
        Between which it lies, as far as the closed cases behind it tell.
    thresholds : tuple of (band, float)
        The bands in rising order, each with the probability it starts at.
    """

    raw: float
    base: float
    raised: float
    lowered: float
    probability: float
    probability_low: float
    probability_high: float
    band: Band
    thresholds: tuple[tuple[Band, float], ...]
    horizon_days: int

    @property
    def of_hundred(self) -> int:
        """How many of 100 accounts with this score: 0 where it rounds to none, but never all."""
        return min(99, round(100 * self.probability))


@dataclass(frozen=True)
class RoleIfMule:
    """What kind of mule the account looks like, were it one; nothing of whether it is.

    Attributes
    ----------
    probabilities : mapping of Role to float
        They add up to 1.
    """

    probabilities: Mapping[Role, float]

    @property
    def likeliest(self) -> tuple[Role, float]:
        """The role that is told, with its probability."""
        return max(self.probabilities.items(), key=itemgetter(1))


@dataclass(frozen=True)
class Versions:
    """With what the same report can be made again.

    Attributes
    ----------
    assessment_id : str
        Under which the assessment is on record; empty where it is not.
    bundle, card, catalogue, ledger_digest : str
        SHA-256; `card` is empty where the bundle has no model card, `ledger_digest` where the
        ledger is a store, which grows.
    recorded_seq : int
        The last fact recorded when the ledger was read.
    """

    assessment_id: str
    software: str
    model: str
    bundle: str
    card: str
    catalogue: str
    ledger: str
    ledger_digest: str
    recorded_seq: int


@dataclass(frozen=True)
class ReportDocument:
    """Everything that a report says, in facts: words are made of them in a language at the end.

    Attributes
    ----------
    cautions : tuple of Caution
        What to know of this instant before anything is read.
    loss : Loss or None
        What the account paid under complaint.
    is_probable_victim : bool
        Whether complaints tell it to be a victim's account.
    known_mule : bool
        Whether a mule outcome was known at as_of: the score then forecasts nothing.
    outcomes : tuple of Outcome
        All that were known at as_of, in the order they were learnt.
    role_if_mule : RoleIfMule or None
        None where none is told (`models.roles.is_told`).
    counterfactual : Counterfactual or None
        What would leave the band; None in the lowest.
    payments : tuple of Payment
        Those that a shown reason rests on or a complaint names, in the order of time.
    visible_payments : int
        How many transactions of the account were visible at as_of.
    first_payment_at : datetime or None
    steps : tuple of Step
        From `judgement.base` to `judgement.raw` without a gap.
    parties : Parties
        Who paid in and who was paid, over the days of `flow`.
    flow : Flow
        Money in and out until as_of.
    identifiers : Identifiers
        Devices, numbers and addresses, and who else was seen with them.
    versions : Versions
    network_as_of : datetime or None
        The instant of the snapshot that all said of other accounts is of; None where nothing is.
    """

    account: Account
    as_of: datetime
    cautions: tuple[Caution, ...]
    loss: Loss | None
    is_probable_victim: bool
    known_mule: bool
    outcomes: tuple[Outcome, ...]
    judgement: Judgement
    suggestion: Suggestion
    role_if_mule: RoleIfMule | None
    reasons: tuple[ShownReason, ...]
    counterfactual: Counterfactual | None
    steps: tuple[Step, ...]
    payments: tuple[Payment, ...]
    visible_payments: int
    first_payment_at: datetime | None
    parties: Parties
    flow: Flow
    identifiers: Identifiers
    versions: Versions
    network_as_of: datetime | None = None

    @property
    def reasons_for(self) -> tuple[ShownReason, ...]:
        """Reasons that point to a mule, the strongest first."""
        return tuple(reason for reason in self.reasons if reason.contribution > 0)

    @property
    def reasons_against(self) -> tuple[ShownReason, ...]:
        """Reasons that point away from a mule, the strongest first."""
        return tuple(reason for reason in self.reasons if reason.contribution <= 0)

    @property
    def has_little_history(self) -> bool:
        """Whether the account was seen too briefly for its habits to show."""
        if self.first_payment_at is None:
            return True
        return self.as_of - self.first_payment_at < LITTLE_HISTORY

    @property
    def changes(self) -> tuple[Change, ...]:
        """For each behaviour that would leave the band, the fact furthest from the peers."""
        first: dict[str, Change] = {}
        for change in self.counterfactual.changes if self.counterfactual else ():
            first.setdefault(change.typology, change)
        return tuple(first.values())

    def share_of_strongest(self, reason: ShownReason) -> float:
        """Size of a reason in percent of the strongest one shown."""
        strongest = max(abs(other.contribution) for other in self.reasons)
        return round(100 * abs(reason.contribution) / strongest, 1) if strongest else 0.0
