"""Service requests of New York as incidents on a plan of their own area: ``python -m benchmarks.nyc311 --out DIR``.

The set has places and times and nothing of who lives where. So the plan is made from it alone: the land cell of each different
place (its Voronoi cell, cut to the land around the places of its borough) is an atom, and each atom is **assumed** to have 40
households. Grids are then of the usual size, but rates per household mean nothing there beyond "requests per place": this shows
the maps at work on real points, it says nothing of New York.
"""

import argparse
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.analysis.incidents.view import ViewOptions, incident_view
from gridplan.maps.incidents import view_page
from gridplan.maps.offline import write_page
from gridplan.maps.picture_of_incidents import view_picture
from gridplan.maps.pictures import write_picture
from gridplan.pipeline import plan_town
from gridplan.sources import Town, checked_town, read_incidents

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "incidents_nyc311_animals" / "311_Animals_short.csv"
METRES = "EPSG:32618"
#: Households that every atom is assumed to have.
ASSUMED = 40
#: Metres of land kept around the places of a borough.
AROUND_M = 300.0
BOROUGHS = {"BRONX": "36005", "BROOKLYN": "36047", "MANHATTAN": "36061", "QUEENS": "36081", "STATEN ISLAND": "36085"}


def requests(path: Path = DATA) -> gpd.GeoDataFrame:
    """Every row of the set as an incident; its times are those of New York."""
    read = read_incidents(path, time_zone="America/New_York", crs="EPSG:2263", dates="mdy")
    assert len(read.incidents) + len(read.left_out) == read.rows
    return read.incidents


def town(path: Path = DATA) -> Town:
    """The town of the set: a borough a community, a different place an atom."""
    rows = pd.read_csv(path, usecols=["Borough", "Latitude", "Longitude"]).dropna(subset=["Latitude"])
    spots = rows.groupby(["Longitude", "Latitude"], sort=True)["Borough"].first().reset_index()
    places = gpd.GeoSeries(gpd.points_from_xy(spots["Longitude"], spots["Latitude"]), crs=4326).to_crs(METRES).to_numpy()
    known = spots["Borough"].isin(list(BOROUGHS)).to_numpy()
    # One place is of no borough: it goes to that of the nearest other.
    nearest = shapely.STRtree(places[known]).nearest(places)
    borough = spots["Borough"][known].to_numpy()[nearest]
    land = shapely.union_all([_land(places[borough == name]) for name in BOROUGHS])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places), extend_to=land))
    point, cell = shapely.STRtree(cells).query(places, predicate="intersects")
    shapes = _part_at(places, shapely.intersection(cells[cell[np.argsort(point, kind="stable")]], land))
    atoms = gpd.GeoDataFrame(
        {
            "id": [f"place-{row}" for row in range(len(places))],
            "community": [BOROUGHS[name] for name in borough],
            "households": ASSUMED,
        },
        geometry=shapes,
        crs=METRES,
    )
    communities = gpd.GeoDataFrame(
        {"code": list(BOROUGHS.values()), "name": [name.title() for name in BOROUGHS], "kind": "urban"},
        geometry=[shapely.coverage_union_all(shapes[borough == name]) for name in BOROUGHS],
        crs=METRES,
    )
    return checked_town({"communities": communities, "atoms": atoms}, source={"places": path.name})


def _land(places: np.ndarray) -> shapely.Geometry:
    return shapely.concave_hull(shapely.multipoints(places), ratio=0.12).buffer(AROUND_M)


def _part_at(places: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Of each shape the part that its place lies in: what is beyond water belongs to nobody."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    return np.asarray(parts[shapely.intersects(parts, places[of])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    started = perf_counter()
    told, plan = requests(), plan_town(town(), seed=7)
    print(
        f"{len(told)} requests, {len(plan.grids)} grids of {plan.grids['households'].sum()} assumed households, "
        f"{perf_counter() - started:.1f} s"
    )
    for public in (False, True):
        options = ViewOptions(
            every="month" if public else "week",
            time_zone="America/New_York",
            within_m=400,
            least=15,
            measure="density",
            public=public,
        )
        view = incident_view(plan, told, options=options)
        name = "public" if public else "planners"
        print(name, view.totals, view.hot["spot"].value_counts().to_dict())
        write_page(view_page(plan, view, language="en"), folder / f"nyc311_{name}.html")
        write_picture(view_picture(plan, view, language="en"), folder / f"nyc311_{name}.png")


if __name__ == "__main__":
    main()
