"""What a store tells of itself: whether it is reached and of this version, its connections, its jobs."""

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.tables import BEFORE, SCHEMA


def check_store(database: Database) -> None:
    """Nothing, where the store answers and its tables are those of this program.

    Raises
    ------
    StoreError
        GP403 it is damaged; GP404 tables of another version; GP405 it cannot be reached.
    """
    with database.reading() as connection:
        found = database.dialect.version(connection)
    if found != SCHEMA and (database.path is None or found not in BEFORE):
        raise StoreError("GP404", where=database.where, found=found or "none", needed=SCHEMA, remedy="Run gridplan migrate.")


def connections(database: Database) -> dict[str, int]:
    """How many connections of the pool are ``used`` and ``idle``; and how many threads that read have their ``own``."""
    pool = database.engine.pool
    assert isinstance(pool, sa.QueuePool)
    # A thread's own connection leaves its place in the pool empty, which the pool itself counts as an idle one.
    places = tuple(pool._pool.queue)  # type: ignore[attr-defined]  # of the only kind of queue that it has without asyncio
    idle = sum(place.dbapi_connection is not None for place in places)
    return {"used": pool.checkedout(), "idle": idle, "own": database.own}


def jobs_by_state(database: Database) -> dict[str, int]:
    """How many jobs there are in each state; none where the store keeps no jobs."""
    table = database.dialect.tables.records["jobs"]
    with database.reading() as connection:
        counted = connection.execute(sa.select(table.c.state, sa.func.count()).group_by(table.c.state))
        return {state: int(count) for state, count in counted}
