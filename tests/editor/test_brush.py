"""Painting with the brush in a real browser: what is shown, what is sent, what comes back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.editor.lattice import COMMUNITY, atom_id
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
