"""What would flatter the protocol, and does not happen."""

from dataclasses import replace

import numpy as np
import pytest

from ledger.importers import import_ledger
from tests import drawn_amlworld
from training.amlworld.columns import described
from training.amlworld.labelled import labelled
from training.amlworld.learner import lessons
from training.amlworld.parts import parts_of
from training.amlworld.protocol import measured, run

SIZE = drawn_amlworld.Size(200, 2_000, 40)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    folder = tmp_path_factory.mktemp("amlworld")
    path = drawn_amlworld.write(folder / "Tiny_Trans.csv", SIZE)
    return labelled(import_ledger("amlworld", path, folder / "ledger").lake)


@pytest.fixture(scope="module")
def columns(known):
    return described(known.transactions, lambda _: None)


@pytest.fixture(scope="module")
def parts(known):
    return parts_of(known, len(known.laundering))


def test_the_file_is_out_of_order_and_the_parts_are_not(known, parts):
    file_order = known.transactions["source_sequence"].to_numpy()
    assert (np.diff(file_order) < 0).any()
    for part, following in ((parts.training, parts.validation), (parts.validation, parts.test)):
        latest = known.happened_at[part.rows].max()
        assert latest < known.happened_at[following.rows].min()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_no_transaction_sees_a_later_one(known, columns, share):
    kept = int(share * len(columns))
    alone = described(known.transactions.slice(0, kept), lambda _: None)
    assert alone.combine_chunks() == columns.slice(0, kept).combine_chunks()


def test_no_column_is_an_account_a_bank_or_a_date(known, columns):
    """The same payments between other accounts of other banks in another week look the same."""
    transactions = known.transactions
    for side in ("payer", "payee"):
        for what in ("account", "institution"):
            name = f"{side}_{what}"
            place = transactions.schema.get_field_index(name)
            renamed = [f"{text}-renamed" for text in transactions[name].to_pylist()]
            transactions = transactions.set_column(place, name, [renamed])
    assert described(transactions, lambda _: None).equals(columns)


def outcome(known, columns, parts, changed=None):
    laundering = known.laundering.copy()
    if changed is not None:
        laundering[changed.rows] = np.roll(laundering[changed.rows], 11)
    prepared = lessons(columns, laundering, parts)
    return measured(laundering, columns, parts, prepared, seed=0)


def test_neither_the_model_nor_the_threshold_knows_the_labels_of_the_test_part(
    known, columns, parts
):
    as_they_are = outcome(known, columns, parts)
    other = outcome(known, columns, parts, parts.test)
    assert other.threshold == as_they_are.threshold
    assert other.recall < as_they_are.recall
    chosen_elsewhere = outcome(known, columns, parts, parts.validation)
    assert chosen_elsewhere.threshold != as_they_are.threshold


def test_the_same_seed_gives_the_same_figures_and_another_one_others(known, columns, parts):
    prepared = lessons(columns, known.laundering, parts)
    first, again, other = (
        measured(known.laundering, columns, parts, prepared, seed) for seed in (0, 0, 1)
    )
    assert first == again
    assert replace(other, threshold=first.threshold) != first


def test_models_learnt_side_by_side_are_those_learnt_one_by_one(known, columns, parts, tmp_path):
    path = drawn_amlworld.write(tmp_path / "Tiny_Trans.csv", SIZE)
    lake = import_ledger("amlworld", path, tmp_path / "Tiny").lake
    side_by_side = run(lake, 3, lambda _: None).whole.found["with features"]
    prepared = lessons(columns, known.laundering, parts)
    for seed, figures in enumerate(side_by_side):
        assert measured(known.laundering, columns, parts, prepared, seed) == figures
