"""What a thorough investigation of any account would find: whether it has laundered by then."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.lake import Lake
from training.evaluation.laundering import laundering_transactions, mules


def launders_by(
    lake: Lake, account_id: npt.NDArray[np.object_], instant: npt.NDArray[np.int64]
) -> npt.NDArray[np.int8]:
    """Tell which accounts have laundered before an instant of their own.

    Parameters
    ----------
    account_id, instant : arrays of length n
        Instants in microseconds, UTC.

    Returns
    -------
    int8 array, length n
    """
    first = pd.Series(account_id).map(_first_laundering(lake))
    launders = first.to_numpy(dtype=np.float64, na_value=np.inf) < instant
    return np.asarray(launders, dtype=np.int8)


def _first_laundering(lake: Lake) -> "pd.Series[float]":
    """Tell when each mule first received laundered money, or paid it where none reached it.

    A mule who paid before it received was a victim then.
    """
    payments = laundering_transactions(lake)
    received, paid = (
        payments.groupby(side)["happened_at"].min() for side in ("payee_account", "payer_account")
    )
    first = received.combine_first(paid)
    return first[first.index.isin(mules(lake))].astype(float)
