"""How investigations ended, on cases that fit on a note."""

import pyarrow as pa

from ledger.outcomes import known_mules, mule_outcomes, outcomes_by_account
from tests.facts import DAY, DAY_0, rows_of


def labels(*cases):
    """Each case: an account, what it was found to be, and the day on which that was learnt."""
    rows = [
        {
            "account_id": account,
            "outcome": outcome,
            "happened_at": DAY_0,
            "known_at": DAY_0 + day * DAY,
            "source": "police",
        }
        for account, outcome, day in cases
    ]
    return rows_of("labels", *rows)


def test_complicit_and_unwitting_mules_are_known_and_nobody_else():
    found = labels(
        ("ann", "complicit_mule", 1), ("bob", "unwitting_mule", 1), ("cho", "legitimate", 1),
        ("dao", "victim", 1), ("eve", "undetermined", 1),
    )  # fmt: skip
    assert known_mules(found) == {"ann": DAY_0 + DAY, "bob": DAY_0 + DAY}


def test_a_mule_is_known_from_the_first_time_and_whatever_is_found_later():
    found = labels(
        ("ann", "legitimate", 5), ("ann", "unwitting_mule", 4), ("ann", "complicit_mule", 3),
        ("ann", "undetermined", 2),
    )  # fmt: skip
    assert known_mules(found) == {"ann": DAY_0 + 3 * DAY}


def test_nothing_found_names_nobody():
    assert known_mules(labels()) == outcomes_by_account(labels()) == {}


def test_outcomes_come_in_the_order_they_were_learnt():
    found = outcomes_by_account(
        labels(("ann", "legitimate", 9), ("bob", "victim", 4), ("ann", "undetermined", 2))
    )
    assert [each.outcome for each in found["ann"]] == ["undetermined", "legitimate"]
    (bob,) = found["bob"]
    assert (bob.happened_at, bob.known_at, bob.source) == (DAY_0, DAY_0 + 4 * DAY, "police")


def test_an_outcome_tells_the_role_where_it_was_found_out():
    found = labels(("ann", "complicit_mule", 1), ("bob", "unwitting_mule", 1))
    role = found.schema.get_field_index("role")
    told = found.set_column(role, "role", pa.array(["relay", None]))
    assert {name: each.role for name, each in mule_outcomes(told).items()} == {
        "ann": "relay", "bob": None
    }  # fmt: skip
    assert known_mules(told.drop_columns(["role"])) == known_mules(found)
