"""Whom the rules for victims tell, on drawn ledgers: why decision 11 does without them."""

import numpy as np
import pytest

from benchmarks.victims import COMPLAINT, RULES, count
from docs.examples.answers import answers
from docs.examples.notation import read
from features.catalogue import ACCOUNT_NAMES

ORDINARY = [f"{days}d mia -> shop 500 card" for days in range(88, 8, -5)]
WAGES = [f"{days}d firm -> mia 20,000 salary" for days in (75, 45, 15)]
LIFE = [*ORDINARY, *WAGES]
DRAINED = ("3d mia -> ann 9,000", "2d mia -> ben 8,000", "1d mia -> cho 9,500")
RECEIVED = ("3d 1h eve -> mia 30,000",)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param([*LIFE, *DRAINED], ["one large payment", "several large payments"],
                     id="a victim who is drained"),
        pytest.param([*LIFE, "2d mia -> dealer 250,000 transfer"], ["one large payment"],
                     id="a wage earner who buys a car"),
        pytest.param([*LIFE, "2d mia -> ann 9,000"], ["one large payment"],
                     id="a victim who pays once"),
        pytest.param([*LIFE, *RECEIVED, *DRAINED], [], id="a mule"),
        pytest.param([*LIFE, *(f"{d}d {d}h guest{d} -> mia 900 instant" for d in range(60, 0, -3)),
                      *DRAINED], [], id="a shop that new customers pay"),
        pytest.param(LIFE, [], id="an ordinary life"),
        pytest.param(DRAINED, [], id="nothing known of before"),
    ],
)  # fmt: skip
def test_a_car_buyer_and_a_victim_who_pays_once_look_alike(lines, told):
    found = answers(read(lines), ACCOUNT_NAMES)
    columns = {name: np.array([answer.value]) for name, answer in found.items()}
    assert [name for name, rule in RULES.items() if rule(columns)[0]] == told


def test_a_victim_is_one_for_a_week_after_paying_what_is_complained_of():
    paid = ["11d mia -> ann 9,000", "10d complaint about 17 at bank_b", "0d zoe -> shop 1 card"]
    counted = count(read([*ORDINARY, *paid]).tables())
    assert counted["victims"] == {
        "days": 7, "one large payment": 7, "several large payments": 0, COMPLAINT: 6,
    }  # fmt: skip
    assert counted["others"][COMPLAINT] == 0
    withdrawn = "9d complaint about 17 at bank_b withdrawn"
    counted = count(read([*ORDINARY, *paid, withdrawn]).tables())
    assert counted["victims"]["days"] == 0
    # As long as it stood it told what later turned out not to be so.
    assert counted["others"][COMPLAINT] == 1


def test_who_received_under_complaint_is_not_told_to_be_a_victim():
    paid = ["11d mia -> ann 9,000", "10d complaint about 17 at bank_b"]
    received = ["12d eve -> mia 9,000", "11d mia -> ann 9,000", "10d complaint about 17 at bank_b",
                "10d complaint about 18 at bank_b"]  # fmt: skip
    told = [count(read([*ORDINARY, *lines, "0d zoe -> shop 1 card"]).tables())
            for lines in (paid, received)]  # fmt: skip
    # The 5 days are those of eve, who received nothing.
    assert [each["victims"][COMPLAINT] for each in told] == [6, 5]
