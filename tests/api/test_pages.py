"""The web pages of plans, what is adopted, jobs and tiles: for people, in their language, each with its way back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from playwright.sync_api import Browser

from gridplan.errors import StoreError
from gridplan.messages import Phrase
from gridplan.settings import Settings
from gridplan.store import Editor, Store, open_store
from tests.api.served import Served, served
from tests.samples import PLAN_ID, sample_plan

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WHO = Editor("local", "admin")
HOSTILE = "<script>alert(1)</script> & \"two\" 'three'"

#: Each page with words of it in English and Chinese.
PAGES = {
    "/": ("Adopted plans by community", "各社区采用的方案"),
    "/plans": ("Plans", "划分方案"),
    f"/plans/{PLAN_ID}": ("Download:", "下载："),
    "/adopted": ("Since", "采用时间"),
    "/adopted/510100001001": ("Households", "户数"),
    "/adopted/510100001001/collections/grids/items/510100001001001": ("Households", "户数"),
    "/jobs": ("Asked by", "提交人"),
    "/tiles": ("Vector tiles", "矢量瓦片"),
    "/tiles/WebMercatorQuad": ("Address of a tile:", "瓦片地址："),
    "/collections/grids/tiles": ("Tileset", "瓦片集"),
    "/collections/grids/tiles/WebMercatorQuad": ("Zoom levels", "缩放级别"),
    f"/plans/{PLAN_ID}/tiles": ("Vector tiles", "矢量瓦片"),
    "/tileMatrixSets": ("Tile matrix sets", "瓦片矩阵集"),
    "/tileMatrixSets/WebMercatorQuad": ("Scale", "比例尺"),
}

#: Below a collection.
GRIDS = ("", "/items", "/items?limit=2&sortby=-code", "/items/510100001001001", "/schema", "/queryables", "/sortables")


@dataclass
class Filled:
    """A service with two plans, one adopted, and a job in each state."""

    service: Served
    jobs: dict[str, str]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    # Read only, so that no job of it is run.
    path = tmp_path_factory.mktemp("pages") / "plans.gpkg"
    with open_store(path) as store:
        jobs = _fill(store)
    with open_store(path, read_only=True) as store, served(store, Settings()) as running:
        yield Filled(running, jobs)


def _fill(store: Store) -> dict[str, str]:
    plan = sample_plan()
    store.save_plan(plan)
    named = plan.meta["value"].where(plan.meta["key"] != "plan", "other").where(plan.meta["key"] != "name", HOSTILE)
    store.save_plan(replace(plan, meta=plan.meta.assign(value=named)))
    store.adoptions.adopt(PLAN_ID, None, WHO)
    asked = {"town": HOSTILE, "scheme": "default", "seed": 7, "after": PLAN_ID}
    jobs = {}
    for state in ("failed", "done", "running", "cancelled", "queued"):
        job = store.jobs.create("plan", asked, WHO).id
        jobs[state] = job
        if state in ("failed", "done", "running"):
            store.jobs.claim("server")
            store.jobs.beat(job, "server", 0.42, Phrase("stage.grids"))
        if state == "failed":
            store.jobs.fail(job, "server", StoreError("GP444", exit_code=-9))
        elif state == "done":
            store.jobs.finish(job, "server", sample_plan(), {"plan": PLAN_ID, "broken": []})
        elif state == "cancelled":
            store.jobs.cancel(job)
    return jobs


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_browser_asks_for_is_a_page_in_its_language(filled: Filled, path: str, language: str) -> None:
    client = filled.service.client
    answer = client.get(path, headers={**PAGE, "Accept-Language": language}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert {"accept", "accept-language"} <= {each.strip().lower() for each in answer.headers["vary"].split(",")}
    assert PAGES[path][language == "zh"] in answer.text
    assert re.search(r"page\.[a-z_.]+|\{\{|\{%|None\b|Undefined", answer.text) is None
    parsed = html5lib.HTMLParser(strict=True).parse(answer.text)
    assert parsed.get("lang", "") in ("en", "zh", "zh-CN")


@pytest.mark.parametrize(
    "path", [*PAGES, "/api", "/conformance", "/collections", *(f"/collections/grids{each}" for each in GRIDS)]
)
def test_every_page_leads_to_itself_in_the_other_language(filled: Filled, path: str) -> None:
    client, english = filled.service.client, {**PAGE, "Accept-Language": "en"}
    here = client.get(path, headers=english, follow_redirects=True)
    assert here.headers["content-language"] == "en"
    other = _in_other(here.text, "中文")
    chinese = client.get(urljoin(str(here.url), other), headers=english)
    assert chinese.headers["content-language"] == "zh"
    assert chinese.headers.get("etag", "-") != here.headers.get("etag")
    back = client.get(urljoin(str(chinese.url), _in_other(chinese.text, "English")), headers=PAGE)
    assert back.headers["content-language"] == "en"
    given = f"{path}{'&' if '?' in path else '?'}"
    assert client.get(f"{given}lang=zh", headers=english, follow_redirects=True).headers["content-language"] == "zh"
    for wrong in ("fr", "", "EN", "zh-CN"):
        answer = client.get(f"{given}f=html&lang={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (400, "GP507")
    assert client.get(f"{given}lang=en&lang=zh").json()["code"] == "GP506"


def test_who_chose_a_language_goes_on_in_it(filled: Filled) -> None:
    base = filled.service.url
    for path in ("/", "/plans?limit=1", "/collections", f"/plans/{PLAN_ID}/", "/collections/grids/items?limit=2&sortby=-code"):
        here = f"{base}{path}{'&' if '?' in path else '?'}f=html&lang=zh"
        for each in _links(filled.service.client.get(here, headers={"Accept-Language": "en"}).text):
            way = urlsplit(urljoin(here, each))
            if "f=html" in way.query or way.path.endswith(("/viewer", "/map")):
                assert "lang=" in way.query, each


def _in_other(text: str, name: str) -> str:
    """The address that a page gives of itself in the other language."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    (found,) = [each.attrib["href"] for each in tree.iter("a") if each.text == name]
    return str(found)


