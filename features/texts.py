"""Columns of texts as numbers, the same for equal texts of several columns.

A column read from a file is a dictionary for each group of rows. The dictionaries are numbered
and the rows are left as they are: there are many more of those.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.history import UNKNOWN
from features.placing import Texts

Numbers = NDArray[np.int32]


class Numbered(NamedTuple):
    """A column of texts and the numbers that stand for them.

    Attributes
    ----------
    column : pyarrow.ChunkedArray
        Of dictionaries.
    end : int64, shape (chunks,)
        Row of the column that follows each chunk.
    number : tuple of int32 arrays
        For each chunk what stands for each entry of its dictionary, and after those `UNKNOWN`,
        for rows without a text.
    """

    column: pa.ChunkedArray
    end: NDArray[np.int64]
    number: tuple[Numbers, ...]

    @classmethod
    def of(cls, chunks: list[pa.DictionaryArray], numbers: list[Numbers]) -> "Numbered":
        """Put chunks and the numbers of their dictionaries together."""
        return cls(
            pa.chunked_array(chunks, _CODED),
            np.cumsum([len(chunk) for chunk in chunks], dtype=np.int64),
            tuple(np.append(each, np.int32(UNKNOWN)) for each in numbers),
        )

    def rows(self) -> Numbers:
        """Return the number of each row."""
        parts = (self._texts(chunk, at) for at, chunk in enumerate(self.column.chunks))
        return np.concatenate([np.empty(0, np.int32), *(part.code[part.entry] for part in parts)])

    def piece(self, rows: pa.DictionaryArray, first: int) -> Texts:
        """Return numbers of rows of one chunk, which begin with row `first` of the column."""
        return self._texts(rows, int(np.searchsorted(self.end, first, side="right")))

    def largest(self) -> int:
        """Return the largest number, `UNKNOWN` where there is none."""
        return max((int(number.max()) for number in self.number), default=UNKNOWN)

    def _texts(self, rows: pa.DictionaryArray, chunk: int) -> Texts:
        number = self.number[chunk]
        entries = rows.indices.fill_null(len(number) - 1).to_numpy()
        return Texts(unchanging(entries), number)


def numbered_alike(*columns: pa.ChunkedArray) -> list[Numbered]:
    """Give the texts of several columns numbers, from 0 in order of occurrence.

    The columns are of texts or of dictionaries of them.
    """
    coded = [_coded(column) for column in columns]
    texts = [chunk.dictionary for chunks in coded for chunk in chunks]
    found = pa.chunked_array(texts, pa.string()).dictionary_encode().chunks
    entries = [chunk.indices.fill_null(UNKNOWN) for chunk in found]
    # Not the chunks that were found: of an empty dictionary there is none.
    ends = np.cumsum([len(each) for each in texts], dtype=np.int64)
    parts = iter(np.split(np.concatenate([np.empty(0, np.int32), *entries]), ends[:-1]))
    return [Numbered.of(chunks, list(islice(parts, len(chunks)))) for chunks in coded]


def numbered_by(numbers: Mapping[str, int], column: pa.ChunkedArray) -> Numbered:
    """Give texts the numbers told.

    Raises
    ------
    KeyError
        If nothing is told of one.
    """
    chunks = _coded(column)
    texts = [chunk.dictionary.to_pylist() for chunk in chunks]
    told = [np.array([numbers[text] for text in each], np.int32) for each in texts]
    return Numbered.of(chunks, told)


_CODED = pa.dictionary(pa.int32(), pa.string())


def _coded(column: pa.ChunkedArray) -> list[pa.DictionaryArray]:
    """Give each chunk a dictionary of its own: one for all would be numbered for each of them."""
    return [chunk.dictionary_encode().cast(_CODED) for chunk in column.chunks if len(chunk)]


def unchanging(values: NDArray[Any]) -> NDArray[Any]:
    """Look at an array read-only: Arrow's can be so or not, and numba would compile for both."""
    values = values.view()
    values.flags.writeable = False
    return values
