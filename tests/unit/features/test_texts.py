"""Equal texts have equal numbers, however their columns stand in memory."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from features.history import UNKNOWN
from features.texts import numbered_alike, numbered_by

OWN, PAYER, PAYEE = (
    ["c", "a", "b"],
    ["a", None, "z", "a", "y", None],
    ["y", "b", "b", None, "q", "c"],
)
NUMBER = {"c": 0, "a": 1, "b": 2, "z": 3, "y": 4, "q": 5, None: UNKNOWN}


def _chunked(texts, *cuts):
    ends = [0, *cuts, len(texts)]
    parts = [pa.array(texts[first:last], pa.string()) for first, last in pairwise(ends)]
    return pa.chunked_array(parts, pa.string())


def _with_a_dictionary_each(column):
    """Read it as a file is read: a dictionary for each group of rows."""
    parts = [chunk.dictionary_encode() for chunk in column.chunks]
    return pa.chunked_array(parts, pa.dictionary(pa.int32(), pa.string()))


@pytest.mark.parametrize("as_read", [lambda column: column, _with_a_dictionary_each])
@pytest.mark.parametrize("cuts", [(), (1,), (2, 2, 5), (0, 6)], ids=str)
def test_equal_texts_have_equal_numbers_in_order_of_occurrence(as_read, cuts):
    columns = [_chunked(OWN), as_read(_chunked(PAYER, *cuts)), as_read(_chunked(PAYEE, 4))]
    found = [numbered.rows().tolist() for numbered in numbered_alike(*columns)]
    assert found == [[NUMBER[text] for text in texts] for texts in (OWN, PAYER, PAYEE)]


@pytest.mark.parametrize("cuts", [(), (1,), (2, 2, 5), (0, 6)], ids=str)
def test_pieces_are_the_rows(cuts):
    (numbered,) = numbered_alike(_with_a_dictionary_each(_chunked(PAYER, *cuts)))
    pieces, first = [], 0
    for batch in pa.table({"payer": numbered.column}).to_batches(max_chunksize=2):
        piece = numbered.piece(batch["payer"], first)
        pieces.extend(piece.code[piece.entry].tolist())
        first += len(batch)
    assert pieces == numbered.rows().tolist()


def test_a_column_without_a_row_or_without_a_text_has_no_number():
    nothing, none = numbered_alike(_chunked([]), _chunked([None, None]))
    assert (len(nothing.rows()), none.rows().tolist()) == (0, [UNKNOWN, UNKNOWN])
    assert nothing.largest() == none.largest() == UNKNOWN


def test_a_text_that_stands_twice_or_is_missing_in_a_dictionary_has_one_number():
    entries = pa.array([0, 1, 2, 3, None], pa.int32())
    twice = pa.DictionaryArray.from_arrays(entries, pa.array(["a", None, "b", "a"]))
    first, second = numbered_alike(pa.chunked_array([["b"]]), pa.chunked_array([twice]))
    assert first.rows().tolist() == [0]
    assert second.rows().tolist() == [1, UNKNOWN, 0, 1, UNKNOWN]
    assert second.rows().dtype == np.int32


def test_plain_texts_in_many_chunks_are_numbered_once_each():
    texts = [f"x{number}" for number in range(40)]
    (numbered,) = numbered_alike(_chunked(texts, *range(1, 40)))
    assert [len(each) for each in numbered.number] == [2] * 40
    assert numbered.rows().tolist() == list(range(40))


def test_numbers_that_are_told_are_taken():
    numbered = numbered_by({"a": 7, "z": 3, "y": 0}, _with_a_dictionary_each(_chunked(PAYER, 2)))
    assert numbered.rows().tolist() == [7, UNKNOWN, 3, 7, 0, UNKNOWN]
    assert numbered.largest() == 7
    assert numbered.rows().dtype == np.int32


def test_a_text_of_which_nothing_is_told_is_refused():
    with pytest.raises(KeyError, match="q"):
        numbered_by({"a": 7}, _chunked(["a", "q"]))
