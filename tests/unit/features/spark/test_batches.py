"""No account is split, however its rows come."""

from itertools import combinations, pairwise

import pyarrow as pa
import pytest

from features.spark.batches import of_one, whole_accounts


def cut_at(places, rows):
    """Cut rows into batches that begin at these places."""
    ends = [0, *places, len(rows)]
    return [rows.slice(start, end - start) for start, end in pairwise(ends)]


def rows_of(accounts):
    return pa.record_batch({"account_id": list(accounts), "row": range(len(accounts))})


@pytest.mark.parametrize("accounts", ["a", "abc", "aaaaaa", "abbbbc", "aabbcc"])
@pytest.mark.parametrize("with_empty", [False, True], ids=["full batches", "empty ones between"])
def test_every_way_to_cut_gives_whole_accounts_in_order(accounts, with_empty):
    rows = rows_of(accounts)
    for count in range(len(accounts)):
        for places in combinations(range(1, len(accounts)), count):
            doubled = sorted([*places, *places]) if with_empty else places
            tables = list(whole_accounts(cut_at(doubled, rows)))
            assert pa.concat_tables(tables).to_pydict() == rows.to_pydict()
            met = [set(table["account_id"].to_pylist()) for table in tables]
            assert sum(map(len, met)) == len(set(accounts)), (places, met)


def test_no_rows_give_no_tables():
    assert list(whole_accounts([])) == []
    assert list(whole_accounts([rows_of(""), rows_of("")])) == []


def test_no_more_is_held_than_the_last_account():
    taken = []

    def batches():
        for number, batch in enumerate(cut_at([2, 4, 6], rows_of("aabbccdd"))):
            taken.append(number)
            yield batch

    for position, table in enumerate(whole_accounts(batches())):
        assert len(table) == 2
        assert len(taken) <= position + 2


def test_a_partition_of_two_instants_is_refused():
    def batches(*numbers):
        return [pa.record_batch({"instant": each}) for each in numbers]

    assert len(list(of_one(batches([3, 3], [], [3]), "instant"))) == 2
    for mixed in (([3, 4],), ([3, 3], [4])):
        with pytest.raises(ValueError, match="it takes one"):
            list(of_one(batches(*mixed), "instant"))
