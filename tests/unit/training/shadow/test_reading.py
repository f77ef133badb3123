"""Records that come in while they are read are read once each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.store import migrate, open_store
from tests.unit.ledger.test_assessments import AT, RECORD
from training.shadow import reading
from training.shadow.reading import LATE, Stand, unread

END = AT + timedelta(days=1)


@pytest.fixture
def kept(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    store = open_store(url)
    yield store.assessments
    store.close()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)


def keep(kept, minutes, *names, **changes):
    records = [replace(RECORD, account_id=name, **changes) for name in names]
    kept.keep(records, AT + timedelta(minutes=minutes))


def read(kept, stand, batches=None):
    """Read on; return whose records were read, and where one stands then."""
    names = []
    for number, (records, reached) in enumerate(unread(kept, "b1", stand, END), start=1):
        assert 0 < len(records) <= 3
        names += [record.account_id for record in records]
        stand = reached
        if number == batches:
            break
    return names, stand


def test_all_are_read_once_in_small_batches(kept):
    keep(kept, -1, "too early")
    keep(kept, 1, *"abcdefgh")
    keep(kept, 2, "other", bundle="b2")
    keep(kept, 3, "z")
    names, stand = read(kept, Stand.at(AT))
    assert sorted(names) == [*"abcdefgh", "z"]
    assert names[-1] == "z"
    assert read(kept, stand) == ([], stand)


def test_one_that_took_long_is_read_when_it_comes_in(kept):
    keep(kept, 10, "a", "b")
    _, stand = read(kept, Stand.at(AT))
    keep(kept, 10 - LATE.total_seconds() / 60, "long")
    keep(kept, 10, "c")
    keep(kept, 12, "d")
    names, stand = read(kept, stand)
    assert sorted(names) == ["c", "d", "long"]
    assert read(kept, stand)[0] == []


def test_one_that_took_longer_still_is_not_read(kept):
    keep(kept, 10, "a")
    _, stand = read(kept, Stand.at(AT))
    keep(kept, 1, "too late")
    assert read(kept, stand)[0] == []
    assert kept.count(AT, END) == {"b1": 2}


def test_who_breaks_off_goes_on_from_there(kept):
    keep(kept, 1, *"abcdefgh")
    keep(kept, 30, *"ijkl")
    first, stand = read(kept, Stand.at(AT), batches=2)
    rest, stand = read(kept, stand)
    assert len(first) == 6
    assert sorted(first + rest) == list("abcdefghijkl")
    assert read(kept, stand)[0] == []


def test_no_more_is_remembered_than_the_last_minutes(kept):
    for minute in range(0, 60, 2):
        keep(kept, minute, f"{minute}")
    _, stand = read(kept, Stand.at(AT))
    assert {place.at for place in stand.taken} == {
        AT + timedelta(minutes=minute) for minute in (54, 56, 58)
    }
