"""OGC API - Tiles over both kinds of store: tiles, what describes them, and what is refused."""

import re

import httpx
import pytest

from gridplan.store import TILE_LAYERS
from tests.api.served import Served
from tests.samples import PLAN_ID, SOUTH, URBAN, WEST
from tests.store.tiles import layers, tile_at

SET = "tiles/WebMercatorQuad"
ZOOM, ROW, COL = tile_at(WEST + 0.001, SOUTH + 0.001, 15)
HERE = f"{ZOOM}/{ROW}/{COL}"
REGISTERS = {"services"}


def problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


@pytest.mark.parametrize("root", ["", f"/plans/{PLAN_ID}"])
def test_tile_of_all_layers(service: Served, root: str) -> None:
    answer = service.client.get(f"{root}/{SET}/{HERE}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    found = layers(answer.content)
    assert {"areas", "communities", "grids", "units", "buildings", "findings"} <= set(found)
    assert {grid.facts["code"] for grid in found["grids"]} >= {f"{URBAN}001"}


def test_tile_of_one_collection(service: Served) -> None:
    found = layers(service.client.get(f"/collections/units/{SET}/{HERE}").content)
    assert set(found) == {"units"}
    assert layers(service.client.get(f"/plans/{PLAN_ID}/collections/units/{SET}/{HERE}").content) == found


def test_unchanged_tile_is_not_sent_again(service: Served) -> None:
    first = service.client.get(f"/plans/{PLAN_ID}/{SET}/{HERE}")
    again = service.client.get(f"/plans/{PLAN_ID}/{SET}/{HERE}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = service.client.get(f"/plans/{PLAN_ID}/{SET}/{HERE}", headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_empty_tile(service: Served) -> None:
    answer = service.client.get(f"/{SET}/3/0/0")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"]
    assert service.client.get(f"/collections/buildings/{SET}/{'/'.join(map(str, tile_at(WEST, SOUTH, 5)))}").status_code == 204


def test_tileset_says_where_its_tiles_are(service: Served) -> None:
    (short,) = service.client.get("/tiles").json()["tilesets"]
    assert (short["dataType"], short["tileMatrixSetURI"].rsplit("/")[-1]) == ("vector", "WebMercatorQuad")
    here = next(link["href"] for link in short["links"] if link["rel"] == "self")
    whole = service.client.get(here).json()
    assert [layer["id"] for layer in whole["layers"]] == list(TILE_LAYERS)
    assert whole["layers"][2]["propertiesSchema"]["properties"]["households"]["type"] == "integer"
    west, south = whole["boundingBox"]["lowerLeft"]
    assert (west, south) == pytest.approx((WEST, SOUTH))
    item = next(link for link in whole["links"] if link["rel"] == "item")
    assert item["templated"] is True
    url = item["href"]
    for name, value in (("tileMatrix", ZOOM), ("tileRow", ROW), ("tileCol", COL)):
        url = url.replace(f"{{{name}}}", str(value))
    assert layers(service.client.get(url).content)["grids"]
    scheme = next(link["href"] for link in whole["links"] if link["rel"].endswith("tiling-scheme"))
    matrices = service.client.get(scheme).json()["tileMatrices"]
    assert [matrix["matrixWidth"] for matrix in matrices] == [2**zoom for zoom in range(25)]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.028717)
    assert matrices[0]["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])


def test_tilejson(service: Served) -> None:
    told = service.client.get(f"/{SET}?f=tilejson").json()
    assert told["tilejson"] == "3.0.0"
    (template,) = told["tiles"]
    url = template.format(z=ZOOM, y=ROW, x=COL)
    assert layers(service.client.get(url).content)["grids"]
    assert (told["minzoom"], told["maxzoom"]) == (0, 16)
    assert told["bounds"][:2] == pytest.approx([WEST, SOUTH])
    by_name = {layer["id"]: layer for layer in told["vector_layers"]}
    assert set(by_name["grids"]["fields"]) == set(TILE_LAYERS["grids"].columns(16))
    assert by_name["buildings"]["minzoom"] == 14
    one = service.client.get(f"/plans/{PLAN_ID}/collections/grids/{SET}?f=tilejson").json()
    assert [layer["id"] for layer in one["vector_layers"]] == ["grids"]
    assert one["tiles"][0].startswith(f"{service.url}/plans/{PLAN_ID}/collections/grids/{SET}/")


def test_registers_belong_to_the_service_only(service: Served) -> None:
    assert {layer["id"] for layer in service.client.get(f"/{SET}").json()["layers"]} >= REGISTERS
    assert not {layer["id"] for layer in service.client.get(f"/plans/{PLAN_ID}/{SET}").json()["layers"]} & REGISTERS
    problem(service.client.get(f"/plans/{PLAN_ID}/collections/services/tiles"), 404, "GP573")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/{SET}/25/0/0", 404, "GP580"),
        (f"/{SET}/3/8/0", 404, "GP580"),
        (f"/{SET}/3/0/8", 404, "GP580"),
        (f"/{SET}/99999999999999999999/0/0", 404, "GP580"),
        (f"/{SET}/3/{'9' * 400}/0", 400, "GP508"),
        (f"/{SET}/3/-1/0", 400, "GP508"),
        (f"/{SET}/3/1.5/0", 400, "GP508"),
        (f"/{SET}/a/0/0", 400, "GP508"),
        (f"/{SET}/3/１/0", 400, "GP508"),
        (f"/{SET}/3/0/0?limit=5", 400, "GP501"),
        (f"/{SET}/3/0/0?f=png", 400, "GP571"),
        (f"/{SET}?f=xml", 400, "GP571"),
        (f"/{SET}?f=json&f=json", 400, "GP506"),
        ("/tiles/WorldCRS84Quad", 404, "GP511"),
        ("/collections/staff/tiles", 404, "GP573"),
        ("/collections/incidents/tiles", 404, "GP573"),
        ("/collections/sections/tiles/WebMercatorQuad/3/0/0", 404, "GP573"),
        ("/plans/none/tiles", 404, "GP510"),
        (f"/plans/none/{SET}/0/0/0", 404, "GP510"),
        (f"/adopted/{URBAN}/tiles", 404, "GP574"),
    ],
)
def test_wrong_requests(service: Served, path: str, status: int, code: str) -> None:
    problem(service.client.get(path), status, code)


def test_a_tile_that_is_none_is_told_as_it_was_asked_for(service: Served) -> None:
    path = f"/{SET}/3/12345678901234567890/0"
    assert "tileRow is 12345678901234567890, but" in service.client.get(path).json()["detail"]


def test_head_and_addresses_behind_a_mount(service: Served) -> None:
    answer = service.client.head(f"/{SET}/{HERE}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert re.fullmatch(r'"[!-~]+"', answer.headers["etag"])
