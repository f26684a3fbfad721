"""Opens a store on a database server."""

from importlib.util import find_spec

from gridplan.errors import StoreError
from gridplan.store.database import Database, refusals
from gridplan.store.dialects import PostGIS, postgis_engine, postgis_url
from gridplan.store.migrating import migrate
from gridplan.store.store import Store
from gridplan.store.tables import SCHEMA


def open_server(where: str, *, create: bool, memory: int) -> Store:
    """The store at a database URL; its tables are made where there are none and ``create`` says so.

    Raises
    ------
    StoreError
        As :func:`gridplan.store.open_store`.
    """
    if find_spec("psycopg") is None:
        raise StoreError("GP412")
    url = postgis_url(where)
    label = url.render_as_string(hide_password=True)
    engine, dialect = postgis_engine(url), PostGIS()
    try:
        with refusals(label):
            with engine.begin() as connection:
                found = dialect.version(connection)
            if found is None and create:
                found = migrate(where)
        if found != SCHEMA:
            raise StoreError("GP404", where=label, found=found or "none", needed=SCHEMA, remedy="Run gridplan migrate.")
    except StoreError:
        engine.dispose()
        raise
    return Store(Database(label, engine, dialect, path=None, writable=True), memory=memory)
