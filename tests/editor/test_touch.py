"""Touch and base maps: one finger paints, two move the map; nothing is asked of another server before it is chosen."""

from playwright.sync_api import Browser, CDPSession, expect

from tests.editor.opened import opened


def touch(session: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    """Sends one touch event with a finger at each place."""
    points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_one_finger_paints_and_two_move_the_map(chromium: Browser) -> None:
    phone = {"width": 390, "height": 780}
    with opened(chromium, viewport=phone, has_touch=True, is_mobile=True) as shown:
        session = shown.page.context.new_cdp_session(shown.page)
        shown.page.touchscreen.tap(*shown.place(4, 6))
        expect(shown.page.locator(".gp-card h3")).to_contain_text("第001网格")
        shown.page.locator("[data-name=brush]").tap()
        center = shown.of("e.view.map.getCenter().toArray()")
        touch(session, "touchStart", shown.place(5, 6))
        touch(session, "touchMove", shown.place(5.6, 6))
        touch(session, "touchMove", shown.place(6, 6))
        touch(session, "touchEnd")
        shown.settled(2)
        assert shown.plan.households()[0] > 240
        assert shown.of("e.view.map.getCenter().toArray()") == center, "the map stayed"
        zoom, (x, y) = shown.of("e.view.map.getZoom()"), shown.place(6, 4)
        touch(session, "touchStart", (x - 30, y))
        touch(session, "touchStart", (x - 30, y), (x + 30, y))
        for step in range(1, 7):
            touch(session, "touchMove", (x - 30 - 8 * step, y), (x + 30 + 8 * step, y))
        touch(session, "touchEnd")
        shown.rest()
        assert shown.of("e.view.map.getZoom()") > zoom
        assert shown.plan.revision == 2, "two fingers paint nothing"


def test_a_base_map_is_asked_for_only_when_chosen(chromium: Browser) -> None:
    with opened(chromium) as shown:
        shown.page.locator("[data-name=layers]").click()
        own = shown.page.get_by_role("radio", name="Own tiles")
        own.check()
        assert shown.of("e.view.map.getLayer('base-0') === undefined"), "no address yet"
        address = shown.page.get_by_label("Address (z")
        address.fill("/tiles/{z}/{x}/{y}.png")
        address.press("Tab")
        shown.page.get_by_label("Credit").fill("© 自己的瓦片")
        shown.page.get_by_label("Credit").press("Tab")
        expect(shown.page.locator(".gp-credit")).to_have_text("© 自己的瓦片")
        assert shown.of("e.view.map.getStyle().sources['base-0'].tiles[0]") == f"{shown.url}tiles/{{z}}/{{x}}/{{y}}.png"
        shown.page.get_by_role("radio", name="None").check()
        assert shown.of("e.view.map.getLayer('base-0') === undefined")
        expect(shown.page.locator(".gp-credit")).to_have_text("")
        shown.said[:] = [said for said in shown.said if "404" not in said]
