"""What a simulated ledger is made from: the section `simulate` of `params.yaml`."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from ledger.errors import MuleriskError

HOME_ZONE = timedelta(hours=7)
"""Local time of the home country; it has no summer time."""


class SettingsRefused(MuleriskError):
    """The section `simulate` asks for a ledger that cannot be made."""


@dataclass(frozen=True)
class Settings:
    """How large the ledger is, how much is laundered in it, and when that is learnt.

    Attributes
    ----------
    accounts, days : int
    start : date
        First day of the ledger, local time of the home country.
    seed : int
        The same settings always give the same ledger.
    mule_share : float
        Share of the accounts that ever launder.
    label_delay_days : float
        Median time from a mule's first laundering transaction until its outcome is known.
    label_delay_spread : float
        Standard deviation of the delay's logarithm.
    undiscovered_share : float
        Share of the mules that nobody ever finds: they have truth and no label.
    discovery_by_sum : float
        How much more easily a mule is found who received a larger sum in its first episode: the
        odds of staying undiscovered are those of `undiscovered_share` at the typical sum and fall
        with this power of it. At 0 the sum has no part.
    complaint_share : float
        Share of the victims that complain.
    late_share : float
        Share of the transactions that are learnt minutes or hours after they happened.
    """

    accounts: int = 20_000
    days: int = 180
    start: date = date(2024, 1, 1)
    seed: int = 1
    mule_share: float = 0.0098
    label_delay_days: float = 10.0
    label_delay_spread: float = 0.6
    undiscovered_share: float = 0.06
    discovery_by_sum: float = 0.0
    complaint_share: float = 0.65
    late_share: float = 0.04

    def __post_init__(self) -> None:
        """Refuse, all faults together, what cannot be simulated."""
        shares = [f.name for f in fields(self) if f.name.endswith("_share")]
        faults = [
            f"{name} is {getattr(self, name)}; write a share from 0 to 1"
            for name in shares
            if not 0 <= getattr(self, name) <= 1
        ]
        for name, least in (("accounts", 400), ("days", 30)):
            if getattr(self, name) < least:
                faults.append(f"{name} is {getattr(self, name)}; write {least} or more")
        if self.mule_share > 0.1:
            faults.append(f"mule_share is {self.mule_share}; write at most 0.1")
        if not self.discovery_by_sum >= 0:
            faults.append(f"discovery_by_sum is {self.discovery_by_sum}; write 0 or more")
        if not (self.label_delay_days > 0 and self.label_delay_spread > 0):
            faults.append("label_delay_days and label_delay_spread must be above 0")
        if faults:
            raise SettingsRefused("simulate: " + "; ".join(faults) + ".")

    @property
    def origin(self) -> datetime:
        """The instant from which the simulator counts its seconds: local midnight of `start`."""
        return datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC) - HOME_ZONE


TINY = Settings(accounts=800, days=60, mule_share=0.04, label_delay_days=5.0)
"""A ledger for tests, made in about a second; its share of mules is far above a bank's."""
