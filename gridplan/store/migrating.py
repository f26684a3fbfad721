"""Brings the tables of a PostGIS database to this program's revision, by Alembic."""

from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from gridplan.errors import StoreError
from gridplan.store.dialects import postgis_url
from gridplan.store.tables import SCHEMA

#: Key of the advisory lock that lets only one program migrate at a time.
_LOCK = 7_474_001


def migrate(where: str, *, revision: str = SCHEMA) -> str | None:
    """The revision that the database at ``where`` now has.

    Upgrades, or downgrades where ``revision`` is older; ``"base"`` drops all tables of gridplan with what they
    hold. Runs in one transaction: a fault leaves the database as it was.

    Raises
    ------
    StoreError
        GP403 no URL of PostgreSQL; GP404 a revision this program does not know; GP405 the database refused; GP412 no psycopg.
    """
    if find_spec("psycopg") is None:
        raise StoreError("GP412")
    url = postgis_url(where)
    label = url.render_as_string(hide_password=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            found = _revision(connection)
            if found is not None and found > SCHEMA:
                raise StoreError("GP404", where=label, found=found, needed=SCHEMA, remedy="Install a newer gridplan.")
            config.attributes["connection"] = connection
            down = revision == "base" or (found is not None and revision < found)
            (command.downgrade if down else command.upgrade)(config, revision)
            return _revision(connection)
    except sa.exc.DBAPIError as error:
        raise StoreError("GP405", where=label, why=str(error.orig).strip().partition("\n")[0]) from error


def _revision(connection: sa.Connection) -> str | None:
    if connection.scalar(sa.text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found
