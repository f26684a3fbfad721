"""What differs between two states of a draft, written row by row."""

from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa

from gridplan.contracts import PLAN
from gridplan.plan import Plan
from gridplan.plan.redraw.changes import changes
from gridplan.plan.redraw.pairs import Cells, Change
from gridplan.store.dialects import Dialect
from gridplan.store.tables import GEOMETRY

#: Rows that one statement names at most: SQLite binds 32,766 values.
_AT_ONCE = 5000


def write_changes(connection: sa.Connection, dialect: Dialect, before: Plan, after: Plan) -> None:
    """Writes what differs between two states of one draft."""
    plan = after.id
    for change in changes(before.drawing, after.drawing):
        table = dialect.tables.plan[change.layer]
        put = _other(connection, table, plan, change) if change.layer == "meta" else change.put
        if put:
            _update(connection, table, plan, change.key[0], put)
        if change.gone:
            _delete(connection, table, plan, change)
        if change.come is not None:
            _insert(connection, dialect, table, plan, change)
    plans, totals = dialect.tables.plans, after.totals
    counted = {"grids": totals.grids, "units": totals.units, "households": totals.households}
    connection.execute(sa.update(plans).where(plans.c.id == plan).values(counted))


def _other(connection: sa.Connection, meta: sa.Table, plan: str, change: Change) -> Mapping[str, Cells]:
    """The facts that are not what the table has."""
    query = sa.select(meta.c.key, meta.c.value).where(meta.c.plan == plan, meta.c.key.in_(change.put))
    known = {row.key: row.value for row in connection.execute(query)}
    return {key: cells for key, cells in change.put.items() if known.get(key) != cells["value"]}


def _update(connection: sa.Connection, table: sa.Table, plan: str, key: str, put: Mapping[str, Cells]) -> None:
    columns = list(next(iter(put.values())))
    statement = sa.update(table).where(table.c.plan == plan, table.c[key] == sa.bindparam("row_key"))
    values = [{"row_key": name, **cells} for name, cells in put.items()]
    connection.execute(statement.values({name: sa.bindparam(name) for name in columns}), values)


def _delete(connection: sa.Connection, table: sa.Table, plan: str, change: Change) -> None:
    columns = [table.c[name] for name in change.key]
    named = columns[0] if len(columns) == 1 else sa.tuple_(*columns)
    for at in range(0, len(change.gone), _AT_ONCE):
        keys = [row[0] if len(columns) == 1 else row for row in change.gone[at : at + _AT_ONCE]]
        connection.execute(sa.delete(table).where(table.c.plan == plan, named.in_(keys)))


def _insert(connection: sa.Connection, dialect: Dialect, table: sa.Table, plan: str, change: Change) -> None:
    assert change.come is not None
    contract, count = PLAN[change.layer], len(change.come.values)
    columns: dict[str, Sequence[object]] = dict(zip(contract.names(), zip(*change.come.values, strict=True), strict=True))
    columns["plan"] = [plan] * count
    if "community" not in columns:
        columns["community"] = list(change.community) or [None] * count
    if "item" in table.c:
        # Items grow with the order of rows; what stays keeps its own.
        last = connection.scalar(sa.select(table.c.item).where(table.c.plan == plan).order_by(table.c.fid.desc()).limit(1)) or 0
        columns["item"] = range(last + 1, last + 1 + count)
    if contract.geometry:
        shapes = np.array(change.come.shapes, dtype=object)
        dialect.note(connection, table, shapes)
        columns[GEOMETRY] = dialect.encode(shapes)
    dialect.load(connection, table, columns)
