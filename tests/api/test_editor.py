"""The editor behind the service: page, files, scene, edits, changes of others, refusals."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.editor.lattice import COMMUNITY, atom_id, lattice_path, lattice_plan
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, sample_plan

NW, NE, SW, SE = (f"{COMMUNITY}00{number}" for number in (1, 2, 3, 4))


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the lattice, and a plan without atoms."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("editor") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        store.save_plan(lattice_plan())
        yield stack.enter_context(served(store, Settings()))


@pytest.fixture
def here(service: Served) -> str:
    """The path of the editor of a new branch."""
    answer = service.client.post(f"{lattice_path()}/branches", json={"name": "草案"})
    assert answer.status_code == 201
    return f"/plans/{answer.json()['id']}/editor"


def move(*places: tuple[int, int], to: str) -> dict[str, Any]:
    return {"operation": "move", "atoms": [atom_id(*place) for place in places], "to": to}


def asked(revision: int, *operations: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return {"request": number, "revision": revision, "operations": [*operations], "note": None}


def test_the_page_and_its_files(service: Served) -> None:
    client = service.client
    answer = client.get("/editor?lang=zh")
    assert answer.status_code == 303
    current = client.get("/plans").json()["plans"][0]["id"]
    assert answer.headers["location"] in {f"plans/{each}/editor?lang=zh" for each in (current, PLAN_ID, lattice_plan().id)}
    page = client.get(f"{lattice_path()}/editor?lang=zh")
    assert page.status_code == 200
    assert (page.headers["content-type"], page.headers["content-language"]) == ("text/html; charset=utf-8", "zh")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.search(r"<script(?![^>]*(src=|application/json))", page.text) is None
    for name in [*re.findall(r'(?:src|href)="\.\./\.\./(editor/[\w.]+)"', page.text), "editor/worker.js"]:
        file = client.get(f"/{name}")
        assert file.status_code == 200
        assert file.headers["x-content-type-options"] == "nosniff"
        again = client.get(f"/{name}", headers={"If-None-Match": file.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "fetch(" in client.get("/editor/editor.js").text
    told(client.get("/editor/nosuch.js"), 404, "GP511")
    told(client.get("/editor/..%2Fmodule.py"), 404, "GP511")
    told(client.get(f"{lattice_path()}/editor?nosuch=1"), 400, "GP501")


def test_the_scene_tells_all_that_is_drawn(service: Served, here: str) -> None:
    answer = service.client.get(f"{here}/scene")
    assert answer.headers["cache-control"] == "no-store"
    scene = answer.json()
    assert (scene["name"], scene["revision"], scene["state"], scene["editable"]) == ("草案", 1, "draft", True)
    assert len(scene["atoms"]["id"]) == 96
    assert [row["households"] for row in scene["grids"]] == [240] * 4
    assert scene["history"] == {"undo": 0, "redo": 0, "edits": []}
    parent = service.client.get(f"{lattice_path()}/editor/scene").json()
    assert (parent["editable"], parent["arcs"]) == (False, scene["arcs"])
    # A plan of which no atoms are known can be shown in the viewer alone.
    told(service.client.get(f"/plans/{PLAN_ID}/editor/scene"), 409, "GP230")


def test_edits_are_answered_with_what_changed(service: Served, here: str) -> None:
    client = service.client
    answer = client.post(f"{here}/edits", json=asked(1, move((6, 6), to=NW), number=7)).json()
    patch = answer["patch"]
    assert answer["request"] == 7
    assert {row["code"]: row["households"] for row in patch["grids"]} == {NW: 250, NE: 230}
    assert (patch["atoms"]["grid"], patch["gone"], patch["whole"]) == ([NW], [], False)
    assert [(each["operation"], each["who"]) for each in patch["history"]["edits"]] == [("move", "local")]
    merged = client.post(f"{here}/edits", json=asked(answer["revision"], {"operation": "merge", "grids": [SW, SE]})).json()
    assert merged["patch"]["gone"] == [SE]
    undone = client.post(f"{here}/edits", json=asked(merged["revision"], {"operation": "undo"})).json()["patch"]
    assert {row["code"]: row["households"] for row in undone["grids"]} == {SW: 240, SE: 240}
    assert (undone["history"]["undo"], undone["history"]["redo"]) == (1, 1)
    assert [row["households"] for row in client.get(f"{here}/scene").json()["grids"]] == [250, 230, 240, 240]
    info = client.get(here.removesuffix("/editor")).json()
    assert (info["grids"], info["state"]) == (4, "draft")


def test_a_trial_says_what_operations_would_do_and_does_nothing(service: Served, here: str) -> None:
    client = service.client
    trial = {**asked(1, move((6, 6), to=NW)), "trial": True}
    answer = client.post(f"{here}/edits", json=trial).json()
    assert answer["revision"] == 1
    assert {row["code"]: row["households"] for row in answer["patch"]["grids"]} == {NW: 250, NE: 230}
    scene = client.get(f"{here}/scene").json()
    assert (scene["revision"], [row["households"] for row in scene["grids"]]) == (1, [240] * 4)
    told(client.post(f"{here}/edits", json={**trial, "revision": 7}), 412, "GP424")
    told(client.post(f"{lattice_path()}/editor/edits", json=trial), 409, "GP433")


def test_changes_of_others_are_told_as_one_patch(service: Served, here: str) -> None:
    client = service.client
    assert client.get(f"{here}/changes?since=1").json() == {"changes": []}
    client.get(f"{here}/scene")
    first = client.post(f"{here}/edits", json=asked(1, move((6, 6), to=NW))).json()["revision"]
    second = client.post(f"{here}/edits", json=asked(first, move((6, 5), to=NW))).json()["revision"]
    (told_of,) = client.get(f"{here}/changes?since=1").json()["changes"]
    assert (told_of["revision"], told_of["who"]) == (second, "local")
    assert len(told_of["patch"]["atoms"]["row"]) == 2
    (last,) = client.get(f"{here}/changes?since={first}").json()["changes"]
    assert len(last["patch"]["atoms"]["row"]) == 1
    # Of a revision that nobody remembers all is told.
    (whole,) = client.get(f"{here}/changes?since=0").json()["changes"]
    assert (whole["patch"]["whole"], len(whole["patch"]["atoms"]["row"])) == (True, 96)
    client.post(f"{here.removesuffix('editor')}archive")
    (over,) = client.get(f"{here}/changes?since={second}").json()["changes"]
    assert (over["patch"]["state"], over["patch"]["editable"]) == ("archived", False)
    told(client.post(f"{here}/edits", json=asked(over["revision"], move((6, 4), to=NW))), 409, "GP425")
    for wrong in ("", "since=", "since=-1", "since=x", f"since={'9' * 19}", "since=1.0"):
        told(client.get(f"{here}/changes?{wrong}"), 400, "GP508")


def test_a_grid_is_explained(service: Served, here: str) -> None:
    found = service.client.get(f"{here}/explain?grid={NW}").json()
    assert found["grid"] == NW
    assert found["lines"]
    told(service.client.get(f"{here}/explain"), 400, "GP592")
    assert "nosuch" in told(service.client.get(f"{here}/explain?grid=nosuch"), 409, "GP231")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "GP587"),
        (b"[", 400, "GP587"),
        (b'{"request": NaN}', 400, "GP587"),
        (b"[]", 400, "GP586"),
        (b"{}", 400, "GP586"),
        (b'{"request": 1, "revision": 1}', 400, "GP586"),
        (b'{"request": 1, "revision": -1, "operations": [{"operation": "undo"}]}', 400, "GP586"),
        (b'{"request": 1, "revision": "1", "operations": [{"operation": "undo"}]}', 400, "GP586"),
        (b'{"request": 1, "revision": 1, "operations": [], "more": 1}', 400, "GP586"),
        (b'{"request": 1, "revision": 1, "operations": []}', 400, "GP586"),
        (b'{"request": 1, "revision": 1, "operations": "undo"}', 400, "GP586"),
        (b'{"request": 1, "revision": 1, "operations": [null]}', 400, "GP586"),
        (b'{"request": 1, "revision": 1, "operations": [{}]}', 400, "GP239"),
        (b'{"request": 1, "revision": 1, "operations": [{"operation": {"operation": "undo"}}]}', 400, "GP239"),
        (b'{"request": 1, "revision": 1, "operations": [{"operation": "undo"}]}', 409, "GP434"),
        (b'{"request": 1, "revision": 99, "operations": [{"operation": "undo"}]}', 412, "GP424"),
    ],
)
def test_wrong_bodies_are_problems(service: Served, here: str, body: bytes, status: int, code: str) -> None:
    answer = service.client.post(f"{here}/edits", content=body, headers={"Content-Type": "application/json"})
    told(answer, status, code)


STRANGE: tuple[object, ...] = (
    None,
    True,
    1,
    -1,
    10**400,
    1.5,
    "",
    "x\u0000",
    [],
    [[]],
    [1],
    [None],
    ["x"],
    {},
    {"x": "y"},
    [[1e308, 1], [10**400, 2]],
)
KEYS = {
    "move": ("atoms", "to"),
    "assign": ("grids", "new"),
    "merge": ("grids",),
    "split": ("into", "line", "atoms"),
    "lock": ("grids", "all"),
    "must_link": ("atoms", "note"),
    "cannot_cross": ("line", "note"),
    "release": ("number",),
    "special": ("atoms", "name"),
    "ordinary": ("grid",),
    "rename": ("level", "code", "name"),
    "staff": ("grid", "post", "person", "off"),
    "recount": ("households",),
    "rebalance": ("grids", "seed"),
    "recut": ("grids", "seed"),
}
GOOD = {"atoms": [atom_id(6, 6)], "grids": [NW], "grid": NW, "to": NW, "number": 1, "line": [[104, 30], [105, 31]]}
GOOD |= {"name": "甲", "level": "grid", "code": NW, "post": "p", "person": "q", "households": {atom_id(6, 6): 10}}


# Whatever the store: orders are read before it is asked.
@pytest.mark.parametrize("service", ["geopackage"], indirect=True)
def test_no_value_of_an_operation_is_a_fault_of_the_service(service: Served, here: str) -> None:
    seen = {}
    for name, keys in KEYS.items():
        for key in keys:
            good = {other: GOOD[other] for other in keys if other in GOOD and name != "split"} | (
                {"grid": NW} if name == "split" else {}
            )
            for value in STRANGE:
                order = {"operation": name, **good, key: value}
                revision = service.store.plan(here.split("/")[2]).revision
                answer = service.client.post(f"{here}/edits", json=asked(revision, order))
                if answer.status_code >= 500:
                    seen[name, key, str(value)[:20]] = answer.text
    assert seen == {}


def test_viewers_may_not_and_unknown_plans_are_not_found(service: Served, here: str) -> None:
    store = service.store
    with served(store, Settings(auth=True)) as guarded:
        client = guarded.client
        for path in ("/editor", here, f"{here}/scene", f"{here}/explain?grid={NW}", f"{here}/changes?since=1"):
            told(client.get(path), 401, "GP550")
            told(client.get(path, headers=bearer(store, "viewer")), 403, "GP552")
        body = asked(1, move((6, 6), to=NW))
        told(client.post(f"{here}/edits", json=body, headers=bearer(store, "viewer")), 403, "GP552")
        answer = client.post(f"{here}/edits", json=body, headers=bearer(store, "planner"))
        assert answer.json()["patch"]["history"]["edits"][0]["who"] == "token:planner"
        assert client.get("/editor/editor.css").status_code == 200, "files say nothing of a plan"
    for path in ("", "/scene", f"/explain?grid={NW}", "/changes?since=1"):
        told(service.client.get(f"/plans/nosuch/editor{path}"), 404, "GP510")
    told(service.client.post("/plans/nosuch/editor/edits", json=asked(1, move((6, 6), to=NW))), 404, "GP510")


def test_a_service_that_only_reads_shows_and_refuses(tmp_path: Path) -> None:
    path = tmp_path / "plans.gpkg"
    with open_store(path) as store:
        store.save_plan(lattice_plan())
    with open_store(path, read_only=True) as store, served(store, Settings()) as running:
        assert running.client.get(f"{lattice_path()}/editor/scene").json()["editable"] is False
        assert '"branches"' not in running.client.get(f"{lattice_path()}/editor").text
        told(running.client.post(f"{lattice_path()}/editor/edits", json=asked(1, move((6, 6), to=NW))), 403, "GP585")
