"""Painting with the brush in a real browser: what is shown, what is sent, what comes back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.editor.lattice import COMMUNITY, HIGH, SOUTH, WEST, WIDE, atom_id
from tests.editor.opened import Opened, opened


@pytest.fixture
def shown(chromium: Browser) -> Iterator[Opened]:
    """The hand-drawn plan in the editor."""
    with opened(chromium) as editor:
        yield editor


def test_a_stroke_is_shown_while_the_button_is_down_and_sent_as_one_move(shown: Opened) -> None:
    shown.click(4, 6)
    shown.page.keyboard.press("b")
    shown.page.mouse.move(*shown.place(4, 6))
    shown.page.mouse.down()
    shown.page.mouse.move(*shown.place(7, 6), steps=8)
    live = shown.page.locator(".gp-live")
    expect(live).to_contain_text("+ 001260+20")
    expect(live).to_contain_text("− 002220−20")
    expect(shown.page.locator(".gp-active .gp-households")).to_have_text("260")
    assert shown.plan.asked == []
    shown.page.mouse.up()
    shown.settled(2)
    moved = {"operation": "move", "atoms": [atom_id(6, 6), atom_id(7, 6)], "to": f"{COMMUNITY}001"}
    assert [request["operations"] for request in shown.plan.asked] == [[moved]]
    assert shown.plan.households() == [260, 220, 240, 240]
    expect(live).to_be_hidden()


def test_undo_and_redo_by_keys(shown: Opened) -> None:
    shown.click(4, 6)
    shown.page.keyboard.press("b")
    shown.drag((4, 6), (7, 6))
    shown.settled(2)
    shown.page.keyboard.press("Control+z")
    shown.settled(3)
    assert shown.plan.households() == [240] * 4
    assert shown.of("e.model.householdsOf(0)") == 240
    shown.page.keyboard.press("Control+Shift+z")
    shown.settled(4)
    assert shown.of("e.model.householdsOf(0)") == 260
    shown.page.keyboard.press("Control+z")
    shown.settled(5)
    shown.page.keyboard.press("Control+y")
    shown.settled(6)
    assert shown.of("e.model.householdsOf(1)") == 220


def test_what_would_leave_a_grid_in_parts_is_kept_back_while_painting(shown: Opened) -> None:
    # A brush of the least size takes only what its middle crosses.
    shown.click(4, 6)
    shown.page.keyboard.press("b")
    shown.of("e.tools.brush.radius = 4")
    shown.page.mouse.move(*shown.place(5, 6))
    shown.page.mouse.down()
    # Round the corner of 002, which would be left behind in a part of its own.
    shown.page.mouse.move(*shown.place(6, 6), steps=4)
    shown.page.mouse.move(*shown.place(6, 5), steps=4)
    shown.page.mouse.move(*shown.place(7, 5), steps=4)
    shown.page.mouse.move(*shown.place(7, 7), steps=8)
    live = shown.page.locator(".gp-live")
    expect(live).to_contain_text("1 buildings not taken: their own grid would be cut apart.")
    assert shown.of("[...e.tools.brush.refused.keys()].map((atom) => e.model.ids[atom])") == [atom_id(7, 7)]
    expect(shown.page.locator(".gp-ring-no")).to_be_visible()
    # With the corner itself they go together.
    shown.page.mouse.move(*shown.place(6, 7), steps=4)
    expect(live).not_to_contain_text("not taken")
    expect(shown.page.locator(".gp-ring-no")).to_have_count(0)
    shown.page.mouse.up()
    shown.settled(2)
    moved = sorted(atom_id(*place) for place in ((6, 5), (6, 6), (6, 7), (7, 5), (7, 6), (7, 7)))
    assert sorted(shown.plan.asked[0]["operations"][0]["atoms"]) == moved
    assert shown.plan.households() == [300, 180, 240, 240]


def test_a_stroke_of_nothing_but_what_is_kept_back_is_not_sent(shown: Opened) -> None:
    shown.click(1, 6)
    shown.page.keyboard.press("b")
    shown.of("e.tools.brush.radius = 4")
    shown.drag((9, 6), (10, 6))
    expect(shown.page.locator(".gp-note")).to_contain_text("2 buildings not taken: they do not touch the grid.")
    assert shown.plan.asked == []
    assert shown.of("e.model.householdsOf(0)") == 240


def test_no_stroke_goes_across_a_line_that_no_grid_may_cross(shown: Opened) -> None:
    line = [[WEST + 6 * WIDE, SOUTH + 4.1 * HIGH], [WEST + 6 * WIDE, SOUTH + 8 * HIGH]]
    shown.of(f"e.actions.cannotCross({line})")
    shown.settled(2)
    shown.click(4, 6)
    shown.page.keyboard.press("b")
    shown.of("e.tools.brush.radius = 4")
    shown.drag((5, 6), (6, 6))
    expect(shown.page.locator(".gp-note")).to_contain_text("1 buildings not taken: they do not touch the grid.")
    shown.page.keyboard.press("Control+z")
    shown.settled(3)
    shown.drag((5, 6), (6, 6))
    shown.settled(4)
    assert shown.plan.households() == [250, 230, 240, 240]
