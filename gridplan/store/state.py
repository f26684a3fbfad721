"""What a store tells of itself: whether it is reached and of this version, its connections, its jobs."""

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.tables import SCHEMA


def check_store(database: Database) -> None:
    """Nothing, where the store answers and its tables are those of this program.

    Raises
    ------
    StoreError
        GP403 it is damaged; GP404 tables of another version; GP405 it cannot be reached.
    """
    with database.reading() as connection:
        found = database.dialect.version(connection)
    if found != SCHEMA:
        raise StoreError("GP404", where=database.where, found=found or "none", needed=SCHEMA, remedy="Run gridplan migrate.")


def connections(database: Database) -> dict[str, int]:
    """How many connections of the pool are ``used`` and ``idle``."""
    pool = database.engine.pool
    if not isinstance(pool, sa.QueuePool):
        return {}
    return {"used": pool.checkedout(), "idle": pool.checkedin()}


def jobs_by_state(database: Database) -> dict[str, int]:
    """How many jobs there are in each state; none where the store keeps no jobs."""
    table = database.dialect.tables.records["jobs"]
    with database.reading() as connection:
        counted = connection.execute(sa.select(table.c.state, sa.func.count()).group_by(table.c.state))
        return {state: int(count) for state, count in counted}
