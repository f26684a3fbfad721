"""What differs between two states of a plan, written row by row."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from gridplan.contracts import PLAN
from gridplan.plan import Plan
from gridplan.store.dialects import Dialect
from gridplan.store.frames.plans import communities_of
from gridplan.store.frames.rows import insert, plain_values
from gridplan.store.rendering import Value

#: Layers whose rows stay, with other values in these columns.
_UPDATED: Mapping[str, tuple[str, Sequence[str]]] = {
    "communities": ("code", ("name", "households", "grids")),
    "areas": ("code", ("name", "households", "grids", "units")),
    "buildings": ("id", ("grid", "households")),
    "sections": ("id", ("unit", "households")),
    "atoms": ("id", ("grid", "households")),
    "pieces": ("id", ("unit", "households")),
}
#: Layers of which rows come and go, by code.
_REPLACED = ("grids", "units")
#: Small layers that are written whole where they differ.
_WHOLE = ("nodes", "posts", "findings", "lineage", "voided", "constraints", "assignments", "history")
#: Facts that say which plan it is, and stay.
_OWN = ("plan", "parent", "name")


def write_changes(connection: sa.Connection, dialect: Dialect, before: Plan, after: Plan) -> None:
    """Writes what differs between two states of one plan."""
    plan = before.id
    communities = communities_of(after)
    for layer, (key, columns) in _UPDATED.items():
        _update(connection, dialect, plan, layer, key, columns, getattr(before, layer), getattr(after, layer))
    for layer in _REPLACED:
        _replace(connection, dialect, plan, layer, getattr(before, layer), getattr(after, layer), communities.get(layer))
    for layer in _WHOLE:
        was, now = getattr(before, layer), getattr(after, layer)
        if not _same(was, now):
            table = dialect.tables.plan[layer]
            connection.execute(sa.delete(table).where(table.c.plan == plan))
            _insert(connection, dialect, plan, layer, now, communities.get(layer))
    meta = dialect.tables.plan["meta"]
    was_facts = dict(zip(before.meta["key"], before.meta["value"], strict=True))
    for name, value in zip(after.meta["key"], after.meta["value"], strict=True):
        if name not in _OWN and was_facts.get(name) != value:
            connection.execute(sa.update(meta).where(meta.c.plan == plan, meta.c.key == name).values(value=value))
    plans = dialect.tables.plans
    counted = {"grids": len(after.grids), "units": len(after.units), "households": int(after.grids["households"].sum())}
    connection.execute(sa.update(plans).where(plans.c.id == plan).values(counted))


def _update(
    connection: sa.Connection,
    dialect: Dialect,
    plan: str,
    layer: str,
    key: str,
    columns: Sequence[str],
    was: pd.DataFrame,
    now: pd.DataFrame,
) -> None:
    """Updates the rows in which one of the columns differs; rows are the same and in the same order."""
    other = np.zeros(len(now), dtype=np.bool_)
    for name in columns:
        other |= (was[name].to_numpy() != now[name].to_numpy()).astype(np.bool_)
    rows = now[other]
    if not len(rows):
        return
    table = dialect.tables.plan[layer]
    values = [
        dict(zip(("row_key", *columns), each, strict=True))
        for each in zip(*map(plain_values, (rows[key], *(rows[name] for name in columns))), strict=True)
    ]
    statement = sa.update(table).where(table.c.plan == plan, table.c[key] == sa.bindparam("row_key"))
    connection.execute(statement.values({name: sa.bindparam(name) for name in columns}), values)


def _replace(
    connection: sa.Connection,
    dialect: Dialect,
    plan: str,
    layer: str,
    was: pd.DataFrame,
    now: pd.DataFrame,
    community: pd.Series | None,
) -> None:
    """Deletes the rows that are gone or differ, and inserts those that are new or differ."""
    mine, theirs = (_told(table) for table in (was, now))
    old, new = dict(zip(was["code"], mine, strict=True)), dict(zip(now["code"], theirs, strict=True))
    leaving = [code for code, told in old.items() if new.get(code) != told]
    table = dialect.tables.plan[layer]
    if leaving:
        connection.execute(
            sa.delete(table).where(table.c.plan == plan, table.c.code == sa.bindparam("row_key")),
            [{"row_key": code} for code in leaving],
        )
    coming = now[[old.get(code) != told for code, told in new.items()]]
    if len(coming):
        _insert(connection, dialect, plan, layer, coming, None if community is None else community[coming.index])


def _insert(
    connection: sa.Connection, dialect: Dialect, plan: str, layer: str, rows: pd.DataFrame, community: pd.Series | None
) -> None:
    table = dialect.tables.plan[layer]
    more: dict[str, Sequence[Value]] = {"plan": [plan] * len(rows)}
    if "community" not in PLAN[layer].names():
        more["community"] = [None] * len(rows) if community is None else plain_values(community)
    if "item" in table.c:
        more["item"] = range(1, len(rows) + 1)
    insert(connection, dialect, table, rows.reset_index(drop=True), PLAN[layer], more=more)


def _told(table: pd.DataFrame) -> list[tuple[object, ...]]:
    """Each row as values that can be compared, its shape as bytes."""
    plain = pd.DataFrame(table.drop(columns="geometry")).astype("object")
    columns = [plain[name].where(plain[name].notna(), None).tolist() for name in plain]
    return list(zip(*columns, table.geometry.to_wkb(), strict=True))


def _same(was: pd.DataFrame, now: pd.DataFrame) -> bool:
    if "geometry" in was:
        return _told(was) == _told(now)
    return bool(was.equals(now))
