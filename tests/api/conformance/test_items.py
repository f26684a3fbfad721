"""OGC API - Features - Part 1 (17-069r4), Core: the features of a collection; A.2.7."""

import re

import pytest
import shapely

from tests.api.conformance.api import EMPTY, LAYERS, TABLES, Api, Json, relations
from tests.api.conformance.classes import CORE, shows
from tests.samples import RURAL, SOUTH, URBAN, WEST

NOWHERE = "1,2,3,4"


def parameter(api: Api, name: str, collection: str = "grids") -> Json:
    """A parameter of the items of a collection as the API definition has it."""
    document = api.json("/api")
    listed: list[Json] = document["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
    keys = [each.get("$ref", "").rpartition("/")[2] for each in listed]
    known = [document["components"]["parameters"][key] if key else each for key, each in zip(keys, listed, strict=True)]
    (found,) = (each for each in known if each["name"] == name)
    return found


def check_links(page: Json) -> None:
    found = relations(page)
    assert {"self", "alternate"} <= set(found)
    assert found["alternate"] == {"text/html"}
    assert found["self"] == {"application/geo+json"}
    assert all(each["href"].startswith("http") for each in page["links"])


@shows(CORE, "fc-op", "fc-response", "fc-links", "fc-rel-type", "fc-numberMatched", "fc-numberReturned", "fc-timeStamp", "crs84")
def test_every_collection_gives_its_features(api: Api) -> None:
    for name in api.names:
        answer = api.ask(f"/collections/{name}/items", accept="application/geo+json")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/geo+json"
        page = answer.json()
        assert page["type"] == "FeatureCollection"
        check_links(page)
        assert page["numberReturned"] == page["numberMatched"] == len(page["features"])
        assert page["features"] or name in EMPTY or api.path.startswith("/adopted"), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page.get("timeStamp", "2026-01-01T00:00:00Z"))
        for feature in page["features"]:
            if feature["geometry"] is not None:
                west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
                assert WEST - 0.1 < west <= east < WEST + 0.1
                assert SOUTH - 0.1 < south <= north < SOUTH + 0.1


@shows(CORE, "fc-limit-definition", "fc-bbox-definition", "fc-time-definition")
def test_parameters_are_defined_as_the_standard_has_them(api: Api) -> None:
    for name in ("limit", "bbox", "datetime"):
        found = parameter(api, name)
        assert found["in"] == "query"
        assert not found.get("required", False)
        assert found["style"] == "form"
        assert found["explode"] is False
    limit = parameter(api, "limit")["schema"]
    assert (limit["type"], limit["minimum"]) == ("integer", 1)
    assert limit["minimum"] <= limit["default"] <= limit["maximum"]
    box = parameter(api, "bbox")["schema"]
    assert (box["type"], box["items"]) == ("array", {"type": "number"})
    assert box["oneOf"] == [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]
    assert parameter(api, "datetime")["schema"]["type"] == "string"


@shows(CORE, "fc-limit-response-1")
def test_limit_bounds_a_page_and_may_be_too_large(api: Api) -> None:
    for name in api.names:
        whole = api.items(name)
        assert api.items(name, limit=1)["features"] == whole["features"][:1]
        assert api.items(name, limit=1)["numberMatched"] == whole["numberMatched"]
        assert api.items(name, limit=10_001)["features"] == whole["features"]
        assert api.items(name, limit="1" + "0" * 40)["features"] == whole["features"]


@shows(CORE, "query-param-invalid")
@pytest.mark.parametrize("limit", ["unlimited", "0", "-1", "1.5", "", " ", "1e3", "٣", "0x10", "NaN"])
def test_limit_that_is_no_positive_number_is_refused(api: Api, limit: str) -> None:
    assert api.refused("/collections/grids/items", limit=limit)["code"] == "GP502"


@shows(CORE, "fc-bbox-response")
def test_box_gives_what_touches_it(api: Api) -> None:
    for name in (each for each in LAYERS if each in api.names):
        features = api.items(name)["features"]
        for box in ((WEST, SOUTH, WEST + 0.002, SOUTH + 0.001), (WEST + 0.0045, SOUTH, WEST + 0.005, SOUTH + 0.0001)):
            asked = shapely.box(*box)
            expected = {
                str(each["id"])
                for each in features
                if each["geometry"] is None or shapely.geometry.shape(each["geometry"]).intersects(asked)
            }
            page = api.items(name, bbox=",".join(map(str, box)))
            assert {str(each["id"]) for each in page["features"]} == expected
            assert page["numberMatched"] == page["numberReturned"] == len(expected)
            check_links(page)


