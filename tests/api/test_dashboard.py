"""The dashboard in a real browser: what it shows of a plan is what the service tells, by area and by layer."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from gridplan.analysis import joined_services, measure
from gridplan.settings import Settings
from gridplan.sources import demo_town
from gridplan.store import MEASURING, Editor, open_store
from tests.api.served import Served, served
from tests.places import demo_plan

WHO = Editor("li", "planner")
KINDS = ["library", "pharmacy"]
SECONDS = 60_000


@pytest.fixture(scope="module")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the shipped plan, its distances measured."""
    plan, town = demo_plan(), demo_town()
    found = measure(plan, town, joined_services(town.services, None), kinds=KINDS)
    with ExitStack() as stack:
        store = stack.enter_context(open_store(tmp_path_factory.mktemp("dashboard") / "plans.gpkg"))
        store.save_plan(plan)
        job = store.jobs.create(MEASURING, {}, WHO).id
        store.jobs.claim("me")
        about = {"town": "helsinki", "kinds": KINDS, "counts": {}}
        store.coverages.finish(job, "me", plan.id, found.distances, about=about, result={})
        for row, (name, building) in enumerate(zip(plan.buildings["grid"], plan.buildings.geometry, strict=True)):
            if row % 20 == 0:
                place = building.representative_point()
                closed = {"stage": "closed", "closed_at": "2026-03-03T08:00:00Z"} if row % 60 else {"stage": "collected"}
                facts = {"kind": "noise", "reported_at": "2026-03-01T08:00:00Z", "grid": name, **closed}
                shape = {"type": "Point", "coordinates": [place.x, place.y]}
                store.registers.create("incidents", {"type": "Feature", "geometry": shape, "properties": facts}, WHO)
        worker = {"name": "Li", "post": "grid worker", "grid": plan.grids["code"].iloc[0]}
        store.registers.create("staff", {"type": "Feature", "geometry": None, "properties": worker}, WHO)
        group = {"organisation": "p1", "name": "P", "kind": "party_group", "form": "joint", "level": "grid"}
        for zone in plan.grids["code"].iloc[:3]:
            store.registers.create(
                "organisations", {"type": "Feature", "geometry": None, "properties": {**group, "zone": zone}}, WHO
            )
        yield stack.enter_context(served(store, Settings()))


