"""Natural villages: hand-drawn rows of houses, an independent clustering, simulated villages that are known, a real country."""

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gridplan import crs, sources
from gridplan.atoms import make_atoms, with_villages
from gridplan.atoms.villages import natural_villages
from gridplan.simulation import simulate
from tests.places import shared
from tests.strategies.towns import SOUTH, WEST, houses, place, town


def found(
    shapes: list[shapely.Geometry], *, lived_in: list[bool] | None = None, community: str = "", **options: float
) -> list[str | None]:
    """The villages of these shapes, in community A where none is given letter by letter."""
    codes = np.array(list(community or "A" * len(shapes)), dtype=object)
    lived = np.array(lived_in or [True] * len(shapes))
    names: list[str | None] = natural_villages(np.array(shapes, dtype=object), codes, lived, **options).tolist()  # type: ignore[arg-type]
    return names


def row(x: float, y: float, *, count: int = 3, step: float = 30) -> list[shapely.Geometry]:
    """Houses of 10 m in a row."""
    return [shapely.box(x + step * k, y, x + step * k + 10, y + 10) for k in range(count)]


def test_two_rows_of_houses_and_a_farm() -> None:
    farm = [shapely.box(2000, 1000, 2010, 1010)]
    assert found(row(0, 0) + row(500, 3000) + farm) == ["A-v02"] * 3 + ["A-v01"] * 3 + [None]
    assert found(row(0, 0) + farm, least=1) == ["A-v02"] * 3 + ["A-v01"]


def test_the_distance_is_from_wall_to_wall() -> None:
    long = [shapely.box(0, 0, 200, 10), shapely.box(250, 0, 450, 10), shapely.box(500, 0, 700, 10)]
    assert found(long) == ["A-v01"] * 3
    assert found(long, near_m=49) == [None] * 3


def test_villages_of_one_band_are_numbered_from_the_west() -> None:
    names = found(row(4000, 0) + row(2000, 300) + row(0, 100))
    assert names == ["A-v03"] * 3 + ["A-v02"] * 3 + ["A-v01"] * 3


def test_a_shed_goes_with_the_house_beside_it_and_makes_no_village() -> None:
    shapes = [*row(0, 0), shapely.box(0, 30, 5, 35), *row(1000, 0)]
    assert found(shapes, lived_in=[True] * 4 + [False] * 3) == ["A-v01"] * 4 + [None] * 3
    assert found(shapes, lived_in=[True] * 3 + [False] * 4) == ["A-v01"] * 4 + [None] * 3


def test_a_village_ends_at_the_border() -> None:
    assert found(row(0, 0, count=6), community="AAABBB") == ["A-v01"] * 3 + ["B-v01"] * 3


def test_cells_have_villages_where_nothing_else_says_so() -> None:
    shapes = [shapely.box(WEST + x, SOUTH + 50, WEST + x + 10, SOUTH + 60) for x in (10, 40, 70, 200, 230, 260)]
    buildings = houses(shapes, [1] * 6)
    buildings["compound"] = pd.Series(["王家寨", None, None, None, None, None], dtype="str")
    rural = place("A").assign(kind="rural")
    atoms = with_villages(make_atoms(town(buildings, communities=rural)))
    named = atoms.cells.set_index("id")[["compound", "village"]]
    assert named["village"].isna().tolist() == [True, True, True, False, False, False]
    assert named.loc["b3", "village"] == "A-v01"
    assert named.loc["b0", "compound"] == "王家寨"
    urban = with_villages(make_atoms(town(buildings, communities=place("A"))))
    assert urban.cells["village"].isna().all()


def plain_dbscan(xy: np.ndarray, near_m: float, least: int) -> list[set[int]]:
    """The joined houses of each cluster, written out from the definition of the method."""
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= near_m
    core = [row for row in range(len(xy)) if near[row].sum() >= least]
    clusters: list[set[int]] = []
    for row in core:
        touched = [cluster for cluster in clusters if any(near[row, other] for other in cluster)]
        clusters = [cluster for cluster in clusters if cluster not in touched] + [{row}.union(*touched)]
    return clusters


points = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.integers(0, 400).map(float), unique=False
)


@settings(max_examples=60, deadline=None)
@given(points, st.integers(1, 5), st.integers(0, 99))
def test_it_is_dbscan_in_any_order(xy: np.ndarray, least: int, seed: int) -> None:
    codes, lived = np.full(len(xy), "A", dtype=object), np.ones(len(xy), dtype=bool)
    names = natural_villages(shapely.points(xy), codes, lived, least=least)
    for cluster in plain_dbscan(xy, 50.0, least):
        assert len({names[row] for row in cluster}) == 1
    assert len(set(names) - {None}) == len(plain_dbscan(xy, 50.0, least))
    order = np.random.default_rng(seed).permutation(len(xy))
    again = natural_villages(shapely.points(xy[order]), codes, lived, least=least)
    assert again.tolist() == names[order].tolist()


def test_simulated_villages_are_found_again() -> None:
    drawn = simulate("longli", seed=3, towns=1)
    drawn = drawn.to_crs(crs.local_crs(drawn.communities))
    assert drawn.compounds is not None
    assert drawn.buildings is not None
    villages = drawn.compounds.set_index("id")["class"].eq("village")
    known = drawn.buildings[drawn.buildings["compound"].map(villages).eq(True)]
    tree = shapely.STRtree(drawn.communities.geometry.to_numpy())
    row, at = tree.query(shapely.point_on_surface(known.geometry.to_numpy()), predicate="within")
    known, codes = known.iloc[row], drawn.communities["code"].to_numpy(dtype=object)[at]
    names = natural_villages(known.geometry.to_numpy(), codes, known["households"].fillna(1).to_numpy() > 0)
    table = pd.DataFrame({"truth": known["compound"].to_numpy(), "found": names}).dropna()
    assert table["found"].nunique() == table["truth"].nunique() > 40
    assert (table.groupby("found")["truth"].nunique() == 1).all()
    assert len(table) > 0.9 * len(known)


def test_named_places_of_liechtenstein_are_villages_of_their_own() -> None:
    read = sources.estimate_households(sources.read_osm(shared("liechtenstein_osm/liechtenstein.osm.pbf"), kind="rural"))
    read = read.to_crs(crs.local_crs(read.communities))
    assert read.buildings is not None
    inside = read.buildings.sjoin(read.communities[["code", "geometry"]], predicate="intersects").drop_duplicates("id")
    shapes, lived_in = shapely.make_valid(inside.geometry.to_numpy()), inside["households"].to_numpy() > 0
    names = natural_villages(shapes, inside["code"].to_numpy(dtype=object), lived_in)
    at = crs.to_crs(places("liechtenstein_osm/liechtenstein.osm.pbf"), read.crs)
    at = at[at.within(read.communities.union_all())]
    named = pd.notna(names)
    nearest = shapely.STRtree(shapes[named]).nearest(at.geometry.to_numpy())
    # Gamprin and Bendern have grown together; all others are villages of their own.
    assert len(at) > 15
    assert len(set(names[named][nearest])) >= len(at) - 1
    sizes = pd.Series(names[lived_in]).value_counts()
    assert 25 <= (sizes >= 20).sum() <= 33


def places(name: str) -> gpd.GeoDataFrame:
    """The nodes of villages and hamlets in a file of OpenStreetMap."""
    things = osmium.FileProcessor(str(shared(name)), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("place"))
    wanted = ("village", "hamlet")
    at = [(node.lon, node.lat) for node in things if isinstance(node, osmium.osm.Node) and node.tags["place"] in wanted]
    return gpd.GeoDataFrame(geometry=shapely.points(at), crs=4326)
