"""The store in a PostgreSQL database, reached by URL through psycopg 3."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

_DIALECT = sa.make_url("postgresql://").get_dialect()()

# Most statements take less than to plan them anew for the length of their list, or to start others
# that help.
_SMALL = "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"


class PostgreSQL:
    """See `Backend`."""

    def engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections, each of them durable at commit."""
        # A server that restarted is found out before a request fails on a dead connection.
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)

    def reading_engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections that only read, each statement for itself."""
        # In a transaction each statement would take three round trips, with a ping before it four.
        options = sa.util.to_list(url.query.get("options"), [])
        return sa.create_engine(
            url.difference_update_query(["options"]),
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"options": " ".join([*options, _SMALL])},
        )

    def exists(self, url: sa.URL) -> bool:
        """Tell whether there may be a database to connect to: the server itself will say."""
        return url.database is not None

    def prepare(self, url: sa.URL) -> None:
        """Leave the making of a database to its administrator."""

    def lock(self, connection: sa.Connection) -> None:
        """Let no other writer in until this transaction ends; readers go on."""
        # It is given back after the commit has become visible. Locking a table instead would
        # take more than the right to insert, and would wait for vacuum.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('mulerisk.ledger'))")

    @contextmanager
    def read(self, engine: sa.Engine, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """Run a statement on an engine that only reads, and lend the driver's cursor."""
        connection = engine.raw_connection()
        try:
            cursor = _cursor_unless_dropped(connection, engine, sql, parameters)
            if cursor is None:
                # The server may have restarted: then no connection of the pool is any good.
                connection.invalidate()
                engine.dispose()
                connection = engine.raw_connection()
                cursor = _cursor(connection, sql, parameters)
            yield cursor
        finally:
            connection.close()

    @contextmanager
    def written_soon(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Open a transaction that does not wait for the disk at its end."""
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            yield connection

    def insert(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that passes over those whose key is there."""
        passing_over = _insert(table).on_conflict_do_nothing(index_elements=key)
        return _statement(passing_over)

    def replace(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that replaces those whose key is there."""
        insert = _insert(table)
        replace = insert.on_conflict_do_update(index_elements=key, set_=insert.excluded)
        return _statement(replace)

    def insert_values(self, columns: Mapping[str, list[Any]]) -> Any:
        """Arrange columns of plain values as the parameters of `insert`."""
        return dict(columns)

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        """Build the condition that `column` is in the list bound to `name`."""
        return column == sa.any_(sa.bindparam(name, type_=_array(column)))

    def among_value(self, values: Sequence[str] | Sequence[int]) -> object:
        """Arrange a list as the parameter of `among`."""
        return list(values)

    def keys(self, columns: Sequence[sa.Column[Any]]) -> sa.FromClause:
        """Build a relation of many keys, to be joined with the table that has these columns."""
        return _unnest(columns)

    def key_values(self, columns: Mapping[str, list[Any]]) -> dict[str, object]:
        """Arrange columns of plain values as the parameters of `keys`."""
        return dict(columns)


def _cursor_unless_dropped(
    connection: Any, engine: sa.Engine, sql: str, parameters: Mapping[str, Any]
) -> Any | None:
    """Run a statement; return its cursor, or None where the server has ended the connection."""
    try:
        return _cursor(connection, sql, parameters)
    except engine.dialect.loaded_dbapi.Error:
        if not connection.driver_connection.closed:
            raise
    return None


def _cursor(connection: Any, sql: str, parameters: Mapping[str, Any]) -> Any:
    return connection.driver_connection.cursor(binary=True).execute(sql, parameters)


def _statement(insert: postgresql.Insert) -> str:
    # Bytes go to the server as they are: as text each of them would be four characters.
    return str(insert.compile(dialect=_DIALECT)).replace(")s::BYTEA[]", ")b::BYTEA[]")


def _insert(table: sa.Table) -> postgresql.Insert:
    # One array per column: one statement for any number of rows, and unlike COPY it can pass over a
    # row without a table in between.
    columns = list(table.columns)
    return postgresql.insert(table).from_select(columns, _unnest(columns).select())


def _unnest(columns: Sequence[sa.Column[Any]]) -> sa.TableValuedAlias:
    arrays = [sa.bindparam(column.name, type_=_array(column)) for column in columns]
    names = [column.name for column in columns]
    return sa.func.unnest(*arrays).table_valued(*names).render_derived(name="wanted")


def _array(column: sa.Column[Any]) -> postgresql.ARRAY[Any]:
    return postgresql.ARRAY(type(column.type)())  # without the column's collation
