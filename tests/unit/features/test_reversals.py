"""A payment and its reversal undo each other for each of their parties."""

import pyarrow as pa

from features.reversals import READ, STANDS, undone_at
from tests.facts import transactions


def test_a_table_that_holds_them_once_for_each_party_undoes_them_for_both():
    """As rows come on Spark, where an account's counterparties are marked to be none of its own."""
    once = pa.concat_tables(
        [
            transactions("t1", reference_minor=100),
            transactions(
                "t2", payer_account="bob", payee_account="ann", reverses="t1", reference_minor=100
            ),
            transactions("t3", reference_minor=50),
        ]
    ).select(READ)
    whole = undone_at(once)
    assert (whole < STANDS).tolist() == [True, True, False]
    of_ann = seen_by(once, own="ann", other="bob")
    of_bob = seen_by(once, own="bob", other="ann")
    both = undone_at(pa.concat_tables([of_ann, of_bob]))
    assert both.tolist() == [*whole.tolist(), *whole.tolist()]


def seen_by(rows, own, other):
    marks = {own: f"own {own}", other: f"other {other}"}
    for side in ("payer_account", "payee_account"):
        marked = pa.array([marks[name] for name in rows[side].to_pylist()])
        rows = rows.set_column(rows.column_names.index(side), side, marked)
    return rows
