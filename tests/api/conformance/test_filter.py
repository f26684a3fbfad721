"""OGC API - Features - Part 3 (19-079r2): filters in requests."""

import json

import pytest

from tests.api.conformance.api import Api
from tests.api.conformance.classes import FEATURES_FILTER, FILTER, shows
from tests.api.conformance.test_items import parameter
from tests.samples import RURAL, SOUTH, WEST

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@shows(FILTER, "filter-param", "filter-lang-param", "filter-crs-param")
@shows(FEATURES_FILTER, "filter-param", "filter-lang-param", "filter-crs-param")
def test_parameters_are_defined_as_the_standard_has_them(api: Api) -> None:
    for name in api.names:
        for each in ("filter", "filter-lang", "filter-crs"):
            found = parameter(api, each, name)
            assert (found["in"], found["schema"]["type"], found.get("required", False)) == ("query", "string", False)
    languages = parameter(api, "filter-lang")["schema"]
    assert {"cql2-text", "cql2-json"} <= set(languages["enum"])
    assert languages["default"] == "cql2-text"


@shows(FEATURES_FILTER, "get-queryables-op", "queryables-link")
def test_every_collection_has_queryables(api: Api) -> None:
    for each in api.json("/collections")["collections"]:
        assert [link["href"] for link in each["links"] if link["rel"].endswith("/queryables")] == [
            f"{api.root}/collections/{each['id']}/queryables"
        ]


@shows(FILTER, "response", "filter-lang-param")
@shows(FEATURES_FILTER, "response")
def test_filter_is_evaluated_for_each_feature(api: Api) -> None:
    everything = {feature["id"]: feature["properties"]["households"] for feature in api.items("grids")["features"]}
    few = {key for key, households in everything.items() if households <= 17}
    assert few
    assert api.found("grids", filter="households <= 17") == few
    assert api.found("grids", filter="NOT households <= 17") == set(everything) - few
    assert api.found("grids", filter="households <= 17", **{"filter-lang": "cql2-text"}) == few
    asked = json.dumps({"op": "<=", "args": [{"property": "households"}, 17]})
    page = api.items("grids", filter=asked, **{"filter-lang": "cql2-json"})
    assert {feature["id"] for feature in page["features"]} == few
    assert page["numberMatched"] == len(few)


@shows(FILTER, "mixing-expressions")
@shows(FEATURES_FILTER, "response")
def test_filter_and_other_conditions_must_all_hold(api: Api, whole: Api) -> None:
    here = f"{WEST + 0.0041},{SOUTH},{WEST + 0.005},{SOUTH + 0.001}"
    assert api.found("grids", filter="households > 0", bbox=here) == {f"{RURAL}002"}
    assert api.found("grids", filter="households > 17", bbox=here) == set()
    assert api.found("grids", filter="households > 0", community=RURAL, households=12) == {f"{RURAL}001"}
    assert whole.found("incidents", filter="kind = 'lamp'", datetime="../2026-03-01T23:00:00Z") == {"i1"}


@shows(FILTER, "filter-crs-wgs84", "filter-crs-param")
@shows(FEATURES_FILTER, "filter-crs-param")
@pytest.mark.parametrize(("uri", "turned"), [(None, False), (f"{EPSG}4326", True), (f"{EPSG}4490", True)])
def test_geometries_of_a_filter_are_in_the_system_named(api: Api, uri: str | None, turned: bool) -> None:
    point = (WEST + 0.005, SOUTH + 0.001)
    first, second = point[::-1] if turned else point
    more = {} if uri is None else {"filter-crs": uri}
    assert api.found("grids", filter=f"S_INTERSECTS(geometry,POINT({first} {second}))", **more) == {f"{RURAL}002"}


@shows(FEATURES_FILTER, "response")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("filter", value)
            for value in ("", "households", "households >", "1 = ", "households ! 3", "'", "code = 'a", "DROP TABLE")
        ),
        *(("filter-lang", value) for value in ("", "cql2", "CQL2-TEXT", "sql")),
        *(("filter-crs", value) for value in ("", "EPSG:1", "CRS84")),
    ],
)
def test_filter_that_is_none_is_refused(api: Api, name: str, value: str) -> None:
    given = {"filter": "households > 1", name: value}
    api.refused("/collections/grids/items", **given)
    if name != "filter":
        api.refused("/collections/grids/items", **{name: value})
