"""A table's contract as suites of Great Expectations."""

import great_expectations.expectations as gxe

from ledger.contract import Column, Table, Type
from ledger.quality.rows import EARLIEST, LATEST, TEXT_LIMIT


def of_rows(table: Table) -> list[gxe.Expectation]:
    """Write what must hold for each row of a sample, the columns' order and the key included."""
    order = gxe.ExpectTableColumnsToMatchOrderedList(column_list=table.arrow.names)
    if len(table.key) == 1:
        key: gxe.Expectation = gxe.ExpectColumnValuesToBeUnique(column=table.key[0])
    else:
        key = gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key))
    return [order, key, *(rule for column in table for rule in _of_column(column))]


def of_counts(rules: list[str]) -> list[gxe.Expectation]:
    """Write that a table has rows and that none of them breaks any of these rules."""
    unbroken = [gxe.ExpectColumnMaxToBeBetween(column=rule, max_value=0) for rule in rules]
    return [gxe.ExpectColumnMinToBeBetween(column="rows", min_value=1), *unbroken]


def _of_column(column: Column) -> list[gxe.Expectation]:
    name = column.name
    rules: list[gxe.Expectation] = []
    if not column.nullable:
        rules.append(gxe.ExpectColumnValuesToNotBeNull(column=name))
    if column.values:
        rules.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(column.values)))
    elif column.type is Type.TEXT:
        rules.append(gxe.ExpectColumnValueLengthsToBeBetween(column=name, max_value=TEXT_LIMIT))
    elif column.type is Type.TIME:
        rules.append(
            gxe.ExpectColumnValuesToBeBetween(column=name, min_value=EARLIEST, max_value=LATEST)
        )
    elif column.minimum is not None or column.maximum is not None:
        rules.append(
            gxe.ExpectColumnValuesToBeBetween(
                column=name, min_value=column.minimum, max_value=column.maximum
            )
        )
    return rules
