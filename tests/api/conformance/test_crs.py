"""OGC API - Features - Part 2 (18-058r1): coordinate reference systems by reference."""

from functools import cache

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tests.api.conformance.api import Api, Json
from tests.api.conformance.classes import CRS, shows
from tests.api.conformance.test_items import parameter
from tests.samples import RURAL, SOUTH, URBAN, WEST

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: WGS 84 and CGCS2000 have latitude first; the zones of three degrees have northing first; Mercator has easting first.
ASKED = (CRS84, f"{EPSG}4326", f"{EPSG}4490", f"{EPSG}3857", f"{EPSG}4523", f"{EPSG}4543")
#: Where the grid ...201002 lies, which touches neither neighbour's middle.
PLACE = (WEST + 0.0045, SOUTH + 0.0005, WEST + 0.0055, SOUTH + 0.001)


def turned(uri: str, box: tuple[float, float, float, float]) -> str:
    """A box in the CRS, in the order of its axes as PROJ has them; about as large."""
    transformer = _from_lonlat(uri)
    first, second = transformer.transform(*box[:2]), transformer.transform(*box[2:])
    return ",".join(map(repr, (*first, *second)))


@cache
def _from_lonlat(uri: str) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}")


@shows(CRS, "crs-uri", "fc-md-crs-list", "fc-md-crs-list-global", "fc-md-storageCrs", "fc-md-storageCrs-valid-value")
def test_collections_list_their_systems(api: Api) -> None:
    document = api.json("/collections")
    for each in (document, *document["collections"], *(api.json(f"/collections/{name}") for name in api.names)):
        assert each["crs"][0] == CRS84
        assert set(ASKED) <= set(each["crs"])
        assert len(set(each["crs"])) == len(each["crs"])
        assert all(uri.startswith("http://www.opengis.net/def/crs/") for uri in each["crs"])
        assert each.get("storageCrs", CRS84) in each["crs"]
    assert all(each["storageCrs"] == CRS84 for each in document["collections"])


@shows(CRS, "fc-crs-definition", "fc-bbox-crs-definition")
def test_parameters_are_defined_as_the_standard_has_them(api: Api) -> None:
    for name in ("crs", "bbox-crs", "filter-crs"):
        found = parameter(api, name)
        assert found["schema"]["type"] == "string"
        assert found["schema"]["format"] == "uri"
        assert (found["in"], found["style"], found["explode"]) == ("query", "form", False)
        assert not found.get("required", False)
        assert found["schema"]["enum"] == api.json("/collections/grids")["crs"]


@shows(CRS, "fc-crs-action", "fc-crs-valid-value", "ogc-crs-header", "ogc-crs-header-value", "geojson")
@pytest.mark.parametrize("uri", ASKED)
def test_answers_are_in_the_system_asked_for(api: Api, uri: str) -> None:
    transformer = _from_lonlat(uri)
    for path in ("/collections/grids/items", f"/collections/grids/items/{RURAL}002"):
        answer = api.ask(path, crs=uri)
        assert answer.headers["content-crs"] == f"<{uri}>"
        for mine, plain in zip(shapes(answer.json()), shapes(api.json(path)), strict=True):
            expected = shapely.transform(plain, lambda places: np.column_stack(transformer.transform(*places.T)))
            assert shapely.hausdorff_distance(mine, expected) < (
                1e-8 if uri == CRS84 or uri.endswith(("/4326", "/4490")) else 1e-4
            )


def shapes(document: Json) -> list[shapely.Geometry]:
    return [shapely.geometry.shape(each["geometry"]) for each in document.get("features", [document])]


@shows(CRS, "fc-crs-default-value", "ogc-crs-header", "ogc-crs-header-value")
def test_longitude_and_latitude_where_none_is_named(api: Api) -> None:
    for name in api.names:
        answer = api.ask(f"/collections/{name}/items")
        assert answer.headers["content-crs"] == f"<{CRS84}>"
        assert answer.json()["features"] == api.items(name, crs=CRS84)["features"]


@shows(CRS, "fc-crs-valid-value", "crs-exception")
@pytest.mark.parametrize(
    "uri", ["", "EPSG:9999", f"{EPSG}1", f"{EPSG}32648", "http://example.com/4326", f"{EPSG}4326 ", f"<{CRS84}>"]
)
def test_system_that_is_not_offered_is_refused(api: Api, uri: str) -> None:
    assert api.refused("/collections/grids/items", crs=uri)["code"] == "GP546"
    assert api.refused(f"/collections/grids/items/{RURAL}002", crs=uri)["code"] == "GP546"


@shows(CRS, "fc-bbox-crs-action", "fc-bbox-crs-valid-value")
@pytest.mark.parametrize("uri", ASKED)
def test_box_is_in_the_system_named(api: Api, uri: str) -> None:
    assert api.found("grids", bbox=turned(uri, PLACE), **{"bbox-crs": uri}) == {f"{RURAL}002"}
    far = (WEST - 1, SOUTH - 1, WEST - 0.9, SOUTH - 0.9)
    assert api.found("grids", bbox=turned(uri, far), **{"bbox-crs": uri}) == set()


@shows(CRS, "fc-bbox-crs-default-value")
def test_box_is_in_longitude_and_latitude_where_no_system_is_named(api: Api) -> None:
    text = ",".join(map(repr, PLACE))
    assert api.found("grids", bbox=text) == api.found("grids", bbox=text, **{"bbox-crs": CRS84}) == {f"{RURAL}002"}
    assert api.found("grids", bbox=text, **{"bbox-crs": CRS84, "crs": f"{EPSG}4490"}) == {f"{RURAL}002"}


@shows(CRS, "fc-bbox-crs-valid-value", "bbox-crs-exception")
@pytest.mark.parametrize("uri", ["", "EPSG:9999", f"{EPSG}32648", "CRS84"])
def test_system_of_a_box_that_is_not_offered_is_refused(api: Api, uri: str) -> None:
    for more in ({}, {"bbox": "1,2,3,4"}):
        assert api.refused("/collections/grids/items", **{"bbox-crs": uri, **more})["code"] == "GP546"


@shows(CRS, "fc-bbox-crs-action")
def test_box_beyond_its_system_is_refused(api: Api) -> None:
    assert api.refused("/collections/grids/items", bbox="104,30,105,31", **{"bbox-crs": f"{EPSG}4490"})["code"] == "GP547"
    assert api.found("grids", bbox="30,104,31,105", **{"bbox-crs": f"{EPSG}4490"}) >= {f"{RURAL}001", f"{RURAL}002"}
    assert (f"{URBAN}001" in api.found("grids", bbox="30,104,31,105", **{"bbox-crs": f"{EPSG}4326"})) == (
        not api.path.startswith("/adopted")
    )
