"""What those who launder could have done otherwise: the payments by which mules pass money on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.order import in_order
from training.evaluation.laundering import hops, mules


class NothingLaundered(MuleriskError):
    """A ledger that does not tell which of its payments launder."""


MONEY = ["payer_amount_minor", "payee_amount_minor", "reference_minor"]


@dataclass(frozen=True, eq=False)
class Laundered:
    """A ledger's transactions, divided by who decides on them.

    Attributes
    ----------
    onward : DataFrame
        The laundering payments that mules make, in the ledger's order, with `pattern_id` and `hop`:
        2 for money that came straight from a victim. In Arrow's own types, as the ledger has them.
    others : pyarrow.Table
        All other transactions, those of victims among them.
    accounts : DataFrame
        One row for each mule that makes any of them: `opened_at`, `institution`, `country`.
    """

    onward: pd.DataFrame
    others: pa.Table
    accounts: pd.DataFrame

    @property
    def passed_on(self) -> float:
        """Sum what is passed on, in minor units of the reference currency."""
        return float(self.onward["reference_minor"].sum())

    @property
    def begins(self) -> pd.Timestamp:
        """Tell when the first transaction of others happened."""
        return pd.Timestamp(pc.min(self.others["happened_at"]).as_py())

    def passed_before(self, and_this: int) -> npt.NDArray[np.int64]:
        """Count the mules that passed each payment's money on before, and its own payer if 1."""
        return np.asarray(self.onward["hop"], dtype=np.int64) - 2 + and_this

    @cached_property
    def active(self) -> pd.DataFrame:
        """Tell from when until when each mule passes money on: `first`, `last`, by account."""
        times = self.onward.groupby("payer_account")["happened_at"]
        return pd.DataFrame({"first": times.min(), "last": times.max()})

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """Card payments of others, or all their payments in a ledger without cards."""
        by_card = self.others.filter(pc.equal(self.others["channel"], "card"))
        paid = (
            by_card if len(by_card) else self.others.filter(self.others["payer_account"].is_valid())
        )
        return arrow_frame(paid)

    def with_onward(self, *changed: pd.DataFrame) -> pa.Table:
        """Put other payments in the place of those that mules make.

        Payments that would come after the ledger's end are left out: nobody has seen them yet.
        """
        schema = self.others.schema
        made = pd.concat(changed)[schema.names]
        end = pc.max(self.others["happened_at"])
        table = pa.Table.from_pandas(made, schema=schema, preserve_index=False)
        table = table.filter(pc.less_equal(table["happened_at"], end))
        return in_order(pa.concat_tables([self.others, table]))


def laundered(lake: Lake) -> Laundered:
    """Divide the transactions of a ledger whose generator tells which of them launder.

    Raises
    ------
    NothingLaundered
        If it tells of no payment by which a mule passes money on.
    """
    transactions = lake.read("transactions")
    truth = lake.read("truth_transactions", ["transaction_id", "pattern_id"])
    launders = pc.is_in(transactions["transaction_id"], truth["transaction_id"].combine_chunks())
    criminal = arrow_frame(in_order(transactions.filter(launders)))
    criminal = criminal.merge(arrow_frame(truth), on="transaction_id", how="left")
    criminal["hop"] = hops(*(criminal[name].tolist() for name in _PATH))
    onward = criminal[criminal["payer_account"].isin(mules(lake)) & (criminal["hop"] > 1)]
    if onward.empty:
        raise NothingLaundered(
            f"The ledger {lake.name} tells of no laundering payment that a mule makes, so nobody"
            " could evade anything. Take one whose generator fills truth_transactions and"
            " truth_accounts, such as the simulated ledgers/demo."
        )
    theirs = pc.is_in(transactions["transaction_id"], pa.array(onward["transaction_id"]))
    names = ["account_id", "opened_at", "institution", "country"]
    accounts = arrow_frame(lake.read("accounts", names)).set_index("account_id")
    return Laundered(
        onward.reset_index(drop=True),
        transactions.filter(pc.invert(theirs)),
        accounts.loc[_unique(onward["payer_account"])],
    )


_PATH = ("pattern_id", "payer_account", "payee_account")


def arrow_frame(table: pa.Table) -> pd.DataFrame:
    """Return a frame that keeps Arrow's types, so that integers with gaps stay integers."""
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def scaled(payments: pd.DataFrame, share: float | npt.NDArray[np.float64]) -> pd.DataFrame:
    """Pay that share of each amount, at least one minor unit."""
    amounts = {
        name: np.maximum(1, (payments[name].to_numpy(dtype=np.float64) * share).astype(np.int64))
        for name in MONEY
    }
    return payments.assign(**amounts)


def later(payments: pd.DataFrame, delay: pd.Timedelta | pd.TimedeltaIndex) -> pd.DataFrame:
    """Let payments happen, and become known, later."""
    moved = pd.Series(delay, payments.index)
    times = {name: payments[name] + moved for name in ("happened_at", "known_at")}
    return payments.assign(**times)


def _unique(names: "pd.Series[str]") -> list[str]:
    return sorted(names.unique().tolist())
