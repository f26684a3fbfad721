"""A real JupyterLab with a real kernel, and a notebook of it in a browser that reaches nothing else."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.provide.need import needed

SECONDS = 120_000
TOKEN = "of-the-test"
EDITOR = "document.querySelector('.gp-editor').editor.editor"
#: Nothing is asked of a server of news or versions.
NOTIFICATIONS = {"fetchNews": "false", "checkForUpdates": False}


@contextmanager
def jupyterlab(place: Path, *, theme: str = "JupyterLab Light") -> Iterator[str]:
    """The address of a JupyterLab on the files of a folder; what it keeps is kept there too, nothing in the user's home."""
    needed("JupyterLab is not installed: pip install jupyterlab", importlib.util.find_spec("jupyterlab"))
    kept = {name: place / ".jupyter" / name for name in ("config", "data", "runtime", "settings", "workspaces")}
    settings = kept["settings"] / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(NOTIFICATIONS))
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(kept["config"]),
        "JUPYTER_DATA_DIR": str(kept["data"]),
        "JUPYTER_RUNTIME_DIR": str(kept["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(kept["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(kept["workspaces"]),
    }
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}"]
    options += ["--LabApp.extension_manager=readonly", f"--ServerApp.root_dir={place}"]
    log = place / ".jupyter" / "log"
    with log.open("w") as said:
        command = [sys.executable, "-m", "jupyterlab", *options]
        process = subprocess.Popen(command, cwd=place, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield _address(process, kept["runtime"], log)
        finally:
            process.terminate()
            process.wait(60)


def _address(process: "subprocess.Popen[bytes]", runtime: Path, log: Path) -> str:
    """Where the server listens, which it writes into a file once it does."""
    until = time.monotonic() + SECONDS / 1000
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        for path in runtime.glob("jpserver-*.json"):
            if (text := path.read_text()).endswith("}"):
                return str(json.loads(text)["url"])
        time.sleep(0.05)


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of these cells of code."""
    import nbformat  # it compiles grammars when imported, which each worker would

    made = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # it has no types
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],  # type: ignore[no-untyped-call]
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(made, path)  # type: ignore[no-untyped-call]


class Lab:
    """A notebook in JupyterLab, and the editor that one of its cells shows."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page, self.url = page, url
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(f"{url}lab/tree/{name}?token={TOKEN}")
        page.get_by_text(re.compile(r"\| Idle$")).wait_for(timeout=SECONDS)
        page.get_by_role("button", name="File Browser").or_(page.locator("[data-id=filebrowser]")).first.click()

    @property
    def cells(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-CodeCell")

    def run(self, number: int) -> str:
        """Runs a cell, and gives what it prints."""
        cell = self.cells.nth(number)
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(cell.locator(".jp-InputArea-prompt")).to_have_text(re.compile(r"\[\d+\]:"), timeout=SECONDS)
        return "".join(cell.locator(".jp-OutputArea-output").all_text_contents())

    def of(self, expression: str) -> Any:
        """The value of an expression about the editor ``e``."""
        return self.page.evaluate(f"() => {{ const e = {EDITOR}; return {expression}; }}")

    def settled(self, revision: int) -> None:
        """Waits until the editor shows a revision, and has drawn it."""
        self.page.wait_for_function(f"(revision) => {EDITOR}.model.revision === revision", arg=revision, timeout=SECONDS)
        self.rest()

    def rest(self) -> None:
        """Waits until every edit is answered and the map has drawn all that it has."""
        for part in (".gp-editor", ".gp-map"):
            expect(self.page.locator(part)).to_have_attribute("aria-busy", "false", timeout=SECONDS)
        self.page.wait_for_function(f"() => !{EDITOR}.frame", timeout=SECONDS)

    def place(self, atom: str) -> tuple[float, float]:
        """Where the inner place of an atom is on the screen."""
        inside = "[...e.model.land.inside.slice(2 * atom, 2 * atom + 2)]"
        return self.on_map(f"const atom = e.model.ids.indexOf('{atom}'); const place = e.model.land.lonlat(...{inside})")

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is on the screen."""
        return self.on_map(f"const place = [{lon}, {lat}]")

    def on_map(self, place: str) -> tuple[float, float]:
        self.page.locator(".gp-map").scroll_into_view_if_needed()
        x, y = self.of(f"(() => {{ {place}; const at = e.view.map.project(place); return [at.x, at.y]; }})()")
        box = self.page.locator(".gp-map").bounding_box()
        assert box is not None
        return x + box["x"], y + box["y"]

    def drag(self, *places: tuple[float, float]) -> None:
        """Moves the mouse with its button down from place to place."""
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=6)
        self.page.mouse.up()

    def households(self) -> dict[str, int]:
        """Households of each grid as the editor shows them, by the grid's number."""
        shown: dict[str, int] = self.of(
            "Object.fromEntries(e.model.live.map((slot) => [e.model.slots[slot].row.number, e.model.householdsOf(slot)]))"
        )
        return dict(sorted(shown.items()))
