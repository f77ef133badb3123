"""Ledgers that independent generators made come in with the counts that are known of them."""

from pathlib import Path

import pytest

from ledger.importers import import_ledger

DATA = Path(__file__).parents[2] / "../shared/data"


def bring(form: str, name: str, tmp_path: Path):
    path = (DATA / name / "original").resolve()
    if not path.is_dir():
        pytest.skip(f"{name} is not here; its generator's output is too large for the repository")
    result = import_ledger(form, path, tmp_path / name)
    result.lake.verify()
    return result


def test_amlsim(tmp_path):
    result = bring("amlsim", "amlsim_small", tmp_path)
    assert result.rows == {
        "transactions": 276_325,
        "accounts": 12_043,
        "labels": 475,
        "truth_transactions": 469,
        "truth_accounts": 12_043,
    }
    people = result.lake.read("truth_accounts").to_pandas()
    assert people.is_mule.sum() == 475
    assert people.is_hard_innocent.sum() == 158
    payments = result.lake.read("transactions").to_pandas()
    active = set(payments.payer_account) | set(payments.payee_account)
    assert len(active) == 5_548
    assert len(active & set(people.account_id[people.is_mule])) == 430
    assert (payments.reference_minor == payments.payer_amount_minor).all()
    assert not (payments.sort_values(["happened_at", "source_sequence"]).index.diff()[1:] - 1).any()


def test_amlgentex(tmp_path):
    result = bring("amlgentex", "amlgentex_10pct", tmp_path)
    assert result.rows == {
        "transactions": 897_120 - 56,
        "accounts": 12_000,
        "labels": 1_198,
        "truth_transactions": 1_508,
        "truth_accounts": 12_000,
    }
    assert result.normalisations["opening balances left out"] == 12_000
    assert result.normalisations["zero amounts left out"] == 56
    labels = result.lake.read("labels").to_pandas()
    assert (labels.known_at >= labels.happened_at).all()
