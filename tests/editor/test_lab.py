"""The editor in a real JupyterLab: a community of Helsinki is painted, split, merged, locked and undone in a cell of a notebook.

The plan is the kernel's: what was done by hand is there in the next cell, and what Python does is shown in the cell above.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import gridplan as gp
from gridplan.plan import Plan
from tests.editor.lab import SECONDS, Lab, jupyterlab, write_notebook

KAMPPI = "000000184714"
BEGUN = {"001": 427, "002": 353, "003": 365, "004": 380}
CELLS = [
    'import json\nimport gridplan as gp\n\nplan = gp.read_plan("kamppi.gpkg")\nprint(plan.totals.grids, "grids")',
    'widget = gp.edit(plan, who="Liu", height=560)\nwidget',
    'print(*[json.loads(step)["operation"] for step in widget.plan.history.operation], *set(widget.plan.history.who))\n'
    "print(*widget.plan.grids.households)",
    f'widget.plan = widget.plan.unlock().rename("{KAMPPI}001", "North")\nwidget.plan = widget.plan.recount({{"r1691379": 90}})',
    'gp.write_plan(widget.plan, "redrawn.gpkg")\nprint("written")',
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the notebook."""
    made = tmp_path_factory.mktemp("lab")
    write_notebook(made / "redraw.ipynb", CELLS)
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The JupyterLab on it."""
    with jupyterlab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def plan(url: str, folder: Path) -> Plan:
    """The plan that the notebook reads: four grids."""
    made = gp.plan_town(gp.keep_communities(gp.demo_town(), ["Kamppi"]), scheme="default", seed=7)
    gp.write_plan(made, folder / "kamppi.gpkg")
    return made


def test_a_plan_is_redrawn_in_jupyterlab(url: str, folder: Path, plan: Plan, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1250, "height": 1000}, reduced_motion="reduce")
    lab = Lab(page, url, "redraw.ipynb")
    assert lab.run(0) == "4 grids\n"
    lab.run(1)
    lab.rest()
    assert lab.households() == BEGUN
    paint(lab)
    split_and_merge(lab)
    lock(lab)
    undo_and_redo(lab)
    page.keyboard.press("a")  # JupyterLab's key for a new cell, and none of the editor's.
    assert lab.cells.count() == len(CELLS), "the editor's keys are not the notebook's"
    assert lab.run(2) == "move split merge lock Liu\n427 328 365 405\n"
    lab.run(3)
    lab.settled(8)
    page.locator("[data-name=choose]").click()
    page.mouse.click(*lab.place("face-1"))
    expect(page.locator(".gp-card h3")).to_contain_text("North")
    assert lab.households()["001"] == 427 + 40
    assert lab.of("e.model.households[e.model.ids.indexOf('r1691379')]") == 90
    assert lab.run(4) == "written\n"
    read = gp.read_plan(folder / "redrawn.gpkg")
    again = plan.apply([json.loads(step) for step in read.history["operation"]])
    assert (again.atoms["grid"] == read.atoms["grid"]).all()
    assert again.totals == read.totals
    narrow(lab)
    page.close()
    assert lab.said == []
    assert [asked for asked in lab.asked if not asked.startswith((url, "data:", "blob:"))] == []


def paint(lab: Lab) -> None:
    """A block of 002 into 004."""
    lab.page.mouse.click(*lab.place("r167265"))
    lab.page.keyboard.press("b")
    lab.drag(lab.place("r167265"), lab.place("w123522918"))
    lab.settled(1)
    assert lab.households() == BEGUN | {"002": 328, "004": 405}


def split_and_merge(lab: Lab) -> None:
    """001 cut by a line, and put together again."""
    page = lab.page
    page.keyboard.press("s")
    lab.drag(lab.spot(24.934, 60.1680), lab.spot(24.943, 60.1680))
    page.get_by_role("button", name="Split 001 here").click()
    lab.settled(2)
    parts = lab.households()
    assert parts["001"] + parts["005"] == 427
    page.keyboard.press("v")
    page.mouse.click(*lab.place("face-1"))
    page.keyboard.down("Shift")
    page.mouse.click(*lab.place("w123524667"))
    page.keyboard.up("Shift")
    expect(page.locator(".gp-bar-actions")).to_contain_text("2 grids, 427 households")
    page.keyboard.press("g")
    lab.settled(3)


def lock(lab: Lab) -> None:
    """003 locked: the brush says so, and Python refuses what the page lets through."""
    page = lab.page
    page.mouse.click(*lab.place("r1689674"))
    page.keyboard.press("k")
    lab.settled(4)
    page.keyboard.press("b")
    lab.drag(lab.place("r1689674"), lab.place("r167265"))
    expect(page.locator(".gp-note")).to_contain_text("Grid 003 is locked")
    page.keyboard.press("l")
    page.mouse.click(*lab.place("r1689675"))
    page.keyboard.press("n")
    problem = page.locator(".gp-problem")
    expect(problem).to_contain_text("locked", timeout=60_000)
    expect(problem).to_contain_text("GP2")
    assert lab.of("e.model.revision") == 4, "a refused edit changes nothing"


def undo_and_redo(lab: Lab) -> None:
    locked = "e.model.slots[e.model.slotOf.get('000000184714003')].row.locked"
    lab.page.keyboard.press("Control+z")
    lab.settled(5)
    assert lab.of(locked) is False
    lab.page.keyboard.press("Control+Shift+z")
    lab.settled(6)
    assert lab.of(locked) is True


def narrow(lab: Lab) -> None:
    """In a narrow cell the panel goes below the map."""
    lab.page.set_viewport_size({"width": 700, "height": 1000})
    below = "(part) => document.querySelector('.gp-panel').getBoundingClientRect().top >= part.getBoundingClientRect().bottom - 1"
    lab.page.wait_for_function(below, arg=lab.page.query_selector(".gp-stage"), timeout=SECONDS)
    lab.rest()
