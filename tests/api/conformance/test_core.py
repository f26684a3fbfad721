"""OGC API - Features - Part 1 (17-069r4), Core: landing page, API definition, conformance, collections; A.2.1-A.2.6."""

import pytest
import shapely

from api.ogc.documents import CONFORMANCE
from tests.api.conformance.api import REGISTERS, Api, linked, relations
from tests.api.conformance.classes import COLLECTIONS, COMMON, CORE, shows

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_REL = "http://www.opengis.net/def/rel/ogc/1.0"


@shows(CORE, "http")
def test_http_1_1_is_spoken(api: Api) -> None:
    answer = api.ask("/")
    assert answer.http_version == "HTTP/1.1"
    assert api.client.head(f"{api.root}/").status_code == 200
    assert api.ask("/collections/nowhere").status_code == 404
    assert api.client.post(f"{api.root}/conformance").status_code == 405
    assert api.ask("/", accept="image/png").status_code == 406


@shows(COMMON, "root-op", "root-success")
@shows(CORE, "root-op", "root-success")
def test_landing_page_leads_to_everything(api: Api) -> None:
    for path in ("", "/"):
        landing = api.json(path, accept="application/json")
        found = relations(landing)
        assert found["service-desc"] == {OPENAPI}
        assert found["service-doc"] == {"text/html"}
        assert found["conformance"] == found["data"] == found["self"] == {"application/json"}
        assert found["alternate"] == {"text/html"}
        assert landing.get("title") or landing["name"]
    for each in landing["links"]:
        if "tilesets" not in each["rel"]:
            answer = api.ask(each["href"], accept=each["type"])
            assert answer.status_code == 200, each
            assert answer.headers["content-type"].partition(";")[0] == each["type"].partition(";")[0]


@shows(COMMON, "api-definition-op", "api-definition-success")
@shows(CORE, "api-definition-op", "api-definition-success")
def test_api_definition_is_valid(api: Api) -> None:
    address = linked(api.json("/"), "service-desc")
    assert address is not None
    answer = api.ask(address, accept=OPENAPI)
    assert answer.headers["content-type"] == OPENAPI
    from openapi_spec_validator import OpenAPIV30SpecValidator  # it compiles grammars when imported, which each worker would

    OpenAPIV30SpecValidator(answer.json()).validate()
    assert answer.json()["servers"] == [{"url": api.root or "/"}]


@shows(COMMON, "conformance-op", "conformance-success")
@shows(CORE, "conformance-op", "conformance-success")
def test_conformance_classes_are_told(api: Api) -> None:
    address = linked(api.json("/"), "conformance")
    assert address is not None
    assert api.json(address)["conformsTo"] == list(CONFORMANCE)
    assert len(set(CONFORMANCE)) == len(CONFORMANCE)


@shows(COLLECTIONS, "rc-md-op", "rc-md-success")
@shows(CORE, "fc-md-op", "fc-md-success", "fc-md-links", "fc-md-items", "fc-rel-type")
def test_every_collection_is_told(api: Api) -> None:
    document = api.json("/collections", accept="application/json")
    found = relations(document)
    assert found["self"] == {"application/json"}
    assert found["alternate"] == {"text/html"}
    assert document["crs"][0] == CRS84
    assert {each["id"] for each in document["collections"]} == set(api.names)
    for each in document["collections"]:
        assert each["itemType"] == "feature"
        assert each["title"]
        assert each["description"]


@shows(COLLECTIONS, "rc-md-items-links", "rc-md-extent")
@shows(CORE, "fc-md-items-links", "fc-md-extent", "fc-md-extent-multi")
def test_collection_names_its_items_and_where_they_are(api: Api) -> None:
    for each in api.json("/collections")["collections"]:
        assert relations(each)["items"] == {"application/geo+json", "text/html"}
        for link in each["links"]:
            if link["rel"] == "items":
                assert api.ask(link["href"]).headers["content-type"].startswith(link["type"])
        features = api.items(each["id"])["features"]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features if feature["geometry"]]
        spatial = each.get("extent", {}).get("spatial")
        assert (spatial is None) == (not shapes), each["id"]
        if spatial is not None:
            (west, south, east, north), *more = spatial["bbox"]
            assert not more
            bounds = shapely.total_bounds(shapes)
            assert bounds.tolist() == pytest.approx([west, south, east, north], abs=1e-9)
            assert west <= bounds[0]
            assert south <= bounds[1]
            assert east >= bounds[2]
            assert north >= bounds[3]


@shows(COLLECTIONS, "src-md-op", "src-md-success")
@shows(CORE, "sfc-md-op", "sfc-md-success")
def test_a_collection_says_of_itself_what_the_list_says(api: Api) -> None:
    for each in api.json("/collections")["collections"]:
        assert api.json(f"/collections/{each['id']}", accept="application/json") == each


@shows(CORE, "query-param-unknown")
@pytest.mark.parametrize("path", ["/", "/conformance", "/api", "/collections", "/collections/grids", "/collections/grids/items"])
def test_unknown_parameter_is_refused(api: Api, path: str) -> None:
    assert api.refused(path, unknownQueryParameter17="1")["code"] == "GP501"
    assert api.refused(path, F="json")["code"] == "GP501"


@shows(CORE, "query-param-invalid")
def test_parameter_given_twice_or_in_an_unknown_format_is_refused(api: Api) -> None:
    assert api.refused("/collections?f=json&f=html")["code"] == "GP506"
    assert api.refused("/collections/grids/items?limit=1&limit=2")["code"] == "GP506"
    assert api.refused("/", f="xml")["code"] == "GP571"


@shows(COLLECTIONS, "rc-md-items")
def test_registers_belong_to_the_service_and_not_to_a_plan(api: Api) -> None:
    for name in REGISTERS:
        assert api.ask(f"/collections/{name}").status_code == (404 if api.path else 200)
