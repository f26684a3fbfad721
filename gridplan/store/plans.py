"""Plans and towns in an open connection: save, load, list, delete. :class:`gridplan.store.store.Store` is the way in."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gridplan.contracts import PLAN, TOWN
from gridplan.crs import LONLAT
from gridplan.plan.model import Plan
from gridplan.report import Report
from gridplan.sources.town import Town
from gridplan.store.dialects import Dialect
from gridplan.store.rendering import Value, plain_values
from gridplan.store.rows import findable, insert, select
from gridplan.store.tables import TOWN_REPORT


@dataclass(frozen=True)
class PlanInfo:
    """What a list of plans says of each: ``scheme`` is its name, ``parent`` the plan it was redrawn from or empty."""

    id: str
    name: str
    scheme: str
    seed: int
    parent: str
    grids: int
    units: int
    households: int
    state: str = "draft"
    revision: int = 1

    @classmethod
    def of(cls, plan: Plan) -> "PlanInfo":
        """The facts of a plan, from its ``meta`` and its tables."""
        return cls(
            id=plan.id,
            name=plan.fact("name"),
            scheme=_scheme_name(plan.fact("scheme")),
            seed=int(plan.fact("seed")),
            parent=plan.fact("parent"),
            grids=len(plan.grids),
            units=len(plan.units),
            households=int(plan.grids["households"].sum()),
        )


def _scheme_name(text: str) -> str:
    """The name in the scheme's TOML; ``meta`` holds the whole text."""
    try:
        return str(tomllib.loads(text).get("name", ""))
    except tomllib.TOMLDecodeError:
        return text


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
    }


def select_plan(connection: sa.Connection, dialect: Dialect, plan_id: str) -> Plan:
    """The plan of that id, which is there."""
    loaded = {
        name: select(connection, dialect, table, PLAN[name], where=table.c.plan == plan_id)
        for name, table in dialect.tables.plan.items()
    }
    return Plan(**loaded)


def select_plans(connection: sa.Connection, dialect: Dialect) -> list[PlanInfo]:
    """All plans, ordered by when they were saved."""
    plans = dialect.tables.plans
    columns = [plans.c[field.name] for field in fields(PlanInfo)]
    return [PlanInfo(*row) for row in connection.execute(sa.select(*columns).order_by(plans.c.fid))]


def select_page(connection: sa.Connection, dialect: Dialect, limit: int, after: int) -> tuple[list[PlanInfo], int | None]:
    """Plans after a row number, in the order they were saved; and the number to go on after, where there are more."""
    plans = dialect.tables.plans
    columns = [plans.c[field.name] for field in fields(PlanInfo)]
    query = sa.select(plans.c.fid, *columns).where(plans.c.fid > after).order_by(plans.c.fid).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = rows[:limit]
    return [PlanInfo(*row[1:]) for row in shown], shown[-1][0] if len(rows) > limit else None


def find_info(connection: sa.Connection, dialect: Dialect, plan_id: str, *, lock: bool = False) -> PlanInfo | None:
    """What is known of a plan, if it is there; with ``lock`` nobody else can change it until the transaction ends."""
    plans = dialect.tables.plans
    query = sa.select(*(plans.c[field.name] for field in fields(PlanInfo))).where(plans.c.id == plan_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none() if findable(plan_id) else None
    return None if row is None else PlanInfo(*row)


def select_info(connection: sa.Connection, dialect: Dialect, plan_id: str) -> PlanInfo:
    """What is known of a plan that is there."""
    info = find_info(connection, dialect, plan_id)
    assert info is not None
    return info


def has_plan(connection: sa.Connection, dialect: Dialect, plan_id: str) -> bool:
    """Whether a plan of that id is there."""
    plans = dialect.tables.plans
    return connection.scalar(sa.select(plans.c.fid).where(plans.c.id == plan_id)) is not None


def delete_plan(connection: sa.Connection, dialect: Dialect, plan_id: str) -> bool:
    """Deletes the plan with all its rows; whether it was there."""
    plans = dialect.tables.plans
    return connection.execute(sa.delete(plans).where(plans.c.id == plan_id)).rowcount > 0


def insert_town(connection: sa.Connection, dialect: Dialect, name: str, town: Town) -> None:
    """Inserts a town that is not there yet, in EPSG:4326."""
    tables = dialect.tables
    dialect.prepare(connection, [tables.towns, *tables.town.values()])
    layers = dict(town.to_crs(LONLAT).layers())
    row = {"name": name, "layers": json.dumps(list(layers)), "source": json.dumps(town.source, ensure_ascii=False)}
    connection.execute(sa.insert(tables.towns), row)
    for layer, frame in layers.items():
        insert(connection, dialect, tables.town[layer], frame, TOWN[layer], more={"town": [name] * len(frame)})
    insert(
        connection, dialect, tables.town["report"], town.report.rows, TOWN_REPORT, more={"town": [name] * len(town.report.rows)}
    )


def select_town(connection: sa.Connection, dialect: Dialect, name: str) -> Town:
    """The town of that name, which is there."""
    tables = dialect.tables
    row = connection.execute(sa.select(tables.towns.c.layers, tables.towns.c.source).where(tables.towns.c.name == name)).one()
    present = json.loads(row.layers)
    loaded: Mapping[str, gpd.GeoDataFrame | None] = {
        layer: select(connection, dialect, tables.town[layer], TOWN[layer], where=tables.town[layer].c.town == name)
        if layer in present
        else None
        for layer in TOWN
    }
    report = tables.town["report"]
    rows: pd.DataFrame = select(connection, dialect, report, TOWN_REPORT, where=report.c.town == name)
    return Town(**loaded, report=Report(rows), source=json.loads(row.source))


def select_towns(connection: sa.Connection, dialect: Dialect) -> list[str]:
    """The names of the towns, ordered by when they were saved."""
    towns = dialect.tables.towns
    if not dialect.has(connection, towns):
        return []
    return [str(name) for name in connection.scalars(sa.select(towns.c.name).order_by(towns.c.fid))]


def delete_town(connection: sa.Connection, dialect: Dialect, name: str) -> None:
    """Deletes the town with all its rows."""
    towns = dialect.tables.towns
    connection.execute(sa.delete(towns).where(towns.c.name == name))
