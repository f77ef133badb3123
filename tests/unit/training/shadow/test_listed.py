"""The list for who may see it."""

from dataclasses import replace

from tests.bank import SHOP
from training.shadow.answers import Answers
from training.shadow.listed import write_list


def test_no_cell_of_the_list_is_a_formula(answers, both, ask, tmp_path):
    found = answers(ask((SHOP, 0)))
    (changed,) = found.changed.values()
    odd = Answers(changed={"=cmd()": replace(changed, account_id="=cmd()")})
    write_list(tmp_path / "changed.csv", odd, both)
    header, row = (tmp_path / "changed.csv").read_text().splitlines()
    assert header.startswith("account_id,as_of,champion_band,challenger_band")
    assert row.startswith("'=cmd(),2025-06-01T00:00:00+00:00,low,high,")
