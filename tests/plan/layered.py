"""The hand-drawn plan of ``tests.samples`` with every layer that a scheme can ask for: areas, nodes and posts.

One area ``510100P01`` made of both communities, a basic grid for each of them, nodes for the six buildings (``B001``...) and the
nine sections, a head for each area, a worker for each grid, and a unit leader for every 15 households begun.
"""

from dataclasses import replace
from functools import cache

import pandas as pd
import shapely

from gridplan.contracts import PLAN, conform
from gridplan.plan.model import Plan
from tests.samples import RURAL, SCHEME, URBAN, sample_plan, spot

PLACE = "510100"
AREA = f"{PLACE}P01"

_ABOVE = """\
place = "510100"

[[levels]]
name = "area"
title = { en = "area", zh = "片区" }
layer = "areas"
atoms = "community"
code = "{parent}P{number:2}"
label = "第{number}片区"
every = { count = 1, tolerance = 0.5 }
posts = [{ role = { en = "head", zh = "片区长" }, per_zone = 1 }]

[[levels]]
name = "basic"
title = { en = "basic grid", zh = "基础网格" }
layer = "areas"
atoms = "community"
code = "{parent}{number:2}"
label = "{community}基础网格"
every = { each = "community" }
"""

_BELOW = """\
posts = [{ role = { en = "unit leader", zh = "联户长" }, per_households = 15 }]

[[levels]]
name = "building"
title = { en = "building", zh = "楼栋" }
layer = "nodes"
atoms = "building"
code = "{parent}B{number:3}"

[[levels]]
name = "entrance"
title = { en = "entrance", zh = "单元门" }
layer = "nodes"
atoms = "entrance"
code = "{parent}{number:2}"
"""

_HEADER, _FIRST, _GRID_AND_UNIT = SCHEME.partition("\n[[levels]]\n")
_GRID, _UNIT_HEADER, _UNIT = _GRID_AND_UNIT.partition("\n[[levels]]\n")
_WORKER = 'posts = [{ role = { en = "grid worker", zh = "网格员" }, per_zone = 1 }]\n'
LAYERED = f"{_HEADER}{_ABOVE}{_FIRST}{_GRID}{_WORKER}{_UNIT_HEADER}{_UNIT}{_BELOW}"


@cache
def layered_plan(*, legal: bool = True) -> Plan:
    """The plan of the squares by the scheme ``LAYERED``; made once, as no one changes its tables in place."""
    plan = sample_plan(legal=legal)
    meta = plan.meta.assign(value=plan.meta["value"].where(plan.meta["key"] != "scheme", LAYERED))
    return replace(plan, areas=_areas(plan), nodes=_nodes(plan), posts=_posts(plan), meta=meta)


def _areas(plan: Plan) -> pd.DataFrame:
    town = plan.areas.iloc[0]
    urban = plan.grids[plan.grids["community"] == URBAN]
    rows = [town, town.copy(), town.copy(), town.copy()]
    rows[1]["code"], rows[1]["name"], rows[1]["level"], rows[1]["made"] = AREA, "第01片区", "area", True
    for row, code, name, number in ((rows[2], URBAN, "东风社区", 1), (rows[3], RURAL, "红星村", 0)):
        community = plan.communities.set_index("code").loc[code]
        grids = plan.grids[plan.grids["community"] == code]
        row["code"], row["name"], row["level"], row["made"], row["parent"] = f"{code}01", f"{name}基础网格", "basic", True, code
        row["households"], row["communities"], row["grids"] = community["households"], 1, len(grids)
        row["units"], row["geometry"] = grids["units"].sum(), community["geometry"]
        row["population"] = urban["population"].sum() if number else pd.NA
    table = plan.areas.iloc[[0, 0, 0, 0]].reset_index(drop=True)
    for column in plan.areas.columns:
        values = [row[column] for row in rows]
        table[column] = values if column == "geometry" else pd.Series(values, dtype=plan.areas[column].dtype)
    metres = table.to_crs("EPSG:32648").geometry
    table["area_m2"], table["compactness"] = metres.area, 4 * 3.141592653589793 * metres.area / metres.length**2
    return conform(table.sort_values("code", ignore_index=True), PLAN["areas"])


def _nodes(plan: Plan) -> pd.DataFrame:
    square = {"楼-a": (0, 1), "楼-b": (0, 0), "楼-c": (1, 0), "楼-d": (2, 1), "楼-e": (2, 0), "楼-塔": (1, 1)}
    code = {"楼-a": "001B001", "楼-b": "001B002", "楼-c": "002B002", "楼-塔": "002B001"}
    code = {name: f"{URBAN}{tail}" for name, tail in code.items()} | {"楼-d": f"{RURAL}001B001", "楼-e": f"{RURAL}002B001"}
    rows: list[tuple[object, ...]] = []
    grid = plan.buildings.set_index("id")["grid"]
    for name, households in zip(plan.buildings["id"], plan.buildings["households"], strict=True):
        rows.append((code[name], "building", "building", name, name, grid[name], households, spot(*square[name])))
    given: dict[str, int] = {}
    for row in plan.sections.itertuples():
        name = str(row.building)
        given[name] = given.get(name, 0) + 1
        point = spot(*square[name])
        rows.append((f"{code[name]}{given[name]:02}", "entrance", "entrance", row.id, name, grid[name], row.households, point))
    table = plan.nodes.iloc[:0].reindex(range(len(rows)))
    for number, column in enumerate([*PLAN["nodes"].names(), "geometry"]):
        values = [row[number] for row in rows]
        table[column] = values if column == "geometry" else pd.Series(values, dtype=plan.nodes[column].dtype)
    assert not shapely.is_empty(table.geometry.to_numpy()).any()
    return conform(table.sort_values("code", ignore_index=True), PLAN["nodes"])


def _posts(plan: Plan) -> pd.DataFrame:
    rows = [("area", AREA, "head", "片区长", 1)]
    rows += [("grid", code, "grid worker", "网格员", 1) for code in plan.grids["code"]]
    # 15 households or fewer: one; 16 to 20: two.
    leaders = [1 if households <= 15 else 2 for households in plan.units["households"]]
    rows += [("unit", code, "unit leader", "联户长", count) for code, count in zip(plan.units["code"], leaders, strict=True)]
    return conform(pd.DataFrame(rows, columns=PLAN["posts"].names()), PLAN["posts"])
