"""What a store tells of itself: whether it is reached and of this version, its connections, its jobs."""

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.store import Store
from gridplan.store.tables import SCHEMA


def check_store(store: Store) -> None:
    """Nothing, where the store answers and its tables are those of this program.

    Raises
    ------
    StoreError
        GP403 it is damaged; GP404 tables of another version; GP405 it cannot be reached.
    """
    with store._reading() as connection:
        found = store._dialect.version(connection)
    if found != SCHEMA:
        raise StoreError("GP404", where=store.where, found=found or "none", needed=SCHEMA, remedy="Run gridplan migrate.")


def connections(store: Store) -> dict[str, int]:
    """How many connections of the pool are ``used`` and ``idle``."""
    pool = store._engine.pool
    if not isinstance(pool, sa.QueuePool):
        return {}
    return {"used": pool.checkedout(), "idle": pool.checkedin()}


def jobs_by_state(store: Store) -> dict[str, int]:
    """How many jobs there are in each state; none where the store keeps no jobs."""
    table = store._dialect.tables.records["jobs"]
    with store._reading() as connection:
        if not store._dialect.has(connection, table):
            return {}
        counted = connection.execute(sa.select(table.c.state, sa.func.count()).group_by(table.c.state))
        return {state: int(count) for state, count in counted}