@shows(CORE, "fc-bbox-response")
def test_features_without_a_shape_are_in_every_box(api: Api, whole: Api) -> None:
    for name in TABLES:
        assert api.items(name, bbox=NOWHERE)["numberMatched"] == api.items(name)["numberMatched"]
    assert whole.found("services", bbox=NOWHERE) == {"nowhere"}
    assert whole.found("services", bbox="104,30,105,31") == {"nowhere", "clinic", "école/1?"}
    assert whole.found("incidents", bbox=NOWHERE) == {"i3"}
    page = whole.items("incidents", bbox="104,30,105,31", limit=2)
    assert (page["numberMatched"], page["numberReturned"]) == (3, 2)


@shows(CORE, "fc-bbox-definition", "fc-bbox-response")
def test_box_may_have_heights_and_cross_the_antimeridian(api: Api) -> None:
    everything = api.found("grids")
    assert api.found("grids", bbox=f"{WEST},{SOUTH},-10,{WEST + 1},{SOUTH + 1},9000") == everything
    assert api.found("grids", bbox="170,-90,105,90") == everything
    assert api.found("grids", bbox="170,-90,-170,90") == set()
    assert api.found("grids", bbox="-180,-90,180,90") == everything


@shows(CORE, "query-param-invalid", "fc-bbox-response")
@pytest.mark.parametrize(
    "box",
    [
        *("", "1", "1,2", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "1,2,3,", "1;2;3;4", "NaN,1,2,3", "1,2,inf,4"),
        *("1e400,2,3,4", "1,4,3,2", "0,-91,1,0", "0,0,1,91", "-200,0,1,1", "0,0,500,1", "0,0,5,1,1,-5", "1,2,3,4,", "١,٢,٣,٤"),
    ],
)
def test_box_that_is_none_is_refused(api: Api, box: str) -> None:
    assert api.refused("/collections/grids/items", bbox=box)["code"] == "GP547"


@shows(CORE, "fc-time-response")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2026-03-01T08:30:00Z", {"i1"}),
        ("2026-03-01T16:30:00+08:00", {"i1"}),
        ("2026-03-01T08:30:01Z", set()),
        ("2026-03-01T00:00:00Z/2026-03-02T00:00:00Z", {"i1", "i2"}),
        ("2026-03-02T00:00:00Z/..", {"i2", "i3"}),
        ("2026-03-02T23:59:59.5Z/", {"i3"}),
        ("../2026-03-01T08:30:00Z", {"i1"}),
        ("/2026-03-01T08:29:59Z", set()),
    ],
)
def test_time_gives_what_was_then(whole: Api, asked: str, expected: set[str]) -> None:
    page = whole.items("incidents", datetime=asked)
    assert {each["id"] for each in page["features"]} == expected
    assert page["numberMatched"] == len(expected)
    check_links(page)


@shows(CORE, "fc-time-response")
def test_features_without_a_time_are_at_every_time(api: Api) -> None:
    for name in (*LAYERS, *TABLES):
        assert api.items(name, datetime="1999-01-01T00:00:00Z")["numberMatched"] == api.items(name)["numberMatched"]


@shows(CORE, "query-param-invalid", "fc-time-definition")
@pytest.mark.parametrize(
    "asked",
    [
        *(
            "",
            "yesterday",
            "2026-03-01",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T08:30:00",
            "../..",
            "/",
            "..",
        ),
        *(
            "2026-03-02T00:00:00Z/2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00Z/a",
            "a/..",
            "2026-03-01T00:00:00Z/../..",
            "２０２６",
        ),
    ],
)
def test_time_that_is_none_is_refused(whole: Api, asked: str) -> None:
    for name in ("incidents", "grids", "meta"):
        assert whole.refused(f"/collections/{name}/items", datetime=asked)["code"] == "GP548"


@shows(CORE, "fc-op")
def test_property_filters_give_equal_values(api: Api) -> None:
    for name in (*LAYERS, *TABLES):
        features = api.items(name)["features"]
        for key, value in (features[0]["properties"] if features else {}).items():
            if value is None or key == "limit":
                continue
            text = str(value).lower() if isinstance(value, bool) else str(value)
            expected = {str(each["id"]) for each in features if each["properties"][key] == value}
            assert api.found(name, **{key: text}) == expected, (name, key)
    assert api.found("grids", community=RURAL, households=17) == {f"{RURAL}002"}
    assert api.found("grids", community=URBAN, bbox=f"{WEST + 0.0045},{SOUTH},{WEST + 0.005},{SOUTH + 0.001}") == set()


@shows(CORE, "query-param-invalid")
@pytest.mark.parametrize(
    ("collection", "name", "value"),
    [
        ("grids", "households", "many"),
        ("grids", "households", "1.5"),
        ("grids", "households", ""),
        ("grids", "area_m2", "wide"),
        ("grids", "area_m2", "1e999"),
        ("grids", "kind", "purple"),
        ("grids", "households", "-1"),
        ("units", "stacked", "yes"),
        ("incidents", "reported_at", "yesterday"),
    ],
)
def test_value_that_a_property_cannot_have_is_refused(whole: Api, collection: str, name: str, value: str) -> None:
    assert whole.refused(f"/collections/{collection}/items", **{name: value})["code"] == "GP549"
