"""The check of areas: those given and those made hold their communities, and state what these add up to."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.plan.audit_land import TILING, metre_crs, tiling_error
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Level, Scheme

#: what an area states of its communities
SUMMED = ("communities", "households", "grids", "units", "population")


def areas_check(plan: Plan, scheme: Scheme) -> Check:
    """Every community is in one area of each level that is made, and areas are the land and the sum of their communities.

    The communities of an administrative area are those below it in the tree; of one that was made, the community that it is all
    of, else those whose inner point it holds.
    """
    areas = plan.areas.drop_duplicates("code")
    made = areas[areas["made"]]
    inside = pd.concat([_given(plan, areas[~areas["made"]]), *(_made(plan, made, level) for level in scheme.of("areas"))])
    inside = inside.reset_index(drop=True)
    wrong = [f"level/{code}" for code in made["code"][~made["level"].isin([level.name for level in scheme.of("areas")])]]
    for level in scheme.of("areas"):
        times = inside["community"][inside["level"] == level.name].value_counts()
        times = plan.communities["code"].map(times).fillna(0)
        wrong += [f"{level.name}/{code}" for code in plan.communities["code"][times != 1]]
    wrong += [*_outside_parent(made, inside), *_sums(plan, areas, inside), *_land(plan, areas, inside)]
    return check("areas", wrong)


def _given(plan: Plan, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Community, area and level, a row for each area above each community in the administrative tree."""
    parent, level = (areas.set_index("code")[column].to_dict() for column in ("parent", "level"))
    rows = []
    for community, above in zip(plan.communities["code"], plan.communities["parent"], strict=True):
        seen: list[str] = []
        while above in parent and above not in seen:
            seen.append(above)
            above = parent[above]
        rows += [(community, area, f"given {level[area]}") for area in seen]
    return pd.DataFrame(rows, columns=["community", "area", "level"])


def _made(plan: Plan, made: gpd.GeoDataFrame, level: Level) -> pd.DataFrame:
    """The same of a level of the scheme."""
    own = made[made["level"] == level.name]
    if level.rule("urban").each == "community":
        return pd.DataFrame({"community": own["parent"], "area": own["code"], "level": level.name})
    points = np.asarray(plan.communities.geometry.representative_point().array)
    at, of = shapely.STRtree(np.asarray(own.geometry.array)).query(points, predicate="intersects")
    community, area = plan.communities["code"].to_numpy()[at], own["code"].to_numpy()[of]
    return pd.DataFrame({"community": community, "area": area, "level": level.name})


def _outside_parent(made: gpd.GeoDataFrame, inside: pd.DataFrame) -> Iterator[str]:
    """Areas with a community that is not in the area above them."""
    held = {str(code): set(rows) for code, rows in inside.groupby("area")["community"]}
    for code, parent in zip(made["code"], made["parent"], strict=True):
        if parent in held and not held.get(code, set()) <= held[parent]:
            yield f"parent/{code}"


def _sums(plan: Plan, areas: gpd.GeoDataFrame, inside: pd.DataFrame) -> Iterator[str]:
    """Areas that state other sums than those of the grids in them."""
    grids = plan.grids
    of_grids = pd.DataFrame(grids[["community", "households", "units", "population"]]).assign(
        grids=1, unknown=grids["population"].isna(), population=grids["population"].fillna(0)
    )
    of_communities = of_grids.groupby("community").sum().reindex(plan.communities["code"], fill_value=0).assign(communities=1)
    rows = of_communities.reindex(inside["community"]).set_axis(inside["area"]).groupby(level=0).sum()
    rows = rows.reindex(areas["code"], fill_value=0)
    true = rows.assign(population=rows["population"].where(rows["unknown"] == 0, -1))
    stated = areas.set_index("code").assign(population=areas["population"].fillna(-1).to_numpy())
    for column in SUMMED:
        differ = stated[column].astype("int64") != true[column].astype("int64")
        yield from (f"{column}/{code}" for code in true.index[differ.to_numpy()])


def _land(plan: Plan, areas: gpd.GeoDataFrame, inside: pd.DataFrame) -> Iterator[str]:
    """Areas that are not the land of their communities; those without any keep their outline."""
    metres = metre_crs(plan)
    land = plan.communities.drop_duplicates("code").set_index("code").geometry
    outline = areas.set_index("code").geometry
    known = inside[inside["community"].isin(land.index)]
    for code, rows in known.groupby("area")["community"]:
        children = np.asarray(land[rows].array)
        if tiling_error(outline[code], children, metres, crs_of=land.crs) >= TILING:
            yield f"land/{code}"
