"""Vector tiles: the same from both kinds of store, on the grid they should be, and without gaps."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import psycopg
import pytest
import shapely
import shapely.affinity

from gridplan.contracts import PERSONAL, PLAN, conform
from gridplan.errors import StoreError
from gridplan.plan.model import Plan
from gridplan.store import TILE_LAYERS, Dataset, Store, geopackage, open_store
from gridplan.store.mvt import TilePlace
from tests.provide.need import needed
from tests.samples import PLAN_ID, RURAL, SOUTH, URBAN, WEST, sample_plan
from tests.store.tiles import Box, layers, pieces, tile_at, tiles_of

#: Where the Mercator projection is a quarter of the world below its north edge.
QUARTER = 66.51326044311186
HERE = Dataset(plan=PLAN_ID)
BOX = (WEST, SOUTH, WEST + 0.006, SOUTH + 0.0036)


def with_area(plan: Plan, shape: shapely.Geometry) -> Plan:
    areas = gpd.GeoDataFrame(plan.areas.drop(columns="geometry"), geometry=[shape], crs=plan.areas.crs)
    return replace(plan, areas=areas)


def run(where: str, statement: str) -> None:
    """A statement of another program."""
    if "://" in where:
        with psycopg.connect(where) as postgis:
            postgis.execute(statement)
        return
    with closing(sqlite3.connect(where)) as file, file:
        geopackage.register(file)
        file.execute(statement)


def point(where: str, longitude: float, latitude: float) -> str:
    """A point as SQL writes it in a kind of store."""
    return written(where, shapely.Point(longitude, latitude))


def written(where: str, shape: shapely.Geometry) -> str:
    """A shape as SQL writes it in a kind of store."""
    if "://" in where:
        return f"'{shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True)}'"
    blob = geopackage.to_blobs(np.array([shape], dtype=object))[0]
    assert blob is not None
    return f"x'{blob.hex()}'"


def test_square_is_where_it_was_drawn(store: Store, plan: Plan) -> None:
    store.save_plan(with_area(plan, shapely.box(0, 0, 45, QUARTER)))
    (whole,) = layers(store.tiles.tile(HERE, ["areas"], 0, 0, 0).body)["areas"]
    assert whole.shape.equals_exact(shapely.normalize(shapely.box(2048, 1024, 2560, 2048)), normalize=True)
    assert (whole.facts["code"], whole.facts["name"], whole.facts["made"]) == ("510100001000", "东风街道", False)
    # One zoom nearer it fills a quarter of the north-east tile, and shows in the buffer of those beside it.
    (near,) = layers(store.tiles.tile(HERE, ["areas"], 1, 0, 1).body)["areas"]
    assert near.shape.equals_exact(shapely.box(0, 2048, 1024, 4096), normalize=True)
    assert near.fid == whole.fid, "a feature has one id in every tile"
    (south,) = layers(store.tiles.tile(HERE, ["areas"], 1, 1, 1).body)["areas"]
    assert south.shape.equals_exact(shapely.box(0, -64, 1024, 0), normalize=True), "it ends on the border: only the buffer has it"
    assert store.tiles.tile(HERE, ["areas"], 2, 2, 0).body == b"", "beyond the buffer there is nothing"
    (cut,) = layers(store.tiles.tile(HERE, ["areas"], 3, 3, 4).body)["areas"]
    assert cut.shape.equals_exact(shapely.box(0, -64, 4096, 4096), normalize=True), "cut 64 cells outside the tile"


def test_outer_rings_turn_as_the_format_wants(store: Store, plan: Plan) -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 45, QUARTER).exterior.coords, [shapely.box(10, 10, 20, 20).exterior.coords])
    store.save_plan(with_area(plan, ring))
    body = store.tiles.tile(HERE, ["areas"], 0, 0, 0).body
    (feature,) = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})["areas"]["features"]
    outer, inner = (shapely.LinearRing(ring) for ring in feature["geometry"]["coordinates"])
    assert outer.is_ccw, "with y downwards this is a positive area (MVT 2.1, 4.3.4.4)"
    assert not inner.is_ccw


def test_both_kinds_of_store_make_the_same_tiles(emptied_postgis_url: str, tmp_path: Path, plan: Plan) -> None:
    where = str(tmp_path / "plans.gpkg")
    with open_store(where) as embedded, open_store(emptied_postgis_url) as postgis:
        for place, store in ((where, embedded), (emptied_postgis_url, postgis)):
            store.save_plan(plan)
            run(place, f"INSERT INTO services (id, kind, name, geom) VALUES ('s', 'clinic', '卫生站', {point(place, *BOX[:2])})")
        assert same_tiles(embedded, postgis, BOX, zooms=range(20)) > 40


def test_both_kinds_of_store_mend_alike(emptied_postgis_url: str, tmp_path: Path, plan: Plan) -> None:
    """Shapes that a tile cuts into parts smaller than its cells, and the tiles around them."""
    place = TilePlace(14, 6757, 12938)
    shapes = [shape for shape in pieces(0, place) if not shape.is_empty]
    count = len(shapes)
    columns = {"code": [f"5101000010010010{at:04d}" for at in range(count)], "grid": [str(plan.units.grid.iloc[0])] * count}
    frame = gpd.GeoDataFrame({**columns, "households": [10] * count, "stacked": [False] * count}, geometry=shapes, crs=4326)
    west, _, _, north = place.box
    units = conform(frame.reindex(columns=[*PLAN["units"].names(), "geometry"]), PLAN["units"])
    with open_store(tmp_path / "plans.gpkg") as embedded, open_store(emptied_postgis_url) as postgis:
        for store in (embedded, postgis):
            store.save_plan(replace(plan, units=units))
        assert same_tiles(embedded, postgis, (west - 0.01, north - 0.01, west + 0.01, north + 0.01), zooms=range(13, 17)) > 20


def same_tiles(one: Store, other: Store, box: Box, *, zooms: range) -> int:
    """How many tiles of the box were compared: shapes cell by cell, facts and layers; ids only within a store."""
    count = 0
    for zoom in zooms:
        for place in tiles_of(box, zoom):
            found = [layers(store.tiles.tile(Dataset(), store.tiles.layers(Dataset()), *place).body) for store in (one, other)]
            assert list(found[0]) == list(found[1]), place
            for name, features in found[0].items():
                for mine, its in zip(features, found[1][name], strict=True):
                    assert mine.facts == its.facts
                    assert mine.shape.equals_exact(its.shape, normalize=True), (place, name, mine.facts)
            count += 1
    return count


def test_neighbours_share_their_border_in_every_tile(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    for zoom in range(11, 19):
        for place in tiles_of(BOX, zoom):
            grids = layers(store.tiles.tile(HERE, ["grids"], *place).body).get("grids", [])
            shapes = np.array([grid.shape for grid in grids], dtype=object)
            assert shapely.is_valid(shapes).all()
            assert shapely.coverage_is_valid(shapes), (place, "neighbours overlap, or leave a gap, or do not share each vertex")


def test_tiles_beside_each_other_meet(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    zoom, row, col = tile_at(WEST + 0.003, SOUTH + 0.0018, 17)
    left, right = (layers(store.tiles.tile(HERE, ["grids"], zoom, row, col + step).body)["grids"] for step in (0, 1))
    window = shapely.box(4096 - 64, -64, 4096 + 64, 4096 + 64)
    for grid in left:
        seen = shapely.intersection(grid.shape, window)
        same = [each.shape for each in right if each.facts["code"] == grid.facts["code"]]
        if not same:
            assert seen.area == 0
            continue
        moved = shapely.affinity.translate(same[0], 4096, 0)
        assert shapely.intersection(moved, window).equals(seen), "the buffers of both tiles show the same"


def test_layers_begin_at_their_zoom_with_few_columns(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    for zoom in range(20):
        found = layers(store.tiles.tile(HERE, store.tiles.layers(HERE), *tile_at(WEST + 0.0005, SOUTH + 0.0005, zoom)).body)
        for name, features in found.items():
            assert TILE_LAYERS[name].first <= zoom
            assert set(features[0].facts) <= set(TILE_LAYERS[name].columns(zoom))
        assert ("grids" in found) == (zoom >= 11)
    assert TILE_LAYERS["grids"].columns(11) == ["code", "name", "kind", "status"]
    assert TILE_LAYERS["grids"].columns(13) == PLAN["grids"].names()


def test_an_edit_by_another_program_shows_at_once(store: Store, where: str, plan: Plan) -> None:
    store.save_plan(plan)
    place = tile_at(WEST + 0.001, SOUTH + 0.001, 15)
    first = store.tiles.tile(HERE, ["grids"], *place)
    assert store.tiles.tile(HERE, ["grids"], *place) == first
    run(where, f"UPDATE grids SET name = '新名' WHERE code = '{URBAN}001'")
    second = store.tiles.tile(HERE, ["grids"], *place)
    assert second.version != first.version == f"{PLAN_ID}.1"
    assert second.version == store.tiles.state(HERE, ["grids"]).version
    assert "新名" in {grid.facts["name"] for grid in layers(second.body)["grids"]}


def test_adopted_rows_alone(store: Store, where: str, plan: Plan) -> None:
    store.save_plan(plan)
    insert = "INSERT INTO adoptions (community, plan, at, who) VALUES"
    run(where, f"{insert} ('{RURAL}', '{PLAN_ID}', '2026-01-01T00:00:00Z', 'test')")
    adopted = Dataset(community=RURAL)
    found = layers(store.tiles.tile(adopted, store.tiles.layers(adopted), *tile_at(WEST + 0.003, SOUTH + 0.001, 14)).body)
    assert {grid.facts["code"] for grid in found["grids"]} == {f"{RURAL}001", f"{RURAL}002"}
    assert {community.facts["code"] for community in found["communities"]} == {RURAL}


def test_registers_stand_beside_the_current_plan_only(store: Store, where: str, plan: Plan) -> None:
    store.save_plan(plan)
    run(where, f"INSERT INTO services (id, kind, name, geom) VALUES ('s', 'clinic', '卫生站', {point(where, *BOX[:2])})")
    place = tile_at(*BOX[:2], 14)
    found = layers(store.tiles.tile(Dataset(), store.tiles.layers(Dataset()), *place).body)
    assert [service.facts for service in found["services"]] == [{"id": "s", "kind": "clinic", "name": "卫生站"}]
    assert "services" not in store.tiles.layers(HERE)
    assert not set(PERSONAL) & set(store.tiles.layers(Dataset())), "neither a person nor an incident stands in a tile"


@pytest.mark.parametrize("place", [(-1, 0, 0), (25, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 0, 1), (10**9, 0, 0)])
def test_no_such_tile(store: Store, plan: Plan, place: tuple[int, int, int]) -> None:
    store.save_plan(plan)
    with pytest.raises(StoreError, match="GP440"):
        store.tiles.tile(HERE, ["areas"], *place)


def test_shapes_that_fall_together_or_cross_themselves_stay_valid(store: Store, plan: Plan) -> None:
    """A comb whose teeth are thinner than a cell, a hole that vanishes, and a waist that closes."""
    step = 360 / 4096
    teeth = [(10 + place * step * 0.3, 10 if place % 2 else 20) for place in range(30)]
    comb = shapely.Polygon([(10, 5), *teeth, (10 + 30 * step * 0.3, 5)])
    pinhole = shapely.Polygon(
        shapely.box(30, 10, 40, 20).exterior.coords, [shapely.box(35, 15, 35 + step / 9, 15 + step / 9).exterior.coords]
    )
    waist = shapely.Polygon([(50, 0), (60, 0), (55.01, 5), (60, 10), (50, 10), (55, 5)])
    store.save_plan(with_area(plan, shapely.MultiPolygon([comb, pinhole, waist])))
    (area,) = layers(store.tiles.tile(HERE, ["areas"], 0, 0, 0).body)["areas"]
    assert area.shape.is_valid
    assert area.shape.geom_type == "MultiPolygon"
    assert np.array_equal(shapely.get_coordinates(area.shape), np.rint(shapely.get_coordinates(area.shape)))


def test_of_mixed_shapes_what_counts_is_drawn(store: Store, where: str, plan: Plan) -> None:
    """Collections, lines and points among polygons, as other programs may leave them, take nothing else away."""
    store.save_plan(plan)
    west, south = WEST + 0.001, SOUTH + 0.001
    square = shapely.box(west, south, west + 0.001, south + 0.001)
    line = shapely.LineString([(west, south), (west + 0.002, south + 0.002)])
    mixed = shapely.GeometryCollection([shapely.Point(west, south), line, square])
    whole = layers(store.tiles.tile(HERE, ["buildings"], *tile_at(west, south, 15)).body)["buildings"]
    for shape in (mixed, shapely.GeometryCollection([mixed, square]), shapely.GeometryCollection([]), line):
        run(where, f"UPDATE buildings SET geom = {written(where, shape)} WHERE fid = (SELECT min(fid) FROM buildings)")
        found = layers(store.tiles.tile(HERE, ["buildings"], *tile_at(west, south, 15)).body)["buildings"]
        assert {each.shape.geom_type for each in found} <= {"Point", "Polygon", "MultiPolygon", "LineString"}
        assert len(whole) - 1 <= len(found) <= len(whole)


def test_nothing_smaller_than_a_cell_is_drawn(store: Store, plan: Plan) -> None:
    store.save_plan(with_area(plan, shapely.box(10, 10, 10.01, 10.01)))
    assert store.tiles.tile(HERE, ["areas"], 0, 0, 0).body == b""
    assert store.tiles.tile(HERE, ["areas"], *tile_at(10, 10, 6)).body != b""


def test_gdal_reads_a_tile(store: Store, tmp_path: Path) -> None:
    ogrinfo = needed("ogrinfo is missing: install Debian's gdal-bin (python -m tests.provide)", shutil.which("ogrinfo"))
    store.save_plan(sample_plan())
    path = tmp_path / "tile.pbf"
    path.write_bytes(store.tiles.tile(HERE, store.tiles.layers(HERE), *tile_at(WEST + 0.003, SOUTH + 0.001, 16)).body)
    told = subprocess.run([ogrinfo, "-al", "-geom=NO", str(path)], capture_output=True, text=True, check=True).stdout
    assert f"code (String) = {URBAN}002" in told
    assert "name (String) = 东风社区第002网格" in told
    assert "households (Integer) = 50" in told
    for name in ("areas", "communities", "grids", "units", "buildings"):
        assert f"Layer name: {name}\n" in told
