"""Layers as GeoJSON: whole, by box, page by page, and for GDAL."""

import shutil
import subprocess
from io import StringIO

import geopandas as gpd
import httpx
import pandas as pd
import pytest
import shapely

from tests.api.served import Served
from tests.provide.need import needed
from tests.samples import PLAN_ID, RURAL, SOUTH, URBAN, WEST, sample_plan

HERE = f"/plans/{PLAN_ID}/collections"


def collection(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    body: dict[str, object] = answer.json()
    assert body["type"] == "FeatureCollection"
    return body


def codes(body: dict[str, object]) -> list[str]:
    features = body["features"]
    assert isinstance(features, list)
    return [feature["properties"]["code"] for feature in features]


@pytest.mark.parametrize("layer", ["communities", "grids", "units", "buildings", "findings"])
def test_layer_is_the_plan_s_own_table(service: Served, layer: str) -> None:
    table = getattr(sample_plan(), layer)
    body = collection(service.client.get(f"{HERE}/{layer}/items"))
    assert body["numberMatched"] == body["numberReturned"] == len(table)
    found = gpd.GeoDataFrame.from_features(body["features"], crs=4326)
    assert [name for name in found.columns if name != "geometry"] == [name for name in table.columns if name != "geometry"]
    assert max(shapely.hausdorff_distance(found.geometry.values, table.geometry.values)) < 1e-8
    assert all(shape.exterior.is_ccw for shape in found.geometry if shape.geom_type == "Polygon"), "RFC 7946, 3.1.6"
    if "households" in table:
        assert found["households"].tolist() == table["households"].tolist()


@pytest.mark.parametrize("layer", ["communities", "grids", "units", "buildings", "findings"])
def test_every_feature_has_an_id_that_stays_on_every_page(service: Served, layer: str) -> None:
    whole = collection(service.client.get(f"{HERE}/{layer}/items"))["features"]
    assert isinstance(whole, list)
    ids = [feature["id"] for feature in whole]
    assert len(set(ids)) == len(ids) > 1
    for feature in whole:
        one = service.client.get(f"{HERE}/{layer}/items/{feature['id']}").json()
        assert {name: one[name] for name in feature} == feature


def test_accept_of_gdal_gets_geojson_as_well(service: Served) -> None:
    collection(service.client.get(f"{HERE}/grids/items", headers={"Accept": "application/json"}))


@pytest.mark.parametrize(
    ("bbox", "expected"),
    [
        ("104.0645,30.6705,104.0655,30.6715", [f"{RURAL}002"]),
        ("104.0645,30.6705,0,104.0655,30.6715,100", [f"{RURAL}002"]),
        ("104.062,30.60,104.062,30.80", [f"{URBAN}001", f"{URBAN}002"]),
        (" 104.06 , 30.67 , 1.04062e2 , 30.68 ", [f"{URBAN}001", f"{URBAN}002"]),
        ("0,0,1,1", []),
    ],
    ids=["one", "with heights", "a line on the border", "spaces and exponents", "none"],
)
def test_box_gives_what_touches_it(service: Served, bbox: str, expected: list[str]) -> None:
    body = collection(service.client.get(f"{HERE}/grids/items", params={"bbox": bbox}))
    assert codes(body) == expected
    assert body["numberMatched"] == len(expected)


def linked(body: dict[str, object], rel: str) -> str | None:
    links = body["links"]
    assert isinstance(links, list)
    return next((link["href"] for link in links if link["rel"] == rel), None)


def test_pages_follow_one_another_and_come_back(service: Served) -> None:
    url: str | None = f"{HERE}/units/items?limit=3&bbox=104,30,105,31"
    seen, pages, last = [], 0, None
    while url:
        body = collection(service.client.get(url))
        seen += codes(body)
        pages, last, url = pages + 1, body, linked(body, "next")
    assert pages == 3
    assert seen == sample_plan().units["code"].tolist()
    assert last is not None
    back = linked(last, "prev")
    assert back is not None
    assert codes(collection(service.client.get(back))) == seen[3:6]


@pytest.mark.parametrize("layer", ["sections", "lineage", "meta", "report"])
def test_tables_without_geometry_are_features_without_one(service: Served, layer: str) -> None:
    table = getattr(sample_plan(), layer)
    body = collection(service.client.get(f"{HERE}/{layer}/items"))
    features = body["features"]
    assert isinstance(features, list)
    assert body["numberMatched"] == len(table) == len(features)
    assert all(feature["geometry"] is None and list(feature["properties"]) == list(table.columns) for feature in features)


def test_gdal_reads_a_layer_by_its_address(service: Served) -> None:
    ogr2ogr = needed("GDAL's programs are not installed: apt-get install gdal-bin", shutil.which("ogr2ogr"))
    command = [ogr2ogr, "-f", "CSV", "/vsistdout/", f"{service.url}{HERE}/grids/items", "-lco", "GEOMETRY=AS_WKT"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    rows = pd.read_csv(StringIO(told.stdout), dtype={"code": str})
    grids = sample_plan().grids
    assert rows["code"].tolist() == grids["code"].tolist()
    assert rows["households"].tolist() == grids["households"].tolist()
    assert all(shapely.equals(shapely.from_wkt(rows["WKT"]), grids.geometry.values))


def test_both_stores_give_the_same_bytes(service: Served, request: pytest.FixtureRequest) -> None:
    kept: dict[str, bytes] = request.config.stash.setdefault(SAME, {})
    body = service.client.get(f"{HERE}/buildings/items").content.replace(service.url.encode(), b"")
    assert kept.setdefault("buildings", body) == body


SAME: pytest.StashKey[dict[str, bytes]] = pytest.StashKey()


def test_etags_on_several_lines_are_one_list(service: Served) -> None:
    tag = service.client.get("/collections/grids/items").headers["etag"]
    lines = [("If-None-Match", '"another"'), ("If-None-Match", tag)]
    assert service.client.get("/collections/grids/items", headers=lines).status_code == 304


def test_links_of_long_values_lead_on(changing: Served) -> None:
    for name in ("a", "b", "c"):
        place = {"type": "Point", "coordinates": [WEST, SOUTH]}
        feature = {"type": "Feature", "geometry": place, "properties": {"kind": "站" * 1000 + name, "name": name}}
        answer = changing.client.post("/collections/services/items", json=feature)
        assert answer.status_code == 201, answer.text
    seen, path = [], "/collections/services/items?limit=1&sortby=-kind"
    while path:
        page = changing.client.get(path).json()
        seen += [each["properties"]["name"] for each in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert seen == ["c", "b", "a"]
