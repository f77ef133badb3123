"""What SQLite and PostgreSQL do differently; everything else of the store is common to both."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import sqlalchemy as sa

from ledger.errors import MuleriskError
from ledger.store.postgresql import PostgreSQL
from ledger.store.sqlite import SQLite


class StoreRefused(MuleriskError):
    """The database is not a store that this version can use."""


class Backend(Protocol):
    """One kind of database."""

    def engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections, each of them durable at commit."""

    def reading_engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections that only read, each statement for itself."""

    def exists(self, url: sa.URL) -> bool:
        """Tell whether there may be a database to connect to; never create one."""

    def prepare(self, url: sa.URL) -> None:
        """Make ready for a database where there is none yet."""

    def lock(self, connection: sa.Connection) -> None:
        """Let no other writer in until this transaction ends; readers go on."""

    def read(
        self, engine: sa.Engine, sql: str, parameters: Mapping[str, Any]
    ) -> AbstractContextManager[Any]:
        """Run a statement on an engine that only reads, and lend the driver's cursor.

        SQLAlchemy's own takes several times as long as a small statement. A connection that the
        server has dropped is replaced.
        """

    def written_soon(self, engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
        """Open a transaction that does not wait for the disk at its end.

        Others see it at once and a crash of this process cannot undo it; a loss of power within
        about a second can.
        """

    def insert(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that passes over those whose key is there."""

    def replace(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that replaces those whose key is there."""

    def insert_values(self, columns: Mapping[str, list[Any]]) -> Any:
        """Arrange columns of plain values as the parameters of `insert` and `replace`."""

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        """Build the condition that `column` is in the list bound to `name`.

        The list is one parameter, however long it is, so that one statement serves them all.
        """

    def among_value(self, values: Sequence[str] | Sequence[int]) -> object:
        """Arrange a list as the parameter of `among`."""

    def keys(self, columns: Sequence[sa.Column[Any]]) -> sa.FromClause:
        """Build a relation of many keys, to be joined with the table that has these columns."""

    def key_values(self, columns: Mapping[str, list[Any]]) -> dict[str, object]:
        """Arrange columns of plain values as the parameters of `keys`."""


_BACKENDS: dict[str, Backend] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


@contextmanager
def reached(url: sa.URL) -> Iterator[None]:
    """Refuse a database that cannot be reached or is full, in the driver's own few words.

    Raises
    ------
    StoreRefused
    """
    try:
        yield
    except sa.exc.OperationalError as failure:
        why = str(failure.orig).strip().partition("\n")[0]
        raise StoreRefused(
            f"{url}: {why}. Check the address, and that the database is up and has space left."
        ) from None


def database(text: str) -> tuple[sa.URL, Backend]:
    """Read the URL of a database, and tell of what kind it is.

    Raises
    ------
    StoreRefused
        If it is none that the store can use.
    """
    cure = "Use sqlite:///FILE or postgresql://USER@HOST/NAME."
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        # Not repeated: it may hold a password.
        raise StoreRefused(f"The store's address is no URL. {cure}") from None
    name = url.get_backend_name()
    if name not in _BACKENDS or url.database in (None, "", ":memory:"):
        raise StoreRefused(f"{url} names no database for the ledger. {cure}")
    return url, _BACKENDS[name]
