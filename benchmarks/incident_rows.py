"""A town of square grids and incidents in it by chance, as many as asked, the same for the same seed."""

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.contracts import PLAN, REGISTERS, conform
from gridplan.plan import Plan
from gridplan.schemes import load_scheme

WEST, SOUTH, SIDE = 106.6, 26.4, 0.004
#: Grids of a community.
GRIDS = 50
KINDS = (
    *("噪音扰民", "垃圾清运", "乱停车", "占道经营", "路灯损坏", "井盖缺失", "管道漏水", "邻里纠纷", "违章搭建", "消防通道堵塞"),
    *("电动车飞线", "宠物扰民", "绿化损坏", "政策咨询", "其他"),
)
FIRST, YEARS = np.datetime64("2023-01-01T00:00:00"), 3
#: Share of the stages of those reported.
STAGES = {"closed": 0.90, "rejected": 0.04, "handled": 0.02, "dispatched": 0.02, "accepted": 0.01, "collected": 0.01}


def lattice_plan(*, columns: int = 40, rows: int = 25) -> Plan:
    """A plan of square grids, 50 in a community; it has no units and no buildings."""
    places = [(column, row) for column in range(columns) for row in range(rows)]
    community = [f"5201230010{1 + place // GRIDS:02d}" for place in range(len(places))]
    codes = [f"{code}{1 + place % GRIDS:03d}" for place, code in enumerate(community)]
    shapes = [shapely.box(WEST + x * SIDE, SOUTH + y * SIDE, WEST + (x + 1) * SIDE, SOUTH + (y + 1) * SIDE) for x, y in places]
    grids = pd.DataFrame({"code": codes, "name": codes, "kind": "urban", "community": community, "households": 400})
    rest = {"population": 1200, "units": 0, "buildings": 0, "area_m2": 1.6e5, "compactness": 0.7, "status": "ok"}
    grids = gpd.GeoDataFrame(grids.assign(**rest), geometry=shapes, crs="EPSG:4326")
    joined = grids[["community", "geometry"]].dissolve("community").reset_index()
    told = {"code": joined["community"], "name": joined["community"], "kind": "urban", "parent": "520123001000"}
    communities = pd.DataFrame({**told, "households": 400 * GRIDS, "grids": GRIDS})
    counts = json.dumps({"grids": len(codes), "grids_in_range": len(codes), "units": 0})
    facts = {
        "plan": "1a771ce000000001",
        "name": "lattice",
        "seed": "1",
        "parent": "",
        "scheme": load_scheme("default").text,
        "counts": counts,
        "crs": "EPSG:32648",
        "source": "{}",
    }
    layers = {
        "grids": grids,
        "communities": gpd.GeoDataFrame(communities, geometry=joined.geometry, crs="EPSG:4326"),
        "meta": pd.DataFrame(sorted(facts.items()), columns=["key", "value"]),
    }
    return Plan(**{name: _table(name, layers) for name in PLAN})


def many_incidents(count: int, *, seed: int = 3) -> gpd.GeoDataFrame:
    """As the register ``incidents`` has them: in the grids of :func:`lattice_plan`, unevenly, over three years."""
    rng = np.random.default_rng(seed)
    grids = lattice_plan().grids
    grid = rng.choice(len(grids), count, p=_uneven(rng, len(grids)))
    corner = grids.geometry.bounds.to_numpy()[grid, :2]
    at = corner + rng.uniform(0.0, SIDE, (count, 2))
    minute = rng.integers(0, YEARS * 365 * 24 * 60, count)
    taken = rng.lognormal(3.0, 1.2, (4, count)).cumsum(axis=0) * 60
    stage = rng.choice(list(STAGES), count, p=list(STAGES.values()))
    reached = pd.Series(stage).map({"dispatched": 2, "handled": 3, "closed": 4, "accepted": 1}).fillna(0).to_numpy(int)
    columns: dict[str, object] = {
        "id": [f"i{number:07d}" for number in range(count)],
        "kind": np.array(KINDS, dtype=object)[rng.choice(len(KINDS), count, p=_uneven(rng, len(KINDS)))],
        "stage": stage,
        "reported_at": _times(minute, None),
    }
    for step, name in enumerate(("accepted_at", "dispatched_at", "handled_at", "closed_at")):
        columns[name] = _times(minute + taken[step].astype(int), reached > step)
    columns["rejected_at"] = _times(minute + 300, stage == "rejected")
    columns["escalated_at"] = _times(minute + 400, rng.random(count) < 0.15)
    columns["due_at"] = _times(minute + 7 * 24 * 60, rng.random(count) < 0.95)
    columns["satisfaction"] = pd.array(rng.integers(1, 6, count), dtype="Int64")
    columns["satisfaction"][(rng.random(count) < 0.6) | (stage != "closed")] = pd.NA  # type: ignore[index]  # of the array above
    columns["grid"] = grids["code"].to_numpy()[grid]
    frame = gpd.GeoDataFrame(columns, geometry=shapely.points(np.round(at, 7)), crs="EPSG:4326")
    return conform(frame, REGISTERS["incidents"])


def _uneven(rng: np.random.Generator, count: int) -> np.ndarray:
    weight: np.ndarray = rng.lognormal(0.0, 0.6, count)
    weight /= weight.sum()
    return weight


def _times(minutes: np.ndarray, there: np.ndarray | None) -> np.ndarray:
    """The moments as text, missing where they are not there."""
    text = np.char.add((FIRST + minutes.astype("timedelta64[m]")).astype("U19"), "Z").astype(object)
    if there is not None:
        text[~there] = None
    return text


def _table(name: str, layers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if name in layers:
        return conform(layers[name], PLAN[name])
    empty = pd.DataFrame(columns=PLAN[name].names())
    return conform(gpd.GeoDataFrame(empty, geometry=[], crs="EPSG:4326") if PLAN[name].geometry else empty, PLAN[name])
