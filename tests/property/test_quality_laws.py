"""Laws of the checks: a valid table passes, and one broken rule is found with its exact count."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import sql
from ledger.contract import Column, Table, Type
from ledger.quality import check
from ledger.schema import LABELS, MULE_OUTCOMES, OUTCOMES, ROLES, TABLES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = datetime(2020, 1, 1, tzinfo=UTC)

BY_TYPE = {
    Type.TEXT: lambda column, number: st.just(f"{column.name}-{number}"),
    Type.TIME: lambda column, number: st.just(
        START + timedelta(days=number, seconds=column.name == "known_at")
    ),
    Type.BOOLEAN: lambda column, number: st.booleans(),
    Type.REAL: lambda column, number: st.floats(1e-6, 1e6),
    Type.INTEGER: lambda column, number: st.integers(
        -1000 if column.minimum is None else column.minimum, 10**6
    ),
}


def values(column: Column, number: int):
    of_type = BY_TYPE[column.type](column, number)
    drawn = st.sampled_from(column.values) if column.values else of_type
    return st.none() | drawn if column.nullable else drawn


@st.composite
def valid_rows(draw: st.DrawFn, table: Table):
    rows = []
    for number in range(draw(st.integers(2, 9))):
        row = {column.name: draw(values(column, number)) for column in table}
        if table.name == "transactions":
            row["payer_account"] = "payer"
            row["payee_currency"] = row["payer_currency"]
            row["payee_amount_minor"] = row["payer_amount_minor"]
        if table.name == "labels":
            row["inclusion_probability"] = draw(st.none() | st.sampled_from((0.02, 1.0)))
            if row["outcome"] not in MULE_OUTCOMES:
                row["role"] = None
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def connection():
    return sql.connect()


def faults_of(connection, table: Table, rows):
    columns = pa.schema([pa.field(c.name, c.type.arrow) for c in table])
    relation = pa.Table.from_pylist(rows, columns)
    numbered = relation.append_column("row", pa.array(range(1, len(rows) + 1), pa.int64()))
    connection.register(table.name, numbered)
    found = check(connection, table, NOW)
    connection.unregister(table.name)
    return found


def breaking_times(column: Column):
    outside = START.replace(year=1989 if column.name == "happened_at" else 2100)
    yield f"{column.name} lies between 1990 and 2100", outside
    if column.name == "known_at":
        yield f"{column.name} is not in the future", NOW + timedelta(days=2)


def breaking_values(column: Column):
    """Name a rule and a value of the column that breaks it and nothing else."""
    name = column.name
    if not column.nullable:
        yield f"{name} is given", None
    if column.values:
        yield f"{name} is one of the values allowed", "no such value"
    elif column.type is Type.TEXT:
        yield f"{name} has no NUL character", "a\0b"
        yield f"{name} has at most 256 characters", "x" * 257
        if not column.is_prose:
            for text in ("", " ", "t2 ", "\tt2", "t2\n", "\u200b", "t2\u200b", "\u00a0t2"):
                yield f"{name} is not blank and has no space around it", text
    elif column.type is Type.TIME:
        yield from breaking_times(column)
    if name in ("payer_amount_minor", "payee_amount_minor"):
        return  # the two sides of one currency must also agree
    if column.minimum is not None:
        yield f"{name} is at least {column.minimum}", column.minimum - 1
    if column.maximum is not None:
        yield f"{name} is at most {column.maximum}", column.maximum + 1


CASES = [
    pytest.param(table, column, rule, value, id=f"{table.name}: {rule}")
    for table in TABLES.values()
    for column in table
    for rule, value in breaking_values(column)
]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_what_the_contract_allows_passes(connection, table, data):
    assert faults_of(connection, table, data.draw(valid_rows(table))) == ()


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_what_a_person_wrote_may_have_any_spaces(connection, data):
    rows = data.draw(valid_rows(TABLES["transactions"]))
    for row in rows:
        row["reference"] = data.draw(st.sampled_from(["", " ", " rent", "thanks\n"]))
    assert faults_of(connection, TABLES["transactions"], rows) == ()


@pytest.mark.parametrize(("table", "column", "rule", "value"), CASES)
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_a_broken_rule_is_found_alone_with_its_count(connection, table, column, rule, value, data):
    rows = data.draw(valid_rows(table))
    place = st.just(0) if column.name in table.key else st.integers(0, len(rows) - 1)
    touched = sorted(data.draw(st.sets(place, min_size=1)))
    for row in touched:
        if table.name == "labels":  # whatever the outcome is then, it allows the role
            rows[row] |= {"outcome": MULE_OUTCOMES[0], "role": None}
        rows[row][column.name] = value
    found = faults_of(connection, table, rows)
    assert [(fault.rule, fault.count) for fault in found] == [(rule, len(touched))]
    assert [seen.row for seen in found[0].rows] == [row + 1 for row in touched]


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_a_role_stands_beside_mule_outcomes_alone(connection, data):
    drawn = {"outcome": st.sampled_from(OUTCOMES), "role": st.none() | st.sampled_from(ROLES)}
    of_row = st.fixed_dictionaries(drawn)
    rows = [row | data.draw(of_row) for row in data.draw(valid_rows(LABELS))]
    wrong = [row for row in rows if row["role"] and row["outcome"] not in MULE_OUTCOMES]
    expected = [("a role stands beside a mule outcome", len(wrong))] if wrong else []
    found = faults_of(connection, LABELS, rows)
    assert [(fault.rule, fault.count) for fault in found] == expected


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_repetitions_are_told_from_contradictions(connection, table, data):
    rows = data.draw(valid_rows(table))
    again = data.draw(st.integers(1, 4))
    free = [c.name for c in table if c.nullable and c.type is Type.TEXT and not c.values]
    contradiction = rows[0] | dict.fromkeys(free[:1], "other")
    faults = faults_of(connection, table, [*rows, *[rows[0]] * again, contradiction])
    words = f"{' and '.join(table.key)} repeats an earlier row"
    expected = {words: again, f"{words} with other content": 1} if free else {words: again + 1}
    assert {fault.rule: fault.count for fault in faults} == expected
