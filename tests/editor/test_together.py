"""Two planners on one plan: edits of others are shown, an edit on an older revision is asked about and never lost."""

from playwright.sync_api import Browser, expect

from tests.editor.lattice import COMMUNITY, atom_id
from tests.editor.opened import Opened, opened


def other_moves(shown: Opened, *atoms: str, to: str) -> None:
    """What somebody else does at the same time."""
    request = {
        "request": 1,
        "revision": shown.plan.revision,
        "operations": [{"operation": "move", "atoms": list(atoms), "to": f"{COMMUNITY}{to}"}],
        "note": "",
    }
    assert "patch" in shown.plan.answer(request, who="李四")


def test_edits_of_others_are_shown_with_their_name(chromium: Browser) -> None:
    with opened(chromium) as shown:
        other_moves(shown, atom_id(6, 1), to="003")
        expect(shown.page.locator(".gp-note")).to_contain_text("李四 edited this plan")
        shown.settled(2)
        assert shown.of("e.model.householdsOf(2)") == 250
        shown.page.get_by_role("tab", name="History").click()
        expect(shown.page.locator(".gp-history")).to_contain_text("Move · 李四")


def test_conflict_is_shown_and_mine_applied_again(chromium: Browser) -> None:
    with opened(chromium, every=60_000, refused=412) as shown:
        other_moves(shown, atom_id(6, 1), to="003")
        shown.click(4, 6)
        shown.page.keyboard.press("b")
        shown.drag((4, 6), (6, 6))
        dialog = shown.page.locator("dialog")
        expect(dialog).to_contain_text("Somebody else edited this plan")
        expect(dialog).to_contain_text("李四")
        expect(dialog).to_contain_text("1 buildings into grid 001")
        dialog.get_by_role("button", name="Apply mine again").click()
        shown.settled(3)
        assert shown.plan.households() == [250, 230, 250, 230]


def test_conflict_over_the_same_building_is_given_up_and_stays_picked(chromium: Browser) -> None:
    with opened(chromium, every=60_000, refused=412) as shown:
        other_moves(shown, atom_id(5, 6), to="002")
        shown.click(8, 6)
        shown.page.keyboard.press("b")
        shown.drag((8, 6), (4.8, 6))
        dialog = shown.page.locator("dialog")
        expect(dialog).to_contain_text("touches the same buildings")
        expect(dialog.get_by_role("button", name="Apply mine again")).to_be_disabled()
        dialog.get_by_role("button", name="Give mine up").click()
        shown.settled(2)
        assert shown.plan.households() == [230, 250, 240, 240]
        assert shown.of("[...e.picks].length") >= 1, "what was painted can be moved by one key"
