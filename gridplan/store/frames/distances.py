"""The distances of a town in an open connection: put in the place of former ones, load."""

import pandas as pd
import sqlalchemy as sa

from gridplan.store.dialects import Dialect
from gridplan.store.frames.rows import insert, select
from gridplan.store.records import RECORDS

_CONTRACT = RECORDS["distances"]


def insert_distances(connection: sa.Connection, dialect: Dialect, town: str, distances: pd.DataFrame) -> None:
    """Inserts the distances of a town that has none."""
    insert(connection, dialect, dialect.tables.records["distances"], distances.assign(town=town), _CONTRACT)


def select_distances(connection: sa.Connection, dialect: Dialect, town: str) -> pd.DataFrame:
    """The distances of a town, in the order they were inserted in."""
    table = dialect.tables.records["distances"]
    return select(connection, dialect, table, _CONTRACT, where=table.c.town == town).drop(columns="town")
