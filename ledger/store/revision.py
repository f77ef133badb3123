"""The revision of a database, which must be the one this code was written for."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ledger.store.backend import StoreRefused, database, reached


def migrate(url: str) -> None:
    """Bring a database to this version's revision, creating the tables in an empty one."""
    parsed, backend = database(url)
    backend.prepare(parsed)
    engine = backend.engine(parsed)
    config = _config()
    with reached(parsed), engine.begin() as connection:
        backend.lock(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def check_revision(engine: sa.Engine) -> None:
    """Refuse a database at another revision than this version's.

    Raises
    ------
    StoreRefused
    """
    with reached(engine.url), engine.connect() as connection:
        seen = MigrationContext.configure(connection).get_current_revision()
    expected = latest_revision()
    if seen != expected:
        raise StoreRefused(
            f"{engine.url} is at revision {seen or 'none'}, this version needs {expected}."
            " `mulerisk load LEDGER --store URL` creates and upgrades a store; a newer store needs"
            " a newer mulerisk."
        )


def latest_revision() -> str | None:
    """Name the revision that this version's code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ledger.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