@pytest.mark.parametrize("path", PAGES)
def test_programs_get_json_as_before(filled: Filled, path: str) -> None:
    client = filled.service.client
    for headers in ({}, {"Accept": "application/json"}, {"Accept": "application/geo+json, application/json;q=0.5"}):
        assert client.get(path, headers=headers).json()
    assert client.get(path, params={"f": "json"}, headers=PAGE).json()
    assert client.get(path, params={"f": "html"}, follow_redirects=True).headers["content-type"].startswith("text/html")
    wrong = client.get(path, params={"f": "xml"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "GP571")
    none = client.get(path, headers={"Accept": "image/png"})
    assert (none.status_code, none.json()["code"]) == (406, "GP572")


def test_pages_lead_to_each_other_and_nowhere_else(filled: Filled) -> None:
    client, base = filled.service.client, f"{filled.service.url}/"
    ways: dict[str, set[str]] = {}
    waiting = [f"{base}?f=html"]
    while waiting:
        here = waiting.pop()
        if here in ways:
            continue
        answer = client.get(here, headers=PAGE, follow_redirects=True)
        assert answer.status_code in (200, 204), here
        assert urlsplit(here).netloc == urlsplit(base).netloc, here
        ways[here] = set()
        if answer.headers.get("content-type", "").startswith("text/html") and not here.endswith(("/map", "/viewer")):
            ways[here] = {urljoin(here, each) for each in _links(answer.text)}
            # Features are as many as they are, and an atlas takes a second to draw; they have tests of their own.
            waiting += [each for each in ways[here] if "/items" not in each and "/atlas" not in each]
    start = f"{base}?f=html"
    for path in ("plans", "adopted", "jobs", "tiles"):
        assert f"{base}{path}?f=html" in ways[start]
        assert start in ways[f"{base}{path}?f=html"]
    for job in filled.jobs.values():
        assert f"{base}jobs?f=html" in ways[f"{base}jobs/{job}?f=html"]
    assert f"{base}plans/{PLAN_ID}/?f=html" in ways[f"{base}adopted?f=html"]
    assert f"{base}tiles?f=html" in ways[f"{base}tiles/WebMercatorQuad?f=html"]
    assert len(ways) > 60


def _links(text: str) -> list[str]:
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [each.attrib["href"] for each in tree.iter("a")]


def test_lists_go_on(filled: Filled) -> None:
    for path, count in (("/plans", 2), ("/jobs", 5)):
        seen, following = [], f"{filled.service.url}{path}?limit=1&f=html"
        while following:
            text = filled.service.client.get(following).text
            seen += re.findall(r'<th scope="row"><a href="([^"]+)"', text)
            found = re.search(r'<a href="([^"]+)" rel="next">', text)
            following = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == count


def test_jobs_tell_their_state_and_what_went_wrong(filled: Filled) -> None:
    client = filled.service.client
    listed = client.get("/jobs?f=html").text
    for words in ("failed", "done", "runs", "cancelled", "waits", "42 %"):
        assert words in listed
    failed = client.get(f"/jobs/{filled.jobs['failed']}?f=html").text
    assert "GP444" in failed
    assert "exit code -9" in failed
    assert f"/plans/{PLAN_ID}/?f=html" in client.get(f"/jobs/{filled.jobs['done']}?f=html").text
    running = client.get(f"/jobs/{filled.jobs['running']}", headers=PAGE)
    assert '<progress max="1" value="0.42"' in running.text
    assert client.get(f"/jobs/{filled.jobs['running']}").json()["progress"] == 0.42


def test_names_are_told_as_they_are_and_never_run(filled: Filled) -> None:
    for path in ("/", "/plans", "/plans/other/", "/jobs", f"/jobs/{filled.jobs['queued']}"):
        answer = filled.service.client.get(path, headers=PAGE)
        assert "&lt;script&gt;alert(1)" in answer.text, path
        assert "<script>alert" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_empty_service_says_so(empty_service: Served) -> None:
    for path, words in (
        ("/", "还没有方案"),
        ("/plans", "还没有方案"),
        ("/adopted", "还没有社区采用方案"),
        ("/jobs", "还没有任务"),
    ):
        assert words in empty_service.client.get(path, headers=PAGE).text


def test_jobs_are_shown_to_planners_alone(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(sample_plan())
        _, viewer = store.tokens.create(name="v", role="viewer", days=1)
        _, planner = store.tokens.create(name="p", role="planner", days=1)
        with served(store, Settings(auth=True)) as running:
            for token, status, offered in ((viewer, 403, False), (planner, 200, True)):
                own = {**PAGE, "Authorization": f"Bearer {token}"}
                assert running.client.get("/jobs", headers=own).status_code == status
                assert ("/jobs?f=html" in running.client.get("/", headers=own).text) is offered


def test_pages_are_described(filled: Filled) -> None:
    told = filled.service.client.get("/openapi.json").json()["paths"]
    for path in ("/plans", "/plans/{plan}", "/adopted", "/jobs", "/jobs/{job}"):
        get = told[path]["get"]
        assert set(get["responses"]["200"]["content"]) == {"application/json", "text/html"}
        for name, values in (("f", ["json", "html"]), ("lang", ["en", "zh"])):
            assert [each["schema"]["enum"] for each in get["parameters"] if each["name"] == name] == [values]
    told = filled.service.client.get("/api").json()["paths"]
    for path in (
        "/tiles",
        "/tiles/WebMercatorQuad",
        "/collections/grids/tiles",
        "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad",
    ):
        assert "text/html" in told[path]["get"]["responses"]["200"]["content"]
    for path, methods in told.items():
        if "text/html" in methods["get"]["responses"]["200"]["content"]:
            assert {"$ref": "#/components/parameters/lang"} in methods["get"]["parameters"], path


@pytest.mark.parametrize("path", ["/plans", f"/plans/{PLAN_ID}/", "/adopted", "/jobs", "/tiles/WebMercatorQuad"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window_and_all_can_be_reached_by_keyboard(
    filled: Filled, chromium: Browser, path: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, locale="zh-CN")
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{filled.service.url}{path}?f=html")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tables = page.evaluate(
        "[...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0).length"
    )
    assert tables == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.close()
    assert said == []
    assert len(asked) == 1
