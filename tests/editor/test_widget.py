"""The notebook's widget, its messages carried between a real Python widget and its module in a real browser."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gridplan.editor.widget import EditorWidget
from tests.editor.lattice import lattice_plan
from tests.editor.redrawn import Redrawn

#: What anywidget hands to a module: the widget's values, and messages both ways.
MODEL = """async ({ module, style, values }) => {
  const hears = [];
  const model = { get: (name) => values[name], send: (message) => toPython(message) };
  Object.assign(model, { on: (_, act) => hears.push(act), off: () => hears.pop() });
  globalThis.fromPython = (message, buffers) => hears.forEach((act) =>
    act(message, buffers.map((text) => new DataView(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer))));
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  const made = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
  globalThis.cell = document.body.appendChild(document.createElement("div"));
  globalThis.leave = await made.default.render({ model, el: cell });
}"""


class Carried(EditorWidget):
    """The widget, whose messages to the browser are kept until they are carried there."""

    sent: list[tuple[dict[str, Any], list[bytes]]]

    def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.sent.append((content, buffers or []))

    def carry(self, page: Page) -> None:
        """Hands what was sent to the browser."""
        while self.sent:
            message, buffers = self.sent.pop(0)
            texts = [base64.b64encode(buffer).decode() for buffer in buffers]
            page.evaluate("([message, buffers]) => fromPython(message, buffers)", [message, texts])


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page, which may say nothing on the console and ask nobody for anything."""
    page = chromium.new_page(viewport={"width": 1000, "height": 700}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("blob:") else None)
    yield page
    page.close()
    assert said == []


def test_the_widget_paints_and_undoes(page: Page) -> None:
    changed: list[str] = []
    session = Redrawn(lattice_plan())
    widget = Carried(session, language="zh", changed=lambda: changed.append(session.plan.id))
    widget.sent = []
    page.expose_function("toPython", lambda message: widget._handle_custom_msg(message, []))
    values = {"height": widget.height, "options": json.loads(json.dumps(widget.options))}
    page.evaluate(
        f"(given) => {{ globalThis.begun = ({MODEL})(given); }}", {"module": widget._esm, "style": widget._css, "values": values}
    )
    for _ in range(400):
        page.wait_for_timeout(50)
        widget.carry(page)
        if page.evaluate("() => !!globalThis.leave"):
            break
    expect(page.locator(".gp-title")).to_have_text("东风社区")
    # A notebook has no planners who approve.
    expect(page.locator(".gp-review")).to_be_hidden()
    expect(page.locator(".gp-map")).to_have_attribute("aria-busy", "false", timeout=60_000)
    editor = "cell.editor.editor"
    page.evaluate(
        f"() => {{ const e = {editor}; e.activate(0); e.moveAtoms([...e.model.slots[1].atoms].filter("
        f"(atom) => e.model.ids[atom].startsWith('楼-06')), 0); }}"
    )
    for _ in range(100):
        page.wait_for_timeout(50)
        widget.carry(page)
        if page.evaluate(f"() => {editor}.model.revision === 2"):
            break
    assert session.households() == [280, 200, 240, 240]
    assert changed == [session.plan.id]
    assert page.evaluate(f"() => {editor}.model.householdsOf(0)") == 280
    page.evaluate("() => leave()")
    expect(page.locator(".gp-frame")).to_have_count(0)
