"""Whole plans in an open connection: save, load."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, fields

import pandas as pd
import sqlalchemy as sa

from gridplan.contracts import PLAN
from gridplan.plan import Plan
from gridplan.store.dialects import Dialect
from gridplan.store.frames.rows import insert, plain_values, select
from gridplan.store.plans import PlanInfo
from gridplan.store.rendering import Value

#: Layers of which edits make and end rows, and the columns that they are ordered by.
_ORDER: Mapping[str, Sequence[str]] = {
    "grids": ("code",),
    "units": ("code",),
    "nodes": ("code",),
    "lineage": ("level", "old", "new"),
    "voided": ("level", "code"),
    "constraints": ("number",),
    "assignments": ("grid", "post", "person"),
    "history": ("number",),
}
#: Layers of which edits make and end the rows on grids and units, which stand by zone behind those on areas.
_BY_ZONE = ("posts", "findings")


def insert_plan(connection: sa.Connection, dialect: Dialect, plan: Plan) -> None:
    """Inserts a plan that is not there yet, its line in ``plans`` first."""
    plans = dialect.tables.plans
    dialect.prepare(connection, dialect.tables.bundle())
    info = PlanInfo.of(plan)
    names = [field.name for field in fields(info)]
    connection.execute(sa.insert(plans), dict(zip(names, astuple(info), strict=True)))
    communities = communities_of(plan)
    for name, frame in plan.layers():
        table = dialect.tables.plan[name]
        more: dict[str, Sequence[Value]] = {"plan": [info.id] * len(frame)}
        if "community" not in PLAN[name].names():
            more["community"] = plain_values(communities[name]) if name in communities else [None] * len(frame)
        if "item" in table.c:
            more["item"] = range(1, len(frame) + 1)
        insert(connection, dialect, table, frame, PLAN[name], more=more)
    # Each insert was a change to the triggers; a plan begins with its first revision all the same, or where there was one of
    # this id before, with one that nobody knows yet.
    connection.execute(
        sa.update(plans).where(plans.c.id == info.id).values(revision=_last_revision(connection, dialect, info.id) + 1)
    )


def _last_revision(connection: sa.Connection, dialect: Dialect, plan_id: str) -> int:
    """The last revision that the edit log tells of a plan of this id; 0 where it tells of none."""
    edits = dialect.tables.records["edits"]
    if not dialect.has(connection, edits):
        return 0
    found = connection.scalar(sa.select(sa.func.max(edits.c.revision)).where(edits.c.scope == plan_id))
    return 0 if found is None else int(found)


def communities_of(plan: Plan) -> dict[str, pd.Series]:
    """The code of the community that each row lies in, by layer; missing where it lies in none or in several."""
    grid = plan.grids.set_index("code")["community"]
    unit = plan.units.set_index("code")["grid"].map(grid)
    zone = pd.concat([grid, unit, plan.communities.set_index("code", drop=False)["code"]])
    zone = zone[~zone.index.duplicated()]
    return {
        "communities": plan.communities["code"],
        "units": plan.units["grid"].map(grid),
        "buildings": plan.buildings["grid"].map(grid),
        "sections": plan.sections["unit"].map(unit),
        "nodes": plan.nodes["grid"].map(grid),
        "posts": plan.posts["zone"].map(zone),
        "findings": plan.findings["zone"].map(zone),
        "lineage": plan.lineage["new"].map(zone),
        "voided": plan.voided["parent"].map(zone),
        "pieces": plan.pieces["atom"].map(plan.atoms.set_index("id")["community"]),
    }


def select_plan(connection: sa.Connection, dialect: Dialect, plan_id: str, *, layers: Collection[str] = tuple(PLAN)) -> Plan:
    """The plan of that id, which is there; layers other than those are empty."""
    loaded = {
        name: select(connection, dialect, table, PLAN[name], where=table.c.plan == plan_id if name in layers else sa.false())
        for name, table in dialect.tables.plan.items()
    }
    # Rows that an edit made stand behind the others.
    for name, columns in _ORDER.items():
        loaded[name] = loaded[name].sort_values(list(columns), ignore_index=True, na_position="first", kind="stable")
    for name in _BY_ZONE:
        loaded[name] = _by_zone(loaded[name], loaded["grids"]["code"], loaded["units"]["code"])
    return Plan(**loaded)


def _by_zone(table: pd.DataFrame, grids: pd.Series, units: pd.Series) -> pd.DataFrame:
    """The rows on areas as they stand, then those on grids by code, then those on units by code."""
    rank = table["zone"].isin(grids) + 2 * table["zone"].isin(units)
    order = pd.DataFrame({"rank": rank, "zone": table["zone"].where(rank > 0, "")}).sort_values(["rank", "zone"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)
