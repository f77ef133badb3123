"""What is measured: a store with a random ledger, and a signed model of the usual size."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import lightgbm
import numpy as np

from benchmarks.feature_peers import random_ledger
from features.catalogue import NAMES
from features.compute import FeatureTable, compute
from features.network.join import with_snapshots
from ledger.lake import Lake
from ledger.store import migrate, open_store
from ledger.view import LakeView
from models.bands import Thresholds
from models.bundle import Bundle, write_bundle
from models.calibration import Calibration
from models.manifest import Lineage
from models.peers import EVERY
from models.signature import make_keys, read_private_key
from models.typical import typical_of

TRANSACTIONS = 100_000
TREES, LEAVES = 300, 31
MULE_SHARE = 0.02


@dataclass(frozen=True)
class Subject:
    """Settings of the service and the accounts to ask about."""

    environment: dict[str, str]
    accounts: list[str]
    as_of: datetime
    about: str


def make_subject(folder: Path) -> Subject:
    """Build everything below `folder`."""
    lake = random_ledger.write(folder / "ledger", TRANSACTIONS)
    url = f"sqlite:///{folder / 'store.db'}"
    migrate(url)
    store = open_store(url)
    store.load(lake)
    store.close()
    view = LakeView(lake, random_ledger.AS_OF)
    own = compute(view.transactions(), view.accounts(), [random_ledger.AS_OF])
    rows = with_snapshots(own, [])
    public_key = _sign_model(folder, lake, rows)
    each = round(2 * TRANSACTIONS / len(rows.account_id))
    return Subject(
        environment={
            "MULERISK_STORE": url,
            "MULERISK_BUNDLE": str(folder / "champion"),
            "MULERISK_PUBLIC_KEY": str(public_key),
            "MULERISK_LOCAL_DEMO": "1",
        },
        accounts=[str(account) for account in rows.account_id],
        as_of=random_ledger.AS_OF,
        about=f"about {each} transactions; a model of {TREES} trees with {LEAVES} leaves",
    )


def _sign_model(folder: Path, lake: Lake, rows: FeatureTable) -> Path:
    keys = make_keys(folder / "keys")
    bundle = Bundle(
        model_text=_model(rows).model_to_string(),
        calibration=Calibration(1.0, 0.0, 0.0, 0.0, 0.0, 2.0),
        thresholds=Thresholds(-3.0, -1.0, 1.0),
        typical=typical_of(rows.values, [EVERY] * len(rows.values), NAMES),
        lineage=Lineage("1", "random", lake.digest, "", "", "", "1970-01-01T00:00:00Z", {}, {}),
        golden=rows.values[:16],
    )
    write_bundle(folder / "champion", bundle, read_private_key(keys.private))
    return keys.public


def _model(rows: FeatureTable) -> lightgbm.Booster:
    """Learn noise: how long an answer takes does not depend on what is right."""
    random = np.random.default_rng(0)
    labels = random.random(len(rows.values)) < MULE_SHARE
    parameters = {
        "objective": "binary", "num_leaves": LEAVES, "min_data_in_leaf": 5, "verbosity": -1,
        "num_threads": 2, "seed": 0,
    }  # fmt: skip
    data = lightgbm.Dataset(rows.values, labels, feature_name=list(NAMES))
    return lightgbm.train(parameters, data, num_boost_round=TREES)
