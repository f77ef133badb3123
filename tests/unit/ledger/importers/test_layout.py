"""A format is told by the files of a folder."""

import pytest

from ledger.errors import InputRefused
from ledger.importers.layout import format_of


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (["accounts.csv.gz", "alert_accounts.csv", "transactions.csv.gz"], "amlsim"),
        (["accounts.csv", "alert_accounts.csv", "tx_log.csv"], "amlsim"),
        (["accounts.csv", "alert_models.csv", "tx_log.parquet"], "amlgentex"),
        (["accounts.csv", "labels.csv", "transactions.parquet"], "canonical"),
        (["HI-Small_Trans.csv", "readme.txt"], "amlworld"),
    ],
)
def test_the_format_is_that_of_the_files(files, wanted, tmp_path):
    for name in files:
        (tmp_path / name).touch()
    assert format_of(tmp_path) == wanted


def test_an_amlworld_file_may_be_named_alone(tmp_path):
    (tmp_path / "LI-Small_Trans.csv").touch()
    assert format_of(tmp_path / "LI-Small_Trans.csv") == "amlworld"


def test_what_is_no_ledger_is_refused_with_what_would_be_one(tmp_path):
    (tmp_path / "accounts.csv").touch()
    with pytest.raises(InputRefused) as refused:
        format_of(tmp_path)
    (fault,) = refused.value.faults
    assert "alert_models" in fault.cure
