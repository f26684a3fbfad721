"""OGC API - Features - Part 1 (17-069r4): GeoJSON, HTML and OpenAPI 3.0; A.3, A.4, A.7."""

from collections.abc import Iterator
from urllib.parse import quote

import html5lib
import pytest
import shapely

from tests.api.conformance.api import Api, Json
from tests.api.conformance.classes import GEOJSON, HTML, OAS30, shows

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PARSER = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)


def documents(api: Api) -> Iterator[str]:
    """The path of every answer that is no feature."""
    yield from ("/", "/conformance", "/collections", "/api")
    for name in api.names:
        yield from (f"/collections/{name}{part}" for part in ("", "/schema", "/queryables", "/sortables"))


def features(api: Api) -> Iterator[str]:
    """The path of a page of every collection, and of two features of each."""
    for name in api.names:
        yield f"/collections/{name}/items"
        for feature in api.items(name, limit=2)["features"]:
            yield f"/collections/{name}/items/{quote(str(feature['id']), safe='')}"


@shows(GEOJSON, "definition")
def test_types_of_documents_and_features(api: Api) -> None:
    for path in documents(api):
        assert api.ask(path, accept="application/json").headers["content-type"] in (
            *("application/json", "application/schema+json"),
            OPENAPI,
        )
    for path in features(api):
        for accept in ("application/geo+json", "application/json", "*/*", None):
            assert api.ask(path, accept=accept).headers["content-type"] == "application/geo+json"


@shows(GEOJSON, "content")
def test_features_are_geojson(api: Api) -> None:
    for path in features(api):
        body = api.json(path, accept="application/geo+json")
        several = path.endswith("/items")
        assert body["type"] == ("FeatureCollection" if several else "Feature")
        assert body["links"]
        for feature in body["features"] if several else [body]:
            assert set(feature) - {"links"} == {"type", "id", "geometry", "properties"}
            assert feature["type"] == "Feature"
            if feature["geometry"] is not None:
                shape = shapely.geometry.shape(feature["geometry"])
                assert shape.is_valid
                assert shape.geom_type != "Polygon" or shape.exterior.is_ccw, "RFC 7946, 3.1.6"
        if not several:
            assert quote(str(body["id"]), safe="") == path.rpartition("/")[2]


@shows(HTML, "definition")
def test_everything_is_a_web_page_as_well(api: Api) -> None:
    for path in (*documents(api), *features(api)):
        by_accept, by_name = api.ask(path, accept="text/html"), api.ask(path, f="html")
        assert by_accept.status_code == by_name.status_code == 200
        assert by_accept.headers["content-type"] == by_name.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in by_accept.headers["content-security-policy"]


@shows(HTML, "content")
def test_pages_are_html5_with_all_that_is_said_and_every_link(api: Api) -> None:
    for path in (*documents(api), *features(api)):
        document = api.json(path, accept="application/json")
        page = PARSER.parse(api.ask(path, accept="text/html").text)
        words = "".join(page.find("body").itertext())
        hrefs = {each.get("href") for each in page.find("body").iter("a")}
        assert {each["href"] for each in listed(document)} - switched(document) <= hrefs, path
        for value in said(document, path):
            assert value in words, (path, value)


def listed(document: Json) -> list[Json]:
    """The links of a document and of what it lists."""
    found: list[Json] = [*document.get("links", [])]
    for each in document.get("collections", []):
        found += each["links"]
    return found


def switched(document: Json) -> set[str]:
    """The links between the formats of features, which are the other way round on a web page."""
    if document.get("type") not in ("Feature", "FeatureCollection"):
        return set()
    return {each["href"] for each in document["links"] if each["rel"] in ("self", "alternate")}


def said(document: Json, path: str) -> Iterator[str]:
    """Values that a page must show."""
    for feature in document.get("features", [document] if "properties" in document and "geometry" in document else []):
        yield str(feature["id"])
        yield from (str(value) for value in feature["properties"].values() if value is not None)
    yield from document.get("conformsTo", [])
    yield from document.get("paths", {})
    for each in (*document.get("collections", []), *([document] if "itemType" in document else [])):
        yield from (each["id"], each["title"], each["description"])
    if path.endswith(("/schema", "/queryables", "/sortables")):
        yield from document["properties"]


@shows(HTML, "content")
def test_what_people_wrote_stays_text(whole: Api) -> None:
    page = whole.ask("/collections/staff/items", f="html").text
    assert "&lt;b&gt;李&lt;/b&gt;" in page
    assert "<b>李" not in page


@shows(HTML, "content")
def test_page_of_features_shows_each_and_leads_to_the_rest(api: Api) -> None:
    for path in ("/collections/units/items?f=html&limit=3", "/collections/units/items?f=html&limit=3&sortby=-households"):
        seen, url = [], f"{api.root}{path}"
        while url:
            page = PARSER.parse(api.ask(url).text)
            seen += [each.text for each in page.iter("a") if "/items/" in each.get("href", "")]
            url = next((each.get("href") for each in page.iter("a") if each.get("rel") == "next"), "")
        assert seen == [feature["id"] for feature in api.json(path.replace("f=html&limit=3", "f=json"))["features"]]


@shows(OAS30, "oas-definition-1", "oas-definition-2")
def test_definition_is_linked_and_of_version_3(api: Api) -> None:
    links = {each["rel"]: each for each in api.json("/")["links"]}
    assert links["service-desc"]["type"] == OPENAPI
    assert links["service-doc"]["type"] == "text/html"
    assert api.json("/api", accept=OPENAPI)["openapi"].startswith("3.0.")


@shows(OAS30, "oas-impl", "completeness")
def test_every_path_of_the_definition_answers_as_it_says(api: Api) -> None:
    for path, methods in api.json("/api")["paths"].items():
        if "{" in path or "tiles" in path:
            continue
        answers = methods["get"]["responses"]
        kinds = set(answers["200"]["content"])
        for kind in kinds:
            answer = api.ask(path, accept=kind)
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].replace("; charset=utf-8", "") == kind
        refused = api.ask(path, unknown="1")
        assert str(refused.status_code) in answers
        assert str(api.ask(path, accept="image/png").status_code) in answers


@shows(OAS30, "exceptions-codes", "security")
def test_definition_names_errors_and_tokens(api: Api) -> None:
    document = api.json("/api")
    assert {"400", "401", "403", "404", "406", "500", "503"} <= set(
        document["paths"]["/collections/grids/items"]["get"]["responses"]
    )
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert document["security"] == [{}, {"token": []}]


@shows(OAS30, "oas-impl")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_methods_that_are_not_there_are_refused(api: Api, method: str) -> None:
    answer = api.client.request(method, f"{api.root}/collections")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["code"] == "GP513"
