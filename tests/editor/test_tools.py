"""Lasso, line, merge, lock, rename, find and keys in a real browser, on a plan that is really redrawn."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.editor.lattice import COMMUNITY, atom_id
from tests.editor.opened import Opened, opened


@pytest.fixture
def shown(chromium: Browser) -> Iterator[Opened]:
    """The lattice in the editor."""
    with opened(chromium) as editor:
        yield editor


def test_lasso_picks_and_moves_into_the_active_grid(shown: Opened) -> None:
    shown.click(1, 6)
    shown.page.keyboard.press("l")
    shown.drag((5.6, 7.4), (7.4, 7.4), (7.4, 5.6), (5.6, 5.6))
    bar = shown.page.locator(".gp-bar-actions")
    expect(bar).to_contain_text("4 buildings, 40 households")
    shown.page.keyboard.press("m")
    shown.settled(2)
    moved = [atom_id(column, row) for column in (6, 7) for row in (6, 7)]
    assert shown.plan.asked[0]["operations"] == [{"operation": "move", "atoms": moved, "to": f"{COMMUNITY}001"}]
    assert shown.plan.households() == [280, 200, 240, 240]
    expect(bar).to_be_hidden()


def test_new_grid_of_picked_buildings_is_out_of_range_and_found(shown: Opened) -> None:
    shown.page.keyboard.press("l")
    shown.drag((-0.6, 7.6), (1.4, 7.6), (1.4, 3.6), (-0.6, 3.6))
    shown.page.get_by_role("button", name="New grid").click()
    shown.settled(2)
    assert sorted(shown.plan.households()) == [80, 160, 240, 240, 240]
    assert shown.of("e.model.live.length") == 5
    shown.rest()
    assert shown.of("[...e.view.signs.marked].length") == 2, "both parts are hatched"
    shown.page.get_by_role("tab", name="Findings").click()
    findings = shown.page.locator(".gp-finding")
    expect(findings.first).to_contain_text("out of range")
    zoom = shown.of("e.view.map.getZoom()")
    findings.first.click()
    shown.rest()
    assert shown.of("e.view.map.getZoom()") > zoom


def test_a_finding_is_repaired_after_a_look_at_what_would_move(shown: Opened) -> None:
    lifted = [atom_id(column, row) for column in (0, 1) for row in (4, 5, 6, 7)]
    shown.plan.plan = shown.plan.plan.move(lifted, to=None)
    shown.page.reload()
    shown.rest()
    before = shown.plan.households()
    assert sorted(before) == [80, 160, 240, 240, 240]
    shown.page.get_by_role("tab", name="Findings").click()
    repair = shown.page.locator(".gp-finding").first.get_by_role("button", name="Repair")
    repair.click()
    bar = shown.page.locator(".gp-bar-actions")
    expect(bar).to_contain_text(
        re.compile(r"would move \d+ buildings with \d+ households\. Grids in range: 3 before, [45] after")
    )
    assert shown.of("e.view.map.getSource('trial')._data.geojson.features.length") > 0
    shown.page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert shown.of("e.view.map.getSource('trial')._data.geojson.features.length") == 0
    assert (shown.plan.households(), shown.of("e.model.revision")) == (before, 1), "nothing was done yet"
    repair.click()
    bar.get_by_role("button", name="Repair so").click()
    shown.settled(2)
    assert all(200 <= households <= 280 for households in shown.plan.households())
    expect(bar).to_be_hidden()
    shown.page.locator("[data-name=undo]").click()
    shown.settled(3)
    assert shown.plan.households() == before


def test_a_line_splits_the_grid_that_it_crosses(shown: Opened) -> None:
    shown.page.keyboard.press("s")
    shown.drag((2.5, 8.2), (2.5, 3.2))
    shown.page.get_by_role("button", name="Split 001 here").click()
    shown.settled(2)
    assert sorted(shown.plan.households()) == [120, 120, 240, 240, 240]


def test_grids_are_chosen_merged_and_locked(shown: Opened) -> None:
    shown.click(1, 6)
    shown.page.keyboard.down("Shift")
    shown.click(8, 6)
    shown.page.keyboard.up("Shift")
    expect(shown.page.locator(".gp-bar-actions")).to_contain_text("2 grids, 480 households")
    shown.page.keyboard.press("g")
    shown.settled(2)
    assert sorted(shown.plan.households()) == [240, 240, 480]
    shown.page.keyboard.press("k")
    shown.settled(3)
    assert shown.of("e.model.slots[e.active].row.locked") is True
    shown.page.keyboard.press("b")
    shown.drag((5, 6), (5, 2))
    expect(shown.page.locator(".gp-note")).to_contain_text("is locked")
    shown.click(2, 1)
    shown.page.keyboard.press("b")
    assert len(shown.plan.asked) == 2, "nothing was sent"


def test_a_refused_edit_is_taken_back_and_said(chromium: Browser) -> None:
    with opened(chromium, refused=409) as shown:
        shown.click(1, 6)
        shown.page.keyboard.press("l")
        shown.drag((9.4, 1.6), (10.6, 1.6), (10.6, 0.4), (9.4, 0.4))
        shown.page.keyboard.press("m")
        problem = shown.page.locator(".gp-problem")
        expect(problem).to_contain_text("share no line")
        expect(problem).to_contain_text(re.compile(r"GP\d{3}"))
        assert shown.plan.households() == [240] * 4
        assert shown.of("e.model.householdsOf(0)") == 240
        assert shown.of("e.model.shown.every((slot, atom) => slot === e.model.truth[atom])")


def test_rename_find_and_explain(shown: Opened) -> None:
    find = shown.page.locator(".gp-find")
    shown.page.keyboard.press("/")
    expect(find).to_be_focused()
    find.fill(atom_id(9, 1))
    find.press("Enter")
    expect(shown.page.locator(".gp-found")).to_have_text(f"Building {atom_id(9, 1)} in 东风社区第004网格")
    find.fill("003")
    find.press("Enter")
    assert shown.of("e.actions.number(e.active)") == "003"
    find.press("Escape")
    shown.page.keyboard.press("F2")
    field = shown.page.locator("dialog input")
    field.fill("河边网格")
    field.press("Enter")
    shown.settled(2)
    expect(shown.page.locator(".gp-card h3")).to_contain_text("河边网格")
    shown.page.get_by_role("button", name="Why?").click()
    expect(shown.page.locator("dialog")).to_contain_text("240 households; the rule asks for")


def test_the_list_by_keys(shown: Opened) -> None:
    box = shown.page.locator(".gp-long").first
    box.focus()
    shown.page.keyboard.press("End")
    shown.page.keyboard.press("Enter")
    assert shown.of("e.actions.number(e.active)") == "004"
    shown.page.keyboard.press("ArrowUp")
    shown.page.keyboard.press("Space")
    assert shown.of("e.chosen.size") == 1
    shown.page.keyboard.press("?")
    expect(shown.page.locator("dialog")).to_contain_text("Keys and help")
    shown.page.keyboard.press("Escape")
    expect(shown.page.locator("dialog")).to_have_count(0)


def test_language_is_changed_on_the_page(shown: Opened) -> None:
    shown.page.get_by_role("button", name="中文").click()
    expect(shown.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(shown.page.get_by_role("tab").first).to_contain_text("网格")
    assert shown.page.title().endswith("网格编辑")
    shown.page.get_by_role("button", name="English").click()
    expect(shown.page.get_by_role("tab").first).to_contain_text("Grids")
