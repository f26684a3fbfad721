"""Many rows at once into a table of a GeoPackage that other programs may write too: without its triggers, and indexed after."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from gridplan.store import geopackage

_MADE = (
    "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('trigger', 'index') AND sql IS NOT NULL"
    " ORDER BY rowid"
)
_LAST = "SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = ?), 0), (SELECT coalesce(max(fid), 0) FROM {}))"


def load_many(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]], shapes: np.ndarray) -> None:
    """Inserts rows of a register, in one transaction with whatever else the connection does.

    What the triggers would do for each row is done once: the rows come with ids, revisions and times as the contract has them,
    the R-tree gets their boxes, the register one revision more. Triggers and indexes are then there again as they were.
    """
    cursor = connection.connection.cursor()
    made = cursor.execute(_MADE, (table.name,)).fetchall()
    for kind, name, _ in made:
        cursor.execute(f'DROP {kind} "{name}"')
    (last,) = cursor.execute(_LAST.format(table.name), (table.name,)).fetchone()
    count = len(next(iter(columns.values())))
    numbered = {"fid": range(last + 1, last + 1 + count), **columns}
    names, marks = ", ".join(f'"{name}"' for name in numbered), ", ".join("?" * len(numbered))
    cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(zip(*numbered.values(), strict=True)))  # noqa: S608
    _boxes(cursor, table, shapes, last + 1)
    cursor.execute("UPDATE registers SET revision = revision + 1 WHERE name = ?", (table.name,))
    for _, _, text in made:
        cursor.execute(text)


def _boxes(cursor: DBAPICursor, table: sa.Table, shapes: np.ndarray, first: int) -> None:
    bounds = shapely.bounds(shapes)
    known = np.flatnonzero(~np.isnan(bounds[:, 0]))
    west, south, east, north = bounds[known].T
    rows = list(zip((known + first).tolist(), west.tolist(), east.tolist(), south.tolist(), north.tolist(), strict=True))
    cursor.executemany(f'INSERT INTO "{geopackage.index_name(table.name)}" VALUES (?, ?, ?, ?, ?)', rows)  # noqa: S608 - our own names
