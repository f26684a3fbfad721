"""Distances and the coverage table by gridplan: ``python -m benchmarks.coverage.ours PLACE SEED OUT.npy IN.npz``."""

import json
import resource
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import gridplan as gp
from benchmarks.coverage.places import KINDS, METRES, Place, arrays, city, network_of, wuhan
from gridplan.analysis import Distances, WalkingNetwork
from gridplan.contracts import PLAN, conform
from gridplan.plan import Plan

#: Corners on a side of the city: 1,001,112 edges.
SIDE = 708
HOMES, SITES = 50_000, 100


def place_of(name: str, seed: int) -> Place:
    if name == "wuhan":
        return wuhan(HOMES, SITES, seed)
    return city(SIDE if name == "city" else int(name.removeprefix("city:")), HOMES, SITES, seed)


def plan_of(place: Place, grids: int = 1000) -> Plan:
    """A plan of buildings alone: 1,000 grids in 100 communities, as many homes in each."""
    points = gpd.GeoDataFrame(geometry=shapely.points(place.homes), crs=METRES).to_crs(4326).geometry.to_numpy()
    square = shapely.box(114, 30, 114.1, 30.1)
    code = [f"{number // 10:03d}{number % 10}" for number in range(grids)]
    tables: dict[str, dict[str, object]] = {
        "communities": {"code": sorted({name[:3] for name in code}), "households": 0, "grids": 10, "kind": "urban"},
        "grids": {"code": code, "community": [name[:3] for name in code], "households": 0, "units": 0, "buildings": 0},
        "buildings": {"id": [f"b{row}" for row in range(len(points))], "households": place.households, "estimated": False},
    }
    tables["communities"]["name"] = tables["communities"]["code"]
    tables["grids"] |= {"name": code, "kind": "urban", "area_m2": 1.0, "compactness": 1.0, "status": "ok"}
    tables["buildings"]["grid"] = np.array(code)[np.arange(len(points)) * grids // len(points)]
    made: dict[str, pd.DataFrame] = {}
    for name, contract in PLAN.items():
        frame = pd.DataFrame(tables.get(name, {column: [] for column in contract.names()}))
        if contract.geometry:
            shapes = points if name == "buildings" else np.full(len(frame), square, dtype=object)
            frame = gpd.GeoDataFrame(frame, geometry=list(shapes), crs=4326)
        made[name] = conform(frame, contract)
    return Plan(**{name: made[name] for name in made})


def services_of(place: Place) -> gpd.GeoDataFrame:
    columns = {"id": [f"s{row}" for row in range(len(place.sites))], "kind": np.array(KINDS)[place.kind]}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(place.sites), crs=METRES)


def work(plan: Plan, services: gpd.GeoDataFrame, place: Place, clock: dict[str, float]) -> tuple[WalkingNetwork, Distances, int]:
    """Network, distances and the number of rows of the coverage table; ``clock`` is told the seconds of each."""
    begin = time.perf_counter()
    network = network_of(place)
    clock["network"] = time.perf_counter() - begin
    begin = time.perf_counter()
    near = gp.walking_distances(plan.buildings, services, network)
    clock["distances"] = time.perf_counter() - begin
    begin = time.perf_counter()
    table = gp.coverage(plan, near)
    clock["table"] = time.perf_counter() - begin
    return network, near, len(table)


def main() -> None:
    name, seed, target, given = sys.argv[1:]
    place = place_of(name, int(seed))
    plan = plan_of(place)
    # What is loaded when it is first used is no part of the work.
    few = place_of("city:3", 0)
    small = Place(few.streets, few.homes[:20], few.households[:20], few.sites[:8], few.kind[:8])
    work(plan_of(small, 10), services_of(small), small, {})
    clock: dict[str, float] = {"before_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    cpu = time.process_time()
    network, near, rows = work(plan, services_of(place), place, clock)
    clock["cpu"] = time.process_time() - cpu
    clock["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock |= {"nodes": len(network.x), "edges": len(network.length), "rows": rows}
    np.save(target, near.table["metres"].fillna(np.inf).to_numpy().reshape(len(place.homes), len(KINDS)))
    np.savez(given, **arrays(place, network))  # type: ignore[arg-type]  # one of them could be called allow_pickle
    Path(f"{target}.json").write_text(json.dumps(clock))


if __name__ == "__main__":
    main()