def opened(chromium: Browser, address: str, *, width: int = 1280) -> tuple[Page, list[str], list[str]]:
    """The page when its map is drawn, what the console said, and the hosts that were asked."""
    page = chromium.new_page(viewport={"width": width, "height": 1500}, locale="zh-CN")
    said: list[str] = []
    hosts: list[str] = []
    page.on(
        "console",
        lambda message: (
            said.append(message.text) if message.type in ("error", "warning") and "GPU stall" not in message.text else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: hosts.append(urlsplit(request.url).netloc))
    page.goto(address)
    settled(page)
    return page, said, hosts


def settled(page: Page) -> None:
    for place in ("body", "#map"):
        expect(page.locator(place)).to_have_attribute("aria-busy", "false", timeout=SECONDS)


@pytest.mark.parametrize(("language", "word"), [("en", "Grids against the rules"), ("zh", "网格与规则")])
def test_the_numbers_are_those_of_the_plan_and_of_the_area(helsinki: Served, chromium: Browser, language: str, word: str) -> None:
    page, said, hosts = opened(chromium, f"{helsinki.url}/?f=html&lang={language}")
    plan = demo_plan()
    assert page.inner_text(".card.rules h2") == word
    told = page.inner_text(".card.rules")
    assert f"{len(plan.grids)}" in told
    assert f"{plan.grids['households'].sum():,}" in told
    (whole,) = helsinki.client.get(
        f"/plans/{plan.id}/coverage", params={"by": "town", "within": "500", "kind": "library"}
    ).json()["rows"]
    assert f"{100 * whole['share']:.2f}" in page.inner_text(".card.coverage")
    incidents = helsinki.client.get("/stats/incidents", params={"plan": plan.id, "by": "community"}).json()["total"]
    assert incidents["closed"] < incidents["accepted"] == incidents["reported"]
    told = page.inner_text(".card.incidents")
    assert f"{100 * incidents['closed'] / incidents['accepted']:.2f}" in told
    assert f"{incidents['reported']}" in told
    people = page.inner_text(".card.people")
    for count in (1, 3):
        assert f"{100 * count / len(plan.grids):.2f}" in people
    assert page.inner_text("h1") == plan.fact("name")
    community = plan.communities.iloc[1]
    page.select_option("#area", community["code"])
    assert page.inner_text("h1") == f"{community['name']} · {community['code']}"
    assert page.evaluate("Dashboard.drawn.getFilter('chosen')")[2] == ["literal", [community["code"]]]
    assert f"{community['households']:,}" in page.inner_text(".card.rules")
    assert f"area={community['code']}" in page.evaluate("location.hash")
    rows = helsinki.client.get(
        f"/plans/{plan.id}/coverage", params={"by": "community", "within": "500", "kind": "library"}
    ).json()["rows"]
    (row,) = [each for each in rows if each["code"] == community["code"]]
    assert f"{100 * row['share']:.2f}" in page.inner_text(".card.coverage")
    settled(page)
    assert said == []
    assert set(hosts) == {urlsplit(helsinki.url).netloc}
    page.close()


def test_the_map_is_coloured_by_the_layer_and_the_address_keeps_the_choices(helsinki: Served, chromium: Browser) -> None:
    page, said, _ = opened(chromium, f"{helsinki.url}/?f=html&lang=en")
    plan = demo_plan()
    rows = helsinki.client.get(f"/plans/{plan.id}/coverage", params={"by": "grid", "within": "500", "kind": "library"}).json()[
        "rows"
    ]
    page.select_option("#layer", "coverage:library")
    expect(page.locator("#legend-title")).to_have_text("library: households within 500 m", timeout=SECONDS)
    values = page.evaluate("Dashboard.values")
    assert {row["code"]: values[row["code"]] for row in rows} == {row["code"]: row["share"] for row in rows}
    assert set(values) == {*plan.grids["code"], *plan.communities["code"]}
    state = page.evaluate(
        "code => Dashboard.drawn.getFeatureState({ source: 'plan', sourceLayer: 'grids', id: code })", rows[0]["code"]
    )
    assert state == {"value": rows[0]["share"]}
    assert len(page.query_selector_all("#legend li")) == 6
    kept = page.evaluate("location.href")
    page.close()
    again, more, _ = opened(chromium, kept)
    assert again.evaluate("document.getElementById('layer').value") == "coverage:library"
    assert again.inner_text("#legend-title") == "library: households within 500 m"
    again.mouse.move(640, 900)
    expect(again.locator("#tip")).to_be_visible(timeout=SECONDS)
    assert "households" in again.inner_text("#tip")
    again.close()
    assert said == more == []


def test_a_phone_has_it_all_in_one_column(helsinki: Served, chromium: Browser) -> None:
    page, said, _ = opened(chromium, f"{helsinki.url}/?f=html", width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert said == []
    page.close()


def test_a_planner_has_distances_measured_from_the_page(tmp_path: Path, chromium: Browser) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(demo_plan())
        store.save_town("helsinki", demo_town())
        with served(store, Settings()) as service:
            page, said, _ = opened(chromium, f"{service.url}/?f=html&lang=en")
            page.click(".card.coverage button")
            expect(page.locator(".card.coverage .share").first).to_be_visible(timeout=SECONDS)
            settled(page)
            assert len(page.query_selector_all(".card.coverage > .share")) == 6
            names = page.locator(".card.coverage .share .line span").all_text_contents()
            kinds = service.client.get(f"/plans/{demo_plan().id}/coverage", params={"by": "town"}).json()["measured"]["about"][
                "kinds"
            ]
            assert len(names) == len(kinds) > 6
            assert names[:3] == ["clinic", "school", "market"], "what is needed every day stands first"
            assert page.inner_text(".card.coverage summary") == f"{len(kinds) - 6} more"
            assert not page.locator(".card.coverage details .share").first.is_visible()
            page.click(".card.coverage summary")
            assert page.locator(".card.coverage details .share").first.is_visible()
            assert "coverage:school" in page.inner_html("#layer")
            assert said == []
            page.close()


def test_a_stranger_sees_it_without_what_is_for_planners(tmp_path: Path, chromium: Browser) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(demo_plan())
        with served(store, Settings(auth=True)) as service:
            page, said, _ = opened(chromium, f"{service.url}/?f=html&lang=en")
            assert f"{len(demo_plan().grids)}" in page.inner_text(".card.rules")
            assert page.query_selector(".card.coverage button") is None
            assert "plans in force alone" in page.inner_text(".card.incidents")
            assert said == []
            page.close()


def test_strangers_read_the_rates_that_the_service_tells_them(helsinki: Served, chromium: Browser) -> None:
    plan = demo_plan()
    helsinki.store.adoptions.adopt(plan.id, None, WHO)
    with served(helsinki.store, Settings(auth=True)) as service:
        told = service.client.get("/stats/incidents", params={"plan": plan.id, "by": "community"}).json()
        assert told["disclosed"]["round_to"] == 5
        page, said, _ = opened(chromium, f"{service.url}/?f=html&lang=en")
        card = page.inner_text(".card.incidents")
        assert f"{100 * told['total']['closure_rate']:.0f}\u202f%" in card
        assert "." not in "".join(page.locator(".card.incidents strong").all_inner_texts())
        assert "Reported in 2026-03. Of months that have ended, each number to the nearest 5." in card
        for row in told["rows"]:
            page.select_option("#area", row["community"])
            rate = f"{100 * row['closure_rate']:.0f}\u202f%" if row["closure_rate"] is not None else "–"
            assert page.inner_text(".card.incidents .share strong >> nth=0") == rate
        assert said == []
        page.close()


def test_no_card_waits_for_a_slower_one_nor_for_one_that_fails(helsinki: Served, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 1500})
    held: list[Route] = []
    page.route("**/stats/incidents?*by=community*", lambda route: held.append(route))
    page.route("**/stats/staffing?*", lambda route: route.fulfill(status=503, json={"detail": "GP000 busy"}))
    page.goto(f"{helsinki.url}/?f=html&lang=en")
    expect(page.locator(".card.coverage .share").first).to_be_visible(timeout=SECONDS)
    expect(page.locator(".card.people")).to_contain_text("This could not be shown: GP000 busy")
    expect(page.locator("#map")).to_have_attribute("aria-busy", "false", timeout=SECONDS)
    assert page.inner_text(".card.incidents .hint") == "Being read …"
    assert page.locator("#layer option").all_inner_texts()[:3] == ["Rules", "Households", "pharmacy: households within 500 m"]
    page.select_option("#layer", "households")
    assert len(held) == 1
    held[0].continue_()
    settled(page)
    assert "Reported " in page.inner_text(".card.incidents")
    assert page.input_value("#layer") == "households"
    assert "closed" in page.evaluate("[...document.getElementById('layer').options].map(each => each.value)")
    page.close()


def test_what_lies_in_no_grid_is_told(helsinki: Served, chromium: Browser) -> None:
    far = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10, 50]}}
    facts = {"kind": "noise", "reported_at": "2026-01-01T08:00:00Z", "stage": "collected"}
    helsinki.store.registers.create("incidents", {**far, "properties": facts}, WHO)
    page, _, _ = opened(chromium, f"{helsinki.url}/?f=html&lang=zh")
    told = helsinki.client.get("/stats/incidents", params={"plan": demo_plan().id, "by": "community"}).json()
    card = page.inner_text(".card.incidents")
    assert f"{told['total']['reported']}" in card
    assert "上报时间：2026-01 至 2026-03。其中 1 件不在任何网格内或没有位置。" in card
    community = demo_plan().communities["code"].iloc[0]
    page.select_option("#area", community)
    (row,) = [each for each in told["rows"] if each["community"] == community]
    card = page.inner_text(".card.incidents")
    assert f"{row['reported']}" in card
    assert "另有 1 件不在任何网格内或没有位置，未计入。" in card
    page.close()


def test_without_its_town_nothing_can_be_measured_and_that_is_said(tmp_path: Path, chromium: Browser) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(demo_plan())
        with served(store, Settings()) as service:
            page, _, _ = opened(chromium, f"{service.url}/?f=html&lang=en")
            assert page.query_selector(".card.coverage button") is None
            assert "gridplan serve PLAN --town TOWN" in page.inner_text(".card.coverage")
            page.close()
            answer = service.client.post(f"/plans/{demo_plan().id}/coverage", json={})
            assert (answer.status_code, answer.json()["code"]) == (409, "GP462")
            assert service.client.get("/jobs").json()["jobs"] == []


def test_without_a_plan_it_says_so(empty_service: Served, chromium: Browser) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{empty_service.url}/?f=html&lang=zh")
    assert "还没有方案" in page.inner_text("main")
    page.close()
    assert said == []
