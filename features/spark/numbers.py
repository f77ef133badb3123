"""Numbers that stand for texts, made where a text stands: no table of them is kept or joined.

A number is a hash of 64 bits, so nobody hands numbers out and no row moves to get one. That no two
texts have the same one is looked up, and not hoped for: else other hashes are taken.
"""

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql

_TRIES = 8


def number(text: Column | str, salt: int) -> Column:
    """Return the number of a text; a missing one has none."""
    column = sql.col(text) if isinstance(text, str) else text
    return sql.when(column.isNotNull(), sql.xxhash64(sql.lit(salt), column))


def salt_of(tables: Mapping[str, DataFrame], columns: Mapping[str, tuple[str, ...]]) -> int:
    """Find the first salt with which no two different texts of these columns have one number.

    Raises
    ------
    ArithmeticError
        If there is none among the first few, which does not happen by chance.
    """
    texts = _texts(tables, columns)
    for salt in range(_TRIES):
        if _are_distinct(texts, salt):
            return salt
    raise ArithmeticError(f"{_TRIES} hashes of 64 bits each give two texts one number")


def _texts(tables: Mapping[str, DataFrame], columns: Mapping[str, tuple[str, ...]]) -> DataFrame:
    """List every text of the columns, those of a row one under the other."""
    parts = [
        tables[table].select(sql.explode(sql.array(*names)).alias("text"))
        for table, names in columns.items()
    ]
    return reduce(DataFrame.union, parts).where("text IS NOT NULL")


def _are_distinct(texts: DataFrame, salt: int) -> bool:
    found = texts.groupBy(number("text", salt).alias("number")).agg(
        sql.min("text").alias("first"), sql.max("text").alias("last")
    )
    distinct: bool = found.where("first <> last").isEmpty()
    return distinct
