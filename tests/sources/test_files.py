"""Files of one's own: every format, every way in which they are wrong."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gridplan.crs import local_crs
from gridplan.errors import InputError
from gridplan.sources import estimate_households, read_communities, read_files
from tests.places import shared
from tests.sources import drawn


def three() -> gpd.GeoDataFrame:
    return drawn.buildings(id=["甲", "乙", "丙"], households=[10, 20, None], levels=[6, 6, 3])


@pytest.mark.parametrize("name", ["b.gpkg", "b.geojson", "b.shp"])
def test_the_same_table_from_each_format(tmp_path: Path, name: str) -> None:
    town = read_files(buildings=drawn.saved(three(), tmp_path / name))
    assert town.buildings is not None
    assert town.buildings["id"].tolist() == ["甲", "乙", "丙"]
    assert town.buildings["households"].tolist() == [10, 20, pd.NA]
    assert town.source["buildings"] == name
    assert town.report.counts() == {("import", "report.community_hull"): 1}
    assert town.communities.geometry.iloc[0].contains(three().union_all())


def test_geoparquet_and_csv(tmp_path: Path) -> None:
    three().to_parquet(tmp_path / "b.parquet")
    parquet = read_files(buildings=tmp_path / "b.parquet").buildings
    (tmp_path / "b.csv").write_text("编号,户数,经度,纬度\n007,10,106.0,26.0\n008,,106.001,26.0\n", encoding="gb18030")
    csv = read_files(buildings=tmp_path / "b.csv")
    (tmp_path / "w.csv").write_text("id,WKT\na,POINT (106 26)\nb,POINT (106.1 26)\n")
    wkt = read_files(buildings=tmp_path / "w.csv", crs="EPSG:4326").buildings
    assert parquet is not None
    assert csv.buildings is not None
    assert wkt is not None
    assert parquet["households"].tolist() == [10, 20, pd.NA]
    assert csv.buildings["id"].tolist() == ["007", "008"]
    assert csv.report.counts()["import", "report.encoding"] == 1
    assert csv.report.counts()["import", "report.column"] == 2
    assert wkt["id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("cpg", [None, "UTF-8"])
def test_gbk_shapefile_that_does_not_say_so(tmp_path: Path, cpg: str | None) -> None:
    frame = drawn.buildings(编号=["甲1", "乙2"], 户数=[12, 30], 地址=["锦绣路5号3幢", "锦绣路5号4幢"])
    pyogrio.write_dataframe(frame, tmp_path / "b.shp", encoding="GB18030")
    (tmp_path / "b.cpg").unlink()
    if cpg:
        (tmp_path / "b.cpg").write_text(cpg)
    town = read_files(buildings=tmp_path / "b.shp")
    assert town.buildings is not None
    assert town.buildings[["id", "households", "address"]].to_numpy().tolist() == [
        ["甲1", 12, "锦绣路5号3幢"],
        ["乙2", 30, "锦绣路5号4幢"],
    ]
    assert town.report.rows.query("reason == 'report.encoding'")["id"].tolist() == ["b.shp"]


def test_text_that_nobody_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"id,lon,lat\n\xff\xff\x80,106,26\n")
    with pytest.raises(InputError, match="GP121"):
        read_files(buildings=tmp_path / "b.csv")


def test_no_crs_is_refused_and_can_be_stated(tmp_path: Path) -> None:
    metre = three().to_crs(32648)
    path = drawn.saved(metre, tmp_path / "b.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match=r"GP105.*--crs"):
        read_files(buildings=path)
    town = read_files(buildings=path, crs="EPSG:32648")
    assert town.buildings is not None
    assert shapely.hausdorff_distance(town.buildings.union_all(), three().union_all()) < 1e-8
    with pytest.raises(InputError, match="GP118"):
        read_files(buildings=path, crs="EPSG:0")


def test_metres_that_claim_to_be_degrees_are_refused(tmp_path: Path) -> None:
    metre = three().to_crs(32648).set_crs(4326, allow_override=True)
    path = drawn.saved(metre, tmp_path / "b.geojson")
    with pytest.raises(InputError, match="GP106"):
        read_files(buildings=path)
    assert read_files(buildings=path, crs="EPSG:32648").buildings is not None


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [("households", [1, -2], "b=-2"), ("households", ["3", "many"], "b='many'"), ("levels", ["2", "x"], "b='x'")],
)
def test_wrong_values_are_refused_with_their_ids(tmp_path: Path, column: str, values: list[object], said: str) -> None:
    path = drawn.saved(drawn.buildings(id=["a", "b"], **{column: values}), tmp_path / "b.gpkg")
    with pytest.raises(InputError, match=f"GP103.*{column}.*{said}"):
        read_files(buildings=path)


def test_double_ids_and_wrong_geometry_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"GP104.*buildings.*id.*a"):
        read_files(buildings=drawn.saved(drawn.buildings(id=["a", "a"]), tmp_path / "b.gpkg"))
    lines = drawn.buildings(id=["a"]).set_geometry([shapely.LineString([(106, 26), (107, 26)])], crs=4326)
    with pytest.raises(InputError, match=r"GP107.*LineString"):
        read_files(buildings=drawn.saved(lines, tmp_path / "c.gpkg"))


def test_wrong_names_name_those_that_are_there(tmp_path: Path) -> None:
    path = drawn.saved(three(), tmp_path / "b.gpkg")
    with pytest.raises(InputError, match=r"GP109.*Häuser.*b"):
        read_files(buildings=path, layers={"buildings": "Häuser"})
    with pytest.raises(InputError, match=r"GP131.*households=HU.*levels"):
        read_files(buildings=path, columns={"buildings": {"households": "HU"}})
    with pytest.raises(InputError, match=r"GP118.*houses.*buildings"):
        read_files(buildings=path, columns={"houses": {}})
    three().to_file(path, layer="second")
    with pytest.raises(InputError, match=r"GP120.*b, second"):
        read_files(buildings=path)
    with pytest.raises(InputError, match=r"GP116.*levels.*floors, 层数"):
        read_files(buildings=drawn.saved(drawn.buildings(id=["a"], floors=[1], 层数=[2]), tmp_path / "d.gpkg"))


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GP101"):
        read_files(buildings=tmp_path / "b.gpkg")
    for name in ("b.gpkg", "b.geojson", "b.parquet", "b.shp"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(InputError, match="GP108"):
            read_files(buildings=tmp_path / name)
    (tmp_path / "b.dwg").touch()
    with pytest.raises(InputError, match="GP119"):
        read_files(buildings=tmp_path / "b.dwg")
    (tmp_path / "b.csv").write_text("id,x\na,1\n")
    with pytest.raises(InputError, match="GP122"):
        read_files(buildings=tmp_path / "b.csv")
    (tmp_path / "b.csv").write_text("id,lon,lat\na,106,26\nb,,26\n")
    with pytest.raises(InputError, match=r"GP123.*line 3"):
        read_files(buildings=tmp_path / "b.csv")
    pd.DataFrame({"id": ["a"]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(InputError, match="GP108"):
        read_files(buildings=tmp_path / "b.parquet")
    pyogrio.write_dataframe(pd.DataFrame({"id": ["a"]}), tmp_path / "plain.gpkg")
    with pytest.raises(InputError, match=r"GP138.*plain\.gpkg"):
        read_files(buildings=tmp_path / "plain.gpkg")


def test_communities_that_overlap_are_refused_and_slivers_mended(tmp_path: Path) -> None:
    path = drawn.saved(three(), tmp_path / "b.gpkg")
    apart = drawn.communities("A", "B")
    wide = apart.set_geometry([apart.geometry[0], shapely.affinity.translate(apart.geometry[1], -0.001)])
    with pytest.raises(InputError, match=r"GP112.*A and B overlap by 11\d,\d{3} m2"):
        read_files(buildings=path, communities=drawn.saved(wide, tmp_path / "wide.gpkg"))
    thin = apart.set_geometry([apart.geometry[0], shapely.affinity.translate(apart.geometry[1], -0.00001)])
    town = read_files(buildings=path, communities=drawn.saved(thin, tmp_path / "thin.gpkg"))
    assert town.report.counts()["import", "report.sliver"] == 1
    left, right = town.communities.to_crs(32648).geometry
    assert left.intersection(right).area < 0.01


def test_a_community_without_buildings_is_reported(tmp_path: Path) -> None:
    town = read_files(
        buildings=drawn.saved(three(), tmp_path / "b.gpkg"),
        communities=drawn.saved(drawn.communities("A", "B"), tmp_path / "c.gpkg"),
    )
    assert town.report.rows.query("reason == 'report.community_empty'")["id"].tolist() == ["B"]


def test_atoms_make_their_communities(tmp_path: Path) -> None:
    shapes = [drawn.square(k, 0) for k in range(4)]
    atoms = gpd.GeoDataFrame(
        {"id": list("abcd"), "households": [5, 6, None, 8], "community": ["N", "N", "S", "S"]}, geometry=shapes, crs=4326
    )
    town = read_files(atoms=drawn.saved(atoms, tmp_path / "a.gpkg"))
    assert town.communities["code"].tolist() == ["N", "S"]
    assert town.communities.geometry[0].equals(shapes[0].union(shapes[1]))
    assert town.report.rows.query("reason == 'report.atom_households_blank'")["id"].tolist() == ["c"]
    estimated = estimate_households(town).atoms
    assert estimated is not None
    assert estimated["households"].tolist() == [5, 6, 0, 8]
    assert not estimated["estimated"].any()


def test_atoms_take_the_community_they_lie_in(tmp_path: Path) -> None:
    atoms = gpd.GeoDataFrame(
        {"id": list("abc"), "households": [5, 6, 7]}, geometry=[drawn.square(k, 0) for k in (0, 12, 40)], crs=4326
    )
    town = read_files(
        atoms=drawn.saved(atoms, tmp_path / "a.gpkg"), communities=drawn.saved(drawn.communities("A", "B"), tmp_path / "c.gpkg")
    )
    assert town.atoms is not None
    assert town.atoms[["id", "community"]].to_numpy().tolist() == [["a", "A"], ["b", "B"]]
    assert town.report.rows.query("reason == 'report.outside_communities'")[["id", "detail"]].to_numpy().tolist() == [
        ["c", "households=7"]
    ]


def test_sengkang_with_its_real_counts() -> None:
    folder = shared("sg_sengkang_osm/buildings_with_units_DERIVED.geojson").parent
    town = read_files(
        buildings=folder / "buildings_with_units_DERIVED.geojson",
        streets=folder / "roads.geojson",
        barriers=[folder / "railways.geojson", folder / "water_areas.geojson", folder / "water_lines.geojson"],
        services=[folder / "amenity_points.geojson", folder / "amenity_polygons.geojson"],
        columns={"buildings": {"levels": "max_floor_lvl"}},
    )
    assert town.buildings is not None
    assert town.streets is not None
    assert town.barriers is not None
    assert town.buildings["households"].sum() == 6229
    assert town.buildings["households"].isna().sum() == 47
    assert set(town.streets["class"]) == {"major", "minor", "path"}
    assert town.barriers["kind"].value_counts().to_dict() == {"rail": 12, "river": 2}


def test_kunming_points_are_no_communities_but_compounds_are_there() -> None:
    buildings, points = shared("kunming_jinjianglu/buildings.wgs84.geojson"), shared("kunming_jinjianglu/communities.geojson")
    with pytest.raises(InputError, match=r"GP124.*16"):
        read_files(buildings=buildings, communities=points)
    with pytest.raises(InputError, match="GP124"):
        read_communities(points)
    town = read_files(buildings=buildings, columns={"buildings": {"compound": "community"}})
    assert town.buildings is not None
    assert town.buildings["compound"].notna().all()
    assert "金色年华" in set(town.buildings["compound"])


def test_taiwan_atoms_keep_every_household() -> None:
    path = shared("taiwan_statistical_areas/10002_min_areas.parquet")
    town = read_files(atoms=path, columns={"atoms": {"community": "CODE2"}})
    assert town.atoms is not None
    assert town.atoms["households"].sum() == gpd.read_parquet(path)["H_CNT"].sum()
    assert len(town.atoms) == 3864
    assert set(town.atoms["community"]) == set(town.communities["code"])


def test_hdb_blocks_as_points() -> None:
    path = shared("sg_hdb_blocks/hdb_blocks_SK_TAP_WL.csv")
    town = read_files(buildings=path, columns={"buildings": {"id": "blk_no+street", "address": "blk_no+street"}})
    assert town.buildings is not None
    assert town.buildings["households"].sum() == 233_516
    assert town.buildings["id"].iloc[0] == "1 TAMPINES WALK"
    assert set(town.buildings.geom_type) == {"Point"}


def test_gbk_geojson(tmp_path: Path) -> None:
    text = json.dumps(json.loads(three().to_json()), ensure_ascii=False)
    (tmp_path / "b.geojson").write_text(text, encoding="gb18030")
    town = read_files(buildings=tmp_path / "b.geojson", columns={"buildings": {"id": "id"}})
    assert town.buildings is not None
    assert town.buildings["id"].tolist() == ["甲", "乙", "丙"]
    assert town.report.counts()["import", "report.encoding"] == 1


def test_neither_buildings_nor_atoms_is_said(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("id,households\na,3\n")
    with pytest.raises(InputError, match=r"GP132.*there are: -\).*--buildings"):
        read_files()
    with pytest.raises(InputError, match=r"GP132.*there are: ledger"):
        read_files(ledger=tmp_path / "l.csv")


@pytest.mark.parametrize("table", ["buildings", "communities", "atoms"])
def test_a_layer_without_rows_is_named(tmp_path: Path, table: str) -> None:
    (tmp_path / "none.csv").write_text("id,WKT\n")
    files = {"buildings": drawn.saved(three(), tmp_path / "b.gpkg"), table: tmp_path / "none.csv"}
    with pytest.raises(InputError, match=rf"GP135 {table}: no row with a geometry \(0 rows\)"):
        read_files(buildings=files["buildings"], communities=files.get("communities"), atoms=files.get("atoms"), crs="EPSG:4326")
    if table == "communities":
        with pytest.raises(InputError, match="GP135"):
            read_communities(tmp_path / "none.csv", crs="EPSG:4326")


def test_buildings_that_all_stand_elsewhere_are_refused(tmp_path: Path) -> None:
    # Urumqi, where x and y can be swapped within degrees.
    houses, places = (table.set_geometry(table.translate(-18.4, 17.8)) for table in (three(), drawn.communities("A", "B")))
    around = drawn.saved(places, tmp_path / "c.gpkg")
    turned = houses.set_geometry(shapely.transform(houses.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4326)
    with pytest.raises(InputError, match=r"GP136 none of the 3 .* 2 communities.* 43\.80\d+, 87\.60\d+.* 87\.6\d+, 43\.80\d+"):
        read_files(buildings=drawn.saved(turned, tmp_path / "turned.gpkg"), communities=around)
    one_in = houses.set_geometry([houses.geometry[0], *turned.geometry[1:]], crs=4326)
    town = read_files(buildings=drawn.saved(one_in, tmp_path / "one.gpkg"), communities=around)
    assert town.buildings is not None
    assert len(town.buildings) == 3


def test_a_place_wider_than_a_metre_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"GP106.*180\.0003.*goes on at the other end"):
        local_crs(gpd.GeoDataFrame(geometry=[shapely.box(179.9999, -17, 180.0003, -16.999)], crs=4326))
    for far in (180, 107):
        (tmp_path / "b.csv").write_text(f"id,lon,lat\na,{far - 0.01},26\nb,{-far + 0.01},26\n")
        with pytest.raises(InputError, match=r"GP137.*-1\d\d\.\d9 to 1\d\d\.\d9.*180th meridian"):
            read_files(buildings=tmp_path / "b.csv")
    wide = drawn.communities("A").set_geometry([shapely.box(106, 26, 113, 27)])
    with pytest.raises(InputError, match=r"GP137.*106\.00 to 113\.00, 7 degrees.*at most 6"):
        read_files(buildings=drawn.saved(three(), tmp_path / "b.gpkg"), communities=drawn.saved(wide, tmp_path / "c.gpkg"))


def test_missing_geometry_is_empty_geometry(tmp_path: Path) -> None:
    houses = three().set_geometry([three().geometry[0], None, three().geometry[2]])
    town = read_files(buildings=drawn.saved(houses, tmp_path / "b.gpkg"))
    assert town.buildings is not None
    assert town.buildings.geometry.isna().sum() == 0
    assert town.buildings["id"][town.buildings.geometry.is_empty].tolist() == ["乙"]
    atoms = gpd.GeoDataFrame({"id": list("ab"), "households": [5, 6]}, geometry=[drawn.square(0, 0), None], crs=4326)
    around = drawn.saved(drawn.communities("A"), tmp_path / "c.gpkg")
    placed = read_files(atoms=drawn.saved(atoms, tmp_path / "a.gpkg"), communities=around)
    left_out = placed.report.rows.query("reason == 'report.empty_geometry'")
    assert left_out[["id", "detail"]].to_numpy().tolist() == [["b", "households=6"]]


def test_the_drawn_community_has_the_name_that_is_given(tmp_path: Path) -> None:
    path = drawn.saved(three(), tmp_path / "b.gpkg")
    assert read_files(buildings=path).communities["name"].tolist() == ["b"]
    assert read_files(buildings=path, name="桂花社区").communities["name"].tolist() == ["桂花社区"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_too(tmp_path: Path, separator: str) -> None:
    lines = ['编号,户数,经度,纬度,"用途, 现状"', "007,10,106.0,26.0,住", '"8,9",20,106.001,26.0,住']
    quoted = [line.replace(",", separator).replace(f'"8{separator}9"', '"8,9"') for line in lines]
    quoted[0] = quoted[0].replace(f"用途{separator} 现状", "用途, 现状")
    (tmp_path / "b.csv").write_text("\n".join(quoted), encoding="gb18030")
    (tmp_path / "l.csv").write_text(f"编号{separator}户数\n007{separator}33\n")
    town = read_files(buildings=tmp_path / "b.csv", ledger=tmp_path / "l.csv")
    assert town.buildings is not None
    assert town.buildings[["id", "households"]].to_numpy().tolist() == [["007", 33], ["8,9", 20]]
