"""What the champion answered, and what the challenger would have answered to the same questions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.bands import BANDS, Band

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Changed:
    """The last assessment of an account that the challenger puts into another band.

    Attributes
    ----------
    account_id : str
    as_of : int
        Microseconds, UTC.
    champion, challenger : float
        Raw scores.
    bands : pair of str
        The champion's, and the challenger's.
    moved : pair of mappings of str to float
        What each behaviour (typology) says, in log-odds: to the champion, and to the challenger.
    """

    account_id: str
    as_of: int
    champion: float
    challenger: float
    bands: tuple[Band, Band]
    moved: tuple[Mapping[str, float], Mapping[str, float]]

    @property
    def steps(self) -> int:
        """How many bands higher the challenger puts it; below 0, lower."""
        before, after = map(BANDS.index, self.bands)
        return after - before


@dataclass(frozen=True, eq=False)
class Answers:
    """Both models' answers to the same assessments.

    Attributes
    ----------
    account_id : object array, length n
    as_of : int64 array, length n
        Microseconds, UTC.
    champion, challenger : float64 arrays, length n
        Raw scores.
    changed : mapping of str to Changed
        By account.
    left_out : mapping of str to int
        How many assessments are not compared, by the reason why.
    """

    account_id: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    as_of: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    champion: Array = field(default_factory=lambda: np.empty(0))
    challenger: Array = field(default_factory=lambda: np.empty(0))
    changed: Mapping[str, Changed] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the assessments that are compared."""
        return len(self.as_of)

    def first(self) -> dict[str, int]:
        """Tell for each account when it was first assessed, in microseconds UTC."""
        first: dict[str, int] = {}
        for account_id, as_of in zip(self.account_id, self.as_of.tolist(), strict=True):
            first[account_id] = min(as_of, first.get(account_id, as_of))
        return first

    def and_also(self, more: "Answers") -> "Answers":
        """Put more answers behind these."""
        columns = ("account_id", "as_of", "champion", "challenger")
        late = {
            name: each
            for name, each in more.changed.items()
            if name not in self.changed or each.as_of >= self.changed[name].as_of
        }
        return Answers(
            **{name: np.concatenate([getattr(each, name) for each in (self, more)])
               for name in columns},
            changed={**self.changed, **late},
            left_out=Counter(self.left_out) + Counter(more.left_out),
        )  # fmt: skip
