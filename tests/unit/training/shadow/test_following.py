"""A store is followed through what may happen to it, until it is enough."""

from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa

from ledger.assessments import NotRecorded
from ledger.store import open_store
from ledger.store.assessments import StoredAssessments
from tests.bank import AS_OF, FOUND, MULE, PERSON, SHOP
from training.shadow.following import Progress, Watch, follow, found_in, read_on
from training.shadow.shadowed import Question

NOW = AS_OF + timedelta(hours=1)


@pytest.fixture
def store(bank, store):
    """The bank's store, in SQLite and in PostgreSQL."""
    store.load(bank[0])
    return store


@pytest.fixture
def followed(store, both):
    """Follow the store; after each look `then` may do something, and the last one is enough."""

    def followed(*then):
        shown, said, ended, looks = [], [], Event(), list(then)

        def now():
            if not looks:
                ended.set()
            else:
                looks.pop(0)()
            return NOW

        watch = Watch(now, ended, lambda found, so_far: shown.append(found), said.append, pause=0)
        begun = Progress.begun(Question("bank", "THB", AS_OF, NOW))
        return follow(store, both, begun, watch), shown, said

    return followed


def test_what_comes_in_is_shown_and_nothing_twice(store, followed, ask):
    first, later, known = ask((MULE, 0), (SHOP, 0)), ask((PERSON, 0)), ask((FOUND, 0))
    so_far, shown, said = followed(
        lambda: store.assessments.keep(known, AS_OF),
        lambda: store.assessments.keep(first, AS_OF),
        lambda: None,
        lambda: store.assessments.keep(later, AS_OF),
    )
    assert [found.compared.assessments for found in shown] == [2, 3]
    assert said[0] == "1 assessments read, none of which can be compared"
    assert said[1].startswith("3 assessments read: ")
    assert so_far.read == 4
    assert shown[-1].left_out == {"known mules": 1}


def test_a_database_that_is_away_is_asked_again(store, followed, ask, monkeypatch):
    store.assessments.keep(ask((MULE, 0), (SHOP, 0)), AS_OF)
    reads = StoredAssessments.after

    def away(*_):
        raise sa.exc.OperationalError("SELECT", {}, Exception("connection refused"))

    so_far, shown, said = followed(
        lambda: monkeypatch.setattr(StoredAssessments, "after", away),
        lambda: monkeypatch.setattr(StoredAssessments, "after", reads),
    )
    assert "connection refused" in said[0]
    assert said[0].endswith("Asked again in 0 s.")
    assert (so_far.read, len(shown)) == (2, 1)


def test_who_is_told_to_end_stops_between_two_batches_and_says_what_was_not_read(
    store, followed, ask, monkeypatch
):
    monkeypatch.setattr("training.shadow.reading.AT_ONCE", 1)
    store.assessments.keep(ask((MULE, 0), (SHOP, 0), (PERSON, 0)), AS_OF)
    so_far, shown, _ = followed()
    assert (so_far.read, shown[-1].compared.assessments) == (1, 1)
    assert shown[-1].left_out == {"not read: recorded late, or since it was told to end": 2}


def test_no_right_to_write_is_needed(store, store_url, both, ask):
    records = ask((MULE, 0), (SHOP, 0))
    store.assessments.keep(records, AS_OF)
    url = sa.make_url(store_url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    only_read = open_store(url.render_as_string(hide_password=False))
    if url.get_backend_name() == "sqlite":
        only_read.close()
        sa.event.listen(
            only_read.engine, "connect", lambda made, _: made.execute("PRAGMA query_only = ON")
        )
    with pytest.raises(NotRecorded):
        only_read.assessments.keep(ask((PERSON, 0)), AS_OF)
    begun = Progress.begun(Question("bank", "THB", AS_OF, NOW))
    (so_far,) = read_on(only_read, both, begun)
    assert found_in(only_read, both, so_far).compared.assessments == len(records)
    only_read.close()
