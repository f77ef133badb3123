"""The accounts at the end of the ledger, as a service would rank them first.

Nobody knows yet what becomes of them, and the model for service has not learnt from these rows.
"""

from dataclasses import replace
from datetime import datetime

import numpy as np

from features.compute import FeatureTable
from features.network.join import with_snapshots
from ledger.lake import Lake
from ledger.outcomes import known_mules
from ledger.view import MICROSECOND, LakeView
from training.features import table
from training.grid import span
from training.parameters import Features
from training.snapshots import snapshots, tables_of


def latest(lake: Lake, settings: Features) -> FeatureTable:
    """Compute the features of the accounts that are no known mules just after the last transaction.

    The instant follows the last transaction and not the last fact: what is learnt late of a ledger
    may come in days after all its accounts fell silent.
    """
    as_of = span(lake).last + MICROSECOND
    taken = snapshots(tables_of(lake), [as_of], settings)
    features = with_snapshots(table(lake, [as_of], threads=settings.threads), taken)
    return _without_known_mules(features, lake, as_of)


def _without_known_mules(features: FeatureTable, lake: Lake, as_of: datetime) -> FeatureTable:
    known = known_mules(LakeView(lake, as_of).labels())
    unknown = ~np.isin(features.account_id.astype(str), list(known))
    return replace(
        features,
        account_id=features.account_id[unknown],
        as_of=features.as_of[unknown],
        values=features.values[unknown],
    )
