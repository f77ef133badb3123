"""A small bank, its champion and a challenger, and records of what was asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from models.bands import Thresholds
from models.bundle import load_bundle
from models.signature import read_public_key
from serving.records import Asked, record_of
from tests.bank import AS_OF, make_bank, make_champion
from training.shadow.answering import answered
from training.shadow.both import Both


@pytest.fixture(scope="package")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    lake = make_bank(folder / "ledger")
    bundle, key = make_champion(folder, lake)
    return lake, load_bundle(bundle, read_public_key(key))


@pytest.fixture(scope="package")
def both(bank):
    """The champion, and one of the same order whose thresholds stand far lower."""
    _, champion = bank
    return Both(champion, replace(champion, thresholds=Thresholds(-90.0, -80.0, 90.0)))


@pytest.fixture(scope="package")
def ask(bank):
    """Make records of assessments: accounts, each so many days before the end."""

    def ask(*asked, **options):
        lake, scorer = bank
        records = []
        for account_id, days in asked:
            view = LakeView(lake, AS_OF - timedelta(days=days))
            (found,) = assess(view, scorer, [account_id], Terms("THB"), reasons=False)
            records.append(record_of(found, Asked("store", "bank", "", Terms("THB"), **options)))
        return records

    return ask


@pytest.fixture(scope="package")
def answers(bank, both):
    """Let both models answer what records ask."""
    lake, _ = bank
    return lambda records: answered(records, lambda as_of, pin: LakeView(lake, as_of, pin), both)
