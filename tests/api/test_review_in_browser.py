"""Two planners in real browsers: one redraws and submits, the other sends back, approves, adopts; each sees the other at once."""

import io
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from gridplan.settings import Settings
from gridplan.store import Store, open_store
from tests.api.served import Served, served
from tests.api.test_editor_in_browser import Redrawing
from tests.editor.lattice import lattice_path, lattice_plan
from tests.provide.postgis import copied

#: Within which one planner sees what the other did: about a second, on a machine that does other things too.
SOON = 10_000


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the lattice, which asks who one is and adopts what is approved alone."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("review") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(lattice_plan())
        yield stack.enter_context(served(store, Settings(auth=True, approval=True)))


def token(store: Store, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {store.tokens.create(name=name, role='planner', days=1)[1]}"}


@contextmanager
def planner(chromium: Browser, service: Served, name: str, path: str) -> Iterator[Redrawing]:
    """Somebody's browser with the editor of a plan; a proxy before the service would say who they are."""
    view: ViewportSize = {"width": 1280, "height": 800}
    context = chromium.new_context(viewport=view, reduced_motion="reduce", extra_http_headers=token(service.store, name))
    shown = Redrawing(context.new_page(), service.url)
    shown.go(path)
    yield shown
    assert [said for said in shown.said if not said.startswith("Failed to load resource: the server responded")] == []
    context.close()


def step(page: Page, button: str, note: str) -> None:
    """Takes a step with a note."""
    page.locator(".gp-review").get_by_role("button", name=button, exact=True).click()
    dialog = page.locator("dialog")
    dialog.locator("textarea").fill(note)
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def buttons(page: Page) -> list[str]:
    return page.locator(".gp-review button").all_inner_texts()


def test_two_planners_bring_a_plan_to_its_adoption(guarded: Served, chromium: Browser) -> None:
    client, li = guarded.client, token(guarded.store, "li")
    made = client.post(f"{lattice_path()}/branches", json={"name": "草案"}, headers=li)
    draft = f"/plans/{made.json()['id']}"
    with (
        planner(chromium, guarded, "li", f"{draft}/editor?lang=zh") as one,
        planner(chromium, guarded, "wang", f"{draft}/editor?lang=en") as other,
    ):
        assert (buttons(one.page), buttons(other.page)) == (["提交"], ["Submit"])
        one.click(4, 6)
        one.page.keyboard.press("b")
        one.drag((4, 6), (7, 6))
        one.counted(260, 220, 240, 240)
        expect(other.page.locator(".gp-note")).to_contain_text("token:li edited this plan", timeout=SOON)
        other.counted(260, 220, 240, 240)

        step(one.page, "提交", "按物业意见调整")
        expect(one.page.locator(".gp-state")).to_have_text("已提交")
        assert buttons(one.page) == ["撤回"], "nobody approves what they submitted"
        expect(one.page.get_by_role("button", name="画笔：涂入当前网格")).to_be_disabled()
        expect(other.page.locator(".gp-state")).to_have_text("submitted", timeout=SOON)
        expect(other.page.locator(".gp-laststep")).to_contain_text("按物业意见调整")
        assert buttons(other.page) == ["Approve", "Send back"]

        other.page.locator(".gp-review").get_by_role("button", name="Send back").click()
        dialog = other.page.locator("dialog")
        dialog.get_by_role("button", name="Send back").click()
        expect(dialog).to_be_visible()
        dialog.locator("textarea").fill("Leave the corner house where it was")
        other.page.keyboard.press("Tab")
        other.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        expect(one.page.locator(".gp-state")).to_have_text("草稿", timeout=SOON)
        expect(one.page.locator(".gp-laststep")).to_contain_text("退回 · token:wang")
        expect(one.page.locator(".gp-laststep")).to_contain_text("Leave the corner house where it was")

        one.page.keyboard.press("Control+z")
        one.counted(240, 240, 240, 240)
        one.page.keyboard.press("b")
        one.drag((4, 6), (6, 6))
        one.counted(250, 230, 240, 240)
        other.counted(250, 230, 240, 240)
        step(one.page, "提交", "已改")
        expect(other.page.locator(".gp-state")).to_have_text("submitted", timeout=SOON)
        step(other.page, "Approve", "agreed")
        expect(one.page.locator(".gp-state")).to_have_text("已批准", timeout=SOON)
        expect(other.page.locator(".gp-review button")).to_have_text(["Send back", "Adopt"])
        step(other.page, "Adopt", "from the first of May")
        expect(one.page.locator(".gp-state")).to_have_text("已采用", timeout=SOON)
        assert buttons(one.page) == buttons(other.page) == []
        expect(one.page.locator(".gp-branch")).to_be_visible()

        one.page.get_by_role("tab", name="历史").click()
        told = one.page.locator(".gp-step").all_inner_texts()
        assert [line.partition(" · ")[0] for line in told] == ["采用", "批准", "提交", "退回", "提交"]
        with one.page.expect_download() as sent:
            one.page.get_by_role("link", name="Excel").click()
        sheet = openpyxl.load_workbook(io.BytesIO(sent.value.path().read_bytes())).worksheets[0]
        written = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
        assert {"token:wang", "from the first of May"} <= {part for cell in written for part in cell.split("：")}
        other.page.locator(".gp-held a").first.click()
        other.page.wait_for_url("**/adopted/*/collections")
        expect(other.page.locator("main")).to_contain_text("grids")
    assert client.get(draft, headers=li).json()["state"] == "adopted"


def test_a_step_on_what_somebody_changed_meanwhile_is_refused_and_keeps_its_note(guarded: Served, chromium: Browser) -> None:
    client, wang = guarded.client, token(guarded.store, "wang")
    draft = f"/plans/{client.post(f'{lattice_path()}/branches', headers=wang).json()['id']}"
    with planner(chromium, guarded, "li", f"{draft}/editor?lang=zh") as shown:
        page = shown.page
        for name in ("events", "changes?*"):
            page.route(f"**/editor/{name}", lambda route: route.abort())
        page.reload()
        shown.loaded()
        edit = {"operations": [{"operation": "lock", "all": True}]}
        assert client.post(f"{draft}/edits", json=edit, headers={"If-Match": "*", **wang}).status_code == 200
        page.locator(".gp-review").get_by_role("button", name="提交").click()
        dialog = page.locator("dialog")
        dialog.locator("textarea").fill("请批")
        dialog.get_by_role("button", name="提交", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text("修订号")
        expect(dialog.get_by_role("alert")).to_contain_text("GP424")
        expect(dialog.locator("textarea")).to_have_value("请批")
        # Without events and answers nothing is known of the edit; with them the same dialog goes on.
        page.unroute_all()
        until = time.monotonic() + SOON / 1000
        while shown.of("e.model.revision") == 1:
            assert time.monotonic() < until
            page.wait_for_timeout(50)
        dialog.get_by_role("button", name="提交", exact=True).click()
        expect(page.locator(".gp-state")).to_have_text("已提交")
        shown.said[:] = [said for said in shown.said if "ERR_FAILED" not in said]


def test_where_events_do_not_come_through_the_editor_looks_by_itself(guarded: Served, chromium: Browser) -> None:
    client, wang = guarded.client, token(guarded.store, "wang")
    draft = f"/plans/{client.post(f'{lattice_path()}/branches', headers=wang).json()['id']}"
    with planner(chromium, guarded, "li", f"{draft}/editor?lang=en") as shown:
        page = shown.page
        page.route("**/editor/events", lambda route: route.fulfill(status=503))
        page.reload()
        shown.loaded()
        assert client.post(f"{draft}/submission", json={}, headers={"If-Match": "*", **wang}).status_code == 200
        expect(page.locator(".gp-state")).to_have_text("submitted", timeout=SOON)
        expect(page.locator(".gp-note")).to_have_text("token:wang submitted this plan.")
        assert buttons(page) == ["Approve", "Send back"]
