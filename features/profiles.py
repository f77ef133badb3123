"""What is known of accounts beside their transactions, as numbers a kernel can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.history import MINUTE, NEVER, UNKNOWN
from ledger.local_time import MINUTES_AHEAD

ACCOUNT_COLUMNS = (
    "account_id", "opened_at", "institution", "country", "holder_kind", "declared_income",
)  # fmt: skip
"""What the engine needs of an account."""


class Profiles(NamedTuple):
    """Accounts, one element of each array for each of them.

    Attributes
    ----------
    institution, country : int32
        Numbers stand for texts, the same as in the events; `UNKNOWN` for none.
    opened_at : int64
        Microseconds since 1970 UTC; `NEVER` where it is not known.
    ahead : int64
        Microseconds that the account's local time is ahead of UTC; `NEVER` where it is not known.
    is_business : int8
        Whether a firm holds it; `UNKNOWN` where that is not known.
    income : int64
        The holder's yearly income as declared, in minor units; `UNKNOWN` where it is not.
    """

    institution: NDArray[np.int32]
    country: NDArray[np.int32]
    opened_at: NDArray[np.int64]
    ahead: NDArray[np.int64]
    is_business: NDArray[np.int8]
    income: NDArray[np.int64]


@dataclass(frozen=True)
class _Meaning:
    """What texts stand for: the numbers in their order, and after those that of any other text."""

    texts: pa.Array
    numbers: NDArray[np.int64]

    @classmethod
    def by(cls, number_of: Mapping[str, int], missing: int) -> "_Meaning":
        return cls(pa.array(number_of), np.array([*number_of.values(), missing]))

    def of(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        place = pc.index_in(column.cast(pa.string()), value_set=self.texts)
        numbers: NDArray[np.int64] = self.numbers[place.fill_null(len(self.texts)).to_numpy()]
        return numbers


_AHEAD = _Meaning.by({code: ahead * MINUTE for code, ahead in MINUTES_AHEAD.items()}, NEVER)
_IS_BUSINESS = _Meaning.by({"person": 0, "business": 1}, UNKNOWN)


def profiles(
    accounts: pa.Table, institution: NDArray[np.int32], country: NDArray[np.int32]
) -> Profiles:
    """Read `ACCOUNT_COLUMNS`, with the numbers given to places."""
    return Profiles(
        institution,
        country,
        _integers(accounts["opened_at"], NEVER),
        _AHEAD.of(accounts["country"]),
        _IS_BUSINESS.of(accounts["holder_kind"]).astype(np.int8),
        _integers(accounts["declared_income"], UNKNOWN),
    )


def _integers(column: pa.ChunkedArray, missing: int) -> NDArray[np.int64]:
    # A copy can be written to, whether Arrow's memory can or not: numba compiles once.
    integers: NDArray[np.int64] = column.cast(pa.int64()).fill_null(missing).to_numpy().copy()
    return integers
