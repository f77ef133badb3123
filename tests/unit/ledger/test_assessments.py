"""Records of assessments: found by their id, kept once, never changed."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from ledger.assessments import (
    AssessmentDamaged,
    AssessmentRecord,
    AssessmentUnknown,
    Made,
    NotRecorded,
)
from ledger.assessments_folder import AssessmentsFolder

AT = datetime(2025, 6, 1, 0, 0, 0, 1, UTC)
RECORD = AssessmentRecord(
    account_id="ann", as_of=AT, recorded_seq=7, source="store", ledger="bank", ledger_digest="",
    currency="THB", bundle="b1", catalogue="c", code="k", libraries="l", reasons=True,
    counterfactuals=False, most_reasons=5, inputs="i", visible_transactions=3, features="f",
    contributions="s", raw_score=0.1 + 0.2, band="high", action="monitor", amount_minor=2**60,
    answer="a",
)  # fmt: skip


@pytest.fixture(params=["folder", "store"])
def kept(request, tmp_path, store):
    """A place of either kind, the store in each database."""
    folder = AssessmentsFolder(tmp_path / "assessments")
    return folder if request.param == "folder" else store.assessments


def test_a_record_is_found_by_its_id_as_it_was(kept):
    other = replace(RECORD, account_id="bob", reasons=False, contributions="")
    kept.keep([RECORD, other, RECORD], AT)
    assert kept.find(RECORD.assessment_id) == RECORD
    assert kept.find(other.assessment_id) == other


def test_the_same_assessment_stands_once_and_nothing_is_kept_of_none(kept):
    kept.keep([], AT)
    kept.keep([RECORD], AT)
    kept.keep([RECORD], AT + timedelta(days=1))
    assert kept.find(RECORD.assessment_id) == RECORD
    assert kept.bundles() == {"b1"}


def test_the_id_commits_to_every_field():
    for field in fields(RECORD):
        value = getattr(RECORD, field.name)
        other = value + timedelta(1) if field.name == "as_of" else value * 2 or 1
        other = not value if isinstance(value, bool) else other
        changed = replace(RECORD, **{field.name: other or "x"})
        assert changed.assessment_id != RECORD.assessment_id, field.name


def test_a_record_of_a_release_that_kept_less_keeps_its_id(kept):
    earlier = replace(RECORD, answer="")
    assert earlier.assessment_id == "7681d6d1ca7c6953dc0a1f7b8fcd5c1a"
    kept.keep([earlier], AT)
    assert kept.find(earlier.assessment_id) == earlier


@pytest.mark.parametrize("name", ["0" * 32, "../../etc/passwd", "", "A" * 32])
def test_an_unknown_id_is_told(kept, name):
    with pytest.raises(AssessmentUnknown):
        kept.find(name)


def test_what_was_first_written_of_it_stays(kept):
    assert kept.outputs(RECORD.assessment_id) == {}
    first = {"report.html": "1", "report.pdf": "2"}
    assert kept.keep_outputs(RECORD.assessment_id, first) == {}
    assert kept.keep_outputs(RECORD.assessment_id, first) == {}
    changed = kept.keep_outputs(RECORD.assessment_id, {"report.html": "9", "report.pdf": "2"})
    assert changed == {"report.html": "1"}
    assert kept.outputs(RECORD.assessment_id) == {"report.html": "1", "report.pdf": "2"}


def test_every_bundle_that_was_used_is_named(kept):
    kept.keep([replace(RECORD, bundle=name) for name in ("b3", "b1", "b2", "b1")], AT)
    assert kept.bundles() == {"b1", "b2", "b3"}


def test_what_was_made_with_a_bundle_in_a_time_is_told_the_oldest_first(kept):
    hour = timedelta(hours=1)
    late, early = replace(RECORD, account_id="late"), replace(RECORD, account_id="early")
    kept.keep([late], AT + 2 * hour)
    kept.keep([early, replace(RECORD, bundle="b2")], AT + hour)
    kept.keep([RECORD], AT)
    # Made again it is the same assessment, and was first made before.
    kept.keep([RECORD], AT + hour)
    assert kept.made("b1", AT + hour, AT + 3 * hour) == [early, late]
    assert kept.made("b1", AT, AT + 2 * hour) == [RECORD, early]
    assert kept.made("b1", AT + 3 * hour, AT + 9 * hour) == []


def in_time(store, count, at=AT):
    """Keep so many records of one instant, and tell their places in order."""
    records = [replace(RECORD, account_id=f"{at}-{number}") for number in range(count)]
    store.assessments.keep(records, at)
    return [Made(at, name) for name in sorted(record.assessment_id for record in records)]


def test_a_growing_store_is_read_on_from_where_one_stands(store):
    later = AT + timedelta(hours=1)
    places = [*in_time(store, 5), *in_time(store, 3, later)]
    store.assessments.keep([replace(RECORD, bundle="b2")], AT)
    until, read = later + timedelta(1), [Made(AT)]
    while page := store.assessments.after("b1", read[-1], until, 2):
        assert len(page) <= 2
        read += page
    assert read[1:] == places
    assert store.assessments.after("b1", Made(AT), later, 99) == places[:5]
    more = in_time(store, 1, later + timedelta(1))
    assert store.assessments.after("b1", places[-1], until + timedelta(1), 99) == more


def test_reading_on_looks_up_an_index(store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by how much there is")
    asked = []
    sa.event.listen(
        store.engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3]))
    )
    store.assessments.after("b1", Made(AT), AT + timedelta(1), 2)
    statement, values = asked[-1]
    with store.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    assert "assessments_bundle_made_at (bundle=? AND made_at>? AND made_at<?)" in plan


def test_records_are_read_by_their_ids_and_counted_by_their_bundles(store):
    names = [place.assessment_id for place in in_time(store, 5)]
    other = replace(RECORD, bundle="b2")
    store.assessments.keep([other], AT + timedelta(hours=1))
    found = store.assessments.records([*names[:2], other.assessment_id, "0" * 32])
    assert [record.assessment_id for record in found] == [*names[:2], other.assessment_id]
    assert store.assessments.count(AT, AT + timedelta(1)) == {"b1": 5, "b2": 1}
    assert store.assessments.count(AT + timedelta(minutes=1), AT + timedelta(1)) == {
        "b1": 0, "b2": 1,
    }  # fmt: skip


def test_a_changed_record_is_noticed_among_others(tmp_path):
    kept = AssessmentsFolder(tmp_path)
    kept.keep([RECORD], AT)
    (file,) = tmp_path.glob("*.json")
    file.write_text(file.read_text().replace('"high"', '"low"'))
    with pytest.raises(AssessmentDamaged):
        kept.made("b1", AT, AT + timedelta(days=1))


def test_a_changed_file_is_noticed(tmp_path):
    kept = AssessmentsFolder(tmp_path)
    kept.keep([RECORD], AT)
    file = tmp_path / f"{RECORD.assessment_id}.json"
    for content in (file.read_text().replace("monitor", "freeze_account"), "{}", "[", "\0"):
        file.write_text(content)
        with pytest.raises(AssessmentDamaged):
            kept.find(RECORD.assessment_id)


def test_what_a_crash_left_behind_hides_no_record(tmp_path):
    name = f".{RECORD.assessment_id}.json"
    # Whatever a process of any number left half written.
    for number in (os.getpid(), os.getpid() + 1):
        (tmp_path / f"{name}.{number}").write_text("half")
    kept = AssessmentsFolder(tmp_path)
    kept.keep([RECORD], AT)
    assert kept.find(RECORD.assessment_id) == RECORD
    assert kept.bundles() == {"b1"}


def test_threads_may_keep_the_same_record_at_once(tmp_path):
    for number in range(20):
        kept = AssessmentsFolder(tmp_path / str(number))
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _, kept=kept: kept.keep([RECORD], AT), range(4)))
        assert [file.name for file in kept.folder.iterdir()] == [f"{RECORD.assessment_id}.json"]


def test_two_that_keep_the_same_records_in_two_orders_do_not_lock_each_other_out(store):
    for number in range(5):
        records = [replace(RECORD, account_id=f"{number}-{each}") for each in range(1000)]
        start = Barrier(2)

        def keep(ordered, start=start):
            start.wait()
            store.assessments.keep(ordered, AT)

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(keep, [records, records[::-1]]))


@pytest.mark.parametrize(
    ("why", "told", "not_told"),
    [
        ("deadlock detected", "Ask again", "space"),
        ("database is locked", "Ask again", "space"),
        ("disk I/O error", "space left", "Ask again"),
    ],
)
def test_what_does_not_take_a_record_says_what_to_do(store, monkeypatch, why, told, not_told):
    def fails(*_):
        raise sa.exc.OperationalError("", {}, Exception(why))

    monkeypatch.setattr(type(store.backend), "written_soon", fails)
    with pytest.raises(NotRecorded, match=told) as refusal:
        store.assessments.keep([RECORD], AT)
    assert not_told not in str(refusal.value)


@pytest.mark.parametrize("change", ["UPDATE assessments SET band = 'low'",
                                    "DELETE FROM assessments",
                                    "DELETE FROM assessment_outputs"])  # fmt: skip
def test_the_database_refuses_changes(store, change):
    store.assessments.keep([RECORD], AT)
    store.assessments.keep_outputs(RECORD.assessment_id, {"report.html": "1"})
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql(change)


def test_facts_stay_durable_after_an_assessment_was_kept(store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    for _ in range(3):
        store.assessments.keep([RECORD], AT)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
