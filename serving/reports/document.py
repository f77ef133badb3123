"""What a report says, before it is a page: one record, numbers not yet written out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.outcomes import Outcome
from models.counterfactual import Counterfactual
from models.suggestion import Suggestion

LITTLE_HISTORY = timedelta(days=30)
"""Below this the report warns that the score rests on little."""


@dataclass(frozen=True)
class Payment:
    """One visible transaction as the account sees it.

    Attributes
    ----------
    row : int
        Number in the report, counted from 1 in the order of time.
    received : bool
        Whether the account received the money.
    counterparty : str
        Empty for cash, or money from or to a place outside the ledger.
    amount_minor, currency
        What this account was credited or debited.
    complained : bool
        Whether a victim's complaint about it stands.
    cited_by : tuple of str
        Keys of the reasons that rest on it.
    """

    row: int
    transaction_id: str
    happened_at: datetime
    received: bool
    counterparty: str
    amount_minor: int
    currency: str
    channel: str
    complained: bool
    cited_by: tuple[str, ...]


@dataclass(frozen=True)
class ShownDetail:
    """One fact behind a reason.

    Attributes
    ----------
    feature : str
        Its name in the catalogue, for whoever looks it up.
    sentence, standing : str
        The fact, and where it stands among the account's peers.
    contribution : float
        In log-odds; above 0 it points to a mule.
    evidence_count : int
        How many transactions make its value.
    """

    feature: str
    sentence: str
    standing: str
    contribution: float
    evidence_count: int


@dataclass(frozen=True)
class ShownReason:
    """One behaviour that moved the score, in words.

    Attributes
    ----------
    key : str
        Its name in the report, by which the evidence table cites it: F1, F2 for, A1, A2 against.
    title : str
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
    title: str
    contribution: float
    details: tuple[ShownDetail, ...]
    others: float
    unusual: bool
    rows: tuple[int, ...]
    evidence_count: int

    @property
    def sentence(self) -> str:
        """The sentence of the detail that says most."""
        return self.details[0].sentence


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a contribution that moves the sum from `start` to `end`."""

    label: str
    start: float
    end: float

    @property
    def contribution(self) -> float:
        """How far it moves the sum, in log-odds."""
        return self.end - self.start


@dataclass(frozen=True)
class Day:
    """What an account received and paid in one day, in minor units of the reference currency.

    Attributes
    ----------
    complained_minor : int
        The part of what it received that stands under a complaint.
    """

    starts: datetime
    received_minor: int
    complained_minor: int
    paid_minor: int


@dataclass(frozen=True)
class Flow:
    """Money in and out over consecutive days, in one currency."""

    currency: str
    days: tuple[Day, ...]

    @property
    def received_minor(self) -> int:
        """All that came in."""
        return sum(day.received_minor for day in self.days)

    @property
    def complained_minor(self) -> int:
        """The part of it that stands under a complaint."""
        return sum(day.complained_minor for day in self.days)

    @property
    def paid_minor(self) -> int:
        """All that went out."""
        return sum(day.paid_minor for day in self.days)


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
    thresholds : tuple of (band, float)
        The bands in rising order, each with the probability it starts at.
    """

    raw: float
    base: float
    raised: float
    lowered: float
    probability: float
    band: str
    thresholds: tuple[tuple[str, float], ...]
    horizon_days: int

    @property
    def of_hundred(self) -> int:
        """How many of 100 accounts with this score: 0 where it rounds to none, but never all."""
        return min(99, round(100 * self.probability))


@dataclass(frozen=True)
class ReportDocument:
    """Everything on the page.

    Attributes
    ----------
    cautions : tuple of str
        What to know of this instant before anything is read.
    known_mule : bool
        Whether a mule outcome was known at as_of: the score then forecasts nothing.
    outcomes : tuple of Outcome
        All that were known at as_of, in the order they were learnt.
    counterfactual : Counterfactual or None
        What would leave the band; None in the lowest.
    payments : tuple of Payment
        Those that a shown reason rests on or a complaint names, in the order of time.
    visible_payments : int
        How many transactions of the account were visible at as_of.
    first_payment_at : datetime or None
    steps : tuple of Step
        From `judgement.base` to `judgement.raw` without a gap.
    flow : Flow
        Money in and out until as_of.
    versions : tuple of (name, value)
    """

    account: Account
    as_of: datetime
    cautions: tuple[str, ...]
    known_mule: bool
    outcomes: tuple[Outcome, ...]
    judgement: Judgement
    suggestion: Suggestion
    reasons: tuple[ShownReason, ...]
    counterfactual: Counterfactual | None
    steps: tuple[Step, ...]
    payments: tuple[Payment, ...]
    visible_payments: int
    first_payment_at: datetime | None
    flow: Flow
    versions: tuple[tuple[str, str], ...]

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
    def changes(self) -> tuple[str, ...]:
        """For each behaviour that would leave the band, the fact furthest from the peers."""
        first: dict[str, str] = {}
        for change in self.counterfactual.changes if self.counterfactual else ():
            first.setdefault(change.typology, change.sentence)
        return tuple(first.values())

    def share_of_strongest(self, reason: ShownReason) -> float:
        """Size of a reason in percent of the strongest one shown."""
        strongest = max(abs(other.contribution) for other in self.reasons)
        return round(100 * abs(reason.contribution) / strongest, 1) if strongest else 0.0
