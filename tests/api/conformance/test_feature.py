"""OGC API - Features - Part 1 (17-069r4), Core: paging and the single feature; A.2.7, A.2.8."""

from urllib.parse import quote

import pytest

from tests.api.conformance.api import Api, linked, relations
from tests.api.conformance.classes import CORE, shows


@shows(CORE, "fc-links", "fc-numberMatched", "fc-numberReturned", "fc-limit-response-1")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "&bbox=104,30,105,31",
        "&sortby=-households,code",
        "&sortby=kind",
        "&filter=households%20%3E%201",
        "&crs=http://www.opengis.net/def/crs/EPSG/0/4490&properties=code",
    ],
)
def test_pages_together_are_the_whole_both_ways(api: Api, query: str) -> None:
    for name in ("grids", "communities"):
        whole = api.json(f"/collections/{name}/items?f=json{query}")
        pages = list(api.pages(f"/collections/{name}/items?limit=1{query}"))
        assert [page["features"] for page in pages] == [[feature] for feature in whole["features"]]
        assert all(page["numberMatched"] == whole["numberMatched"] for page in pages)
        assert [linked(page, "next") is None for page in pages] == [False] * (len(pages) - 1) + [True]
        assert linked(pages[0], "prev") is None
        back = list(api.pages(linked(pages[-1], "self") or "", "prev"))
        assert [page["features"] for page in back] == [page["features"] for page in reversed(pages)]


@shows(CORE, "fc-links", "fc-rel-type")
def test_every_link_of_a_page_leads_to_its_type(api: Api) -> None:
    pages = list(api.pages("/collections/units/items?limit=1"))
    for page in (pages[0], pages[-1]):
        for link in page["links"]:
            answer = api.ask(link["href"], accept=link["type"])
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(link["type"])
        assert api.json(linked(page, "self") or "") == page


@shows(CORE, "f-op", "f-success", "f-links", "fc-rel-type")
def test_every_feature_is_found_by_its_id(api: Api) -> None:
    for name in api.names:
        for feature in api.items(name)["features"]:
            answer = api.ask(f"/collections/{name}/items/{quote(str(feature['id']), safe='')}", accept="application/geo+json")
            assert answer.status_code == 200, (name, feature["id"])
            assert answer.headers["content-type"] == "application/geo+json"
            one = answer.json()
            assert {key: one[key] for key in feature} == feature
            found = relations(one)
            assert found["self"] == {"application/geo+json"}
            assert found["alternate"] == {"text/html"}
            assert found["collection"] == {"application/json"}
            for link in one["links"]:
                followed = api.ask(link["href"], accept=link["type"])
                assert followed.status_code == 200, link
                assert followed.headers["content-type"].startswith(link["type"])


@shows(CORE, "f-op")
@pytest.mark.parametrize(
    "item", ["nothing", "%00", "%FF", "%27%20OR%201=1--", "..%2F..%2Fetc%2Fpasswd", "9" * 400, "-1", "1e3", "%F0%9F%97%BA"]
)
def test_id_that_is_none_is_not_found(api: Api, item: str) -> None:
    for name in ("grids", "meta", "findings"):
        answer = api.ask(f"/collections/{name}/items/{item}")
        assert answer.status_code == 404, answer.text
        assert answer.json()["code"] in ("GP575", "GP511")


@shows(CORE, "query-param-unknown", "query-param-invalid")
def test_parameters_of_a_feature_are_checked(api: Api) -> None:
    feature = api.items("grids")["features"][0]["id"]
    assert api.refused(f"/collections/grids/items/{feature}", bbox="1,2,3,4")["code"] == "GP501"
    assert api.refused(f"/collections/grids/items/{feature}", crs="EPSG:1")["code"] == "GP546"


@shows(CORE, "query-param-invalid")
@pytest.mark.parametrize(
    "cursor", ["", "x", "AAAA", "WzEsMl0", "W2ZhbHNlLC0xXQ", "W2ZhbHNlLDFlOTld", "W2ZhbHNlLDEsMl0", "[false,1]", "%00", "é" * 100]
)
def test_cursor_that_is_none_is_refused(api: Api, cursor: str) -> None:
    assert api.refused("/collections/grids/items", cursor=cursor)["code"] == "GP570"
