"""``--datum`` through the real command line: announced first, then moved; doubts are said, and nothing is moved unasked."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.cli import main
from gridplan.sources import Datum, Town, convert_layer, read_town
from tests.cli.towns import buildings, community
from tests.sources.drawn import osm, ring


def lonlat(frame: gpd.GeoDataFrame, datum: Datum = "wgs84") -> gpd.GeoDataFrame:
    """The table as a Chinese map of this datum would give it."""
    return convert_layer(frame.to_crs(4326), source="wgs84", target=datum)


def streets() -> gpd.GeoDataFrame:
    """Lanes between the houses of ``buildings()``, 1 km further on each side, at uneven distances."""
    across = np.cumsum(np.random.default_rng(3).uniform(20, 60, 60)) - 1200
    houses = buildings().total_bounds
    x, y = houses[0] - 2.5, houses[1] - 2.5
    rows = [y + k * 25 for k in range(7)] + [y + far for far in across if not -20 < far < 170]
    columns = [x + k * 25 for k in range(11)] + [x + far for far in across if not -20 < far < 270]
    lines = [shapely.LineString([(x - 1200, row), (x + 1200, row)]) for row in rows]
    lines += [shapely.LineString([(column, y - 1200), (column, y + 1200)]) for column in columns]
    return gpd.GeoDataFrame({"class": ["minor"] * len(lines)}, geometry=shapely.segmentize(lines, 50), crs=buildings().crs)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, frame: gpd.GeoDataFrame) -> None:
    frame.to_file(f"{name}.gpkg", layer=name)


def imported(*words: str) -> Town:
    assert main(["import", "files", "--buildings", "buildings.gpkg", *words, "--out", "town.gpkg"]) == 0
    return read_town("town.gpkg")


def reasons(town: Town) -> dict[str, str]:
    rows = town.report.rows
    return dict(zip(rows["reason"] + " " + rows["id"], rows["detail"], strict=True))


def furthest(frame: gpd.GeoDataFrame | None, truth: gpd.GeoDataFrame) -> float:
    """Metres between the corners of two tables."""
    assert frame is not None
    corners = shapely.get_coordinates(frame.to_crs(truth.crs).geometry.to_numpy())
    return float(np.abs(corners - shapely.get_coordinates(truth.geometry.to_numpy())).max())


def test_one_datum_for_all_is_announced_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    write("buildings", lonlat(buildings(), "gcj02"))
    write("communities", lonlat(community(0, 0, 260, 160), "gcj02"))
    town = imported("--communities", "communities.gpkg", "--datum", "gcj02")
    errors = capsys.readouterr().err
    assert "Warning: buildings: moved to WGS 84 from another datum (gcj02, rows=60, 365-366 m)" in errors
    assert "Warning: communities: moved to WGS 84 from another datum (gcj02, rows=1, 365-366 m)" in errors
    assert furthest(town.buildings, buildings()) < 1e-3
    assert furthest(town.communities, community(0, 0, 260, 160)) < 1e-3
    assert {"report.datum_shifted buildings", "report.datum_shifted communities"} <= set(reasons(town))


def test_a_datum_of_one_table_leaves_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    write("buildings", lonlat(buildings()))
    write("communities", lonlat(community(0, 0, 260, 160), "bd09"))
    town = imported("--communities", "communities.gpkg", "--datum", "communities=bd09")
    assert "buildings" not in capsys.readouterr().err
    assert furthest(town.buildings, buildings()) < 1e-3
    assert furthest(town.communities, community(0, 0, 260, 160)) < 1e-3
    assert "report.datum_shifted buildings" not in reasons(town)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_streets_tell_of_a_wrong_datum_and_nothing_is_moved(datum: Datum, capsys: pytest.CaptureFixture[str]) -> None:
    write("buildings", lonlat(buildings(), datum))
    write("streets", lonlat(streets()))
    town = imported("--streets", "streets.gpkg")
    errors = capsys.readouterr().err
    assert "Warning: buildings, streets: buildings and streets do not seem to be in the same datum" in errors
    assert f"(buildings={datum}, streets=wgs84: 0 % < " in errors
    assert "report.datum_doubt buildings, streets" in reasons(town)
    assert furthest(town.buildings, buildings()) > 300
    # Said so, it is taken back, and there is no doubt any more.
    told = imported("--streets", "streets.gpkg", "--datum", f"buildings={datum}")
    assert "do not seem" not in capsys.readouterr().err
    assert furthest(told.buildings, buildings()) < 1e-3


def test_agreeing_layers_raise_no_doubt(capsys: pytest.CaptureFixture[str]) -> None:
    for datum in ("wgs84", "gcj02"):
        write("buildings", lonlat(buildings(), datum))
        write("streets", lonlat(streets(), datum))
        imported("--streets", "streets.gpkg")
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--datum", "gcj02"], ("GP140", "buildings", "EPSG:32648", "gcj02")),
        (["--datum", "mars"], ("GP118", "mars", "bd09")),
        (["--datum", "houses=gcj02"], ("GP118", "houses", "communities")),
        (["--datum", "buildings="], ("GP110", "buildings=")),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], says: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    write("buildings", buildings())
    assert main(["import", "files", "--buildings", "buildings.gpkg", *words, "--out", "town.gpkg"]) == 1
    errors = capsys.readouterr().err
    assert all(part in errors for part in says), errors
    assert not Path("town.gpkg").exists()


def test_outside_china_it_says_that_nothing_moves(capsys: pytest.CaptureFixture[str]) -> None:
    write("buildings", buildings().to_crs(4326).set_geometry(buildings().to_crs(4326).translate(-80, 30)))
    town = imported("--datum", "gcj02")
    assert "not moved: the place lies where this datum equals WGS 84" in capsys.readouterr().err
    assert "report.datum_elsewhere buildings" in reasons(town)


def test_beside_openstreetmap_it_is_the_datum_of_the_communities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    osm(tmp_path / "map.osm", {1: (ring(1, 1), {"building": "house"}), 2: (ring(3, 1), {"building": "house"})})
    outline = gpd.GeoDataFrame({"name": ["桂花社区"]}, geometry=[shapely.box(106.0, 26.0, 106.01, 26.01)], crs=4326)
    write("communities", lonlat(outline, "gcj02"))
    words = ["import", "osm", "map.osm", "--communities", "communities.gpkg", "--out", "town.gpkg", "--datum"]
    assert main([*words, "gcj02"]) == 0
    assert "Warning: communities: moved to WGS 84" in capsys.readouterr().err
    town = read_town("town.gpkg")
    assert furthest(town.communities.to_crs(32648), outline.to_crs(32648)) < 1e-3
    assert "report.datum_shifted communities" in reasons(town)
    assert main([*words, "streets=gcj02"]) == 1
    assert "GP141" in capsys.readouterr().err
    assert main(["import", "osm", "map.osm", "--out", "other.gpkg", "--datum", "gcj02"]) == 1
    assert "GP141" in capsys.readouterr().err
