"""The scene says the same as the plan."""

import json

import numpy as np
import pytest

from gridplan.editor import editor_file, editor_page, editor_policy, scene
from tests.editor.lattice import COLUMNS, COMMUNITY, ROWS, atom_id, lattice_plan


def test_scene_says_what_the_plan_says() -> None:
    plan = lattice_plan()
    for number in range(3):
        plan = plan.rename(plan.grids["code"].iloc[0], f"网格{number}")
    plan = plan.undo()
    made = json.loads(json.dumps(scene(plan, revision=3)))
    assert (made["plan"], made["revision"], made["history"]["undo"], made["history"]["redo"]) == (plan.id, 3, 2, 1)
    assert made["atoms"]["id"] == plan.atoms["id"].tolist()
    assert [made["grids"][row]["code"] for row in made["atoms"]["grid"]] == plan.atoms["grid"].tolist()
    assert sum(made["atoms"]["households"]) == sum(row["households"] for row in made["grids"]) == made["totals"]["households"]
    assert {(row["low"], row["target"], row["high"], row["locked"]) for row in made["grids"]} == {(200, 240, 280, False)}
    assert [row["number"] for row in made["grids"]] == ["001", "002", "003", "004"]


def test_borders_are_those_of_the_squares() -> None:
    made = scene(lattice_plan())
    at = {atom: row for row, atom in enumerate(made["atoms"]["id"])}
    beside = {
        tuple(sorted((at[atom_id(column, row)], at[atom_id(column + east, row + north)])))
        for column in range(COLUMNS)
        for row in range(ROWS)
        for east, north in ((1, 0), (0, 1))
        if column + east < COLUMNS and row + north < ROWS
    }
    pairs = list(zip(made["borders"]["a"], made["borders"]["b"], strict=True))
    assert beside <= set(pairs)
    assert len(pairs) == len(set(pairs)), "each pair once"


def test_arcs_give_back_the_shapes() -> None:
    plan = lattice_plan()
    made = scene(plan)
    places = [np.cumsum(np.array(arc).reshape(-1, 2), axis=0) for arc in made["arcs"]]
    for shape, polygon in zip(made["atoms"]["shape"], plan.atoms.geometry, strict=True):
        ((ring,),) = shape
        points = np.concatenate([places[number] if number >= 0 else places[~number][::-1] for number in ring])
        lonlat = (points + np.array(made["origin"])) / 1e6
        assert lonlat.min(axis=0) == pytest.approx(polygon.bounds[:2], abs=1e-6)
        assert lonlat.max(axis=0) == pytest.approx(polygon.bounds[2:], abs=1e-6)


def test_locks_findings_and_edits_are_told() -> None:
    plan = lattice_plan().lock([f"{COMMUNITY}002"])
    plan = plan.split(f"{COMMUNITY}001", atoms=[atom_id(column, 7) for column in range(4)])
    made = scene(plan)
    assert [row["code"] for row in made["grids"] if row["locked"]] == [f"{COMMUNITY}002"]
    found = {finding["grid"] for finding in made["findings"]}
    assert {row["code"] for row in made["grids"] if row["status"] == "open"} <= found
    assert all(len(finding["bbox"]) == 4 for finding in made["findings"])
    assert [edit["operation"] for edit in made["history"]["edits"]][-2:] == ["lock", "split"]


def test_page_asks_only_its_own_server_and_allows_named_tiles() -> None:
    page = editor_page(name="<b>", root="../", host={"scene": "scene"})
    assert "https://" not in page
    assert "<b>" not in page.replace("&lt;b&gt;", "")
    assert "unsafe" not in editor_policy()
    assert "https://tiles.example.org" in editor_policy(tiles=["https://tiles.example.org"])
    assert editor_file("../pyproject.toml") is None
    module = editor_file("editor.js")
    assert module is not None
    assert b"export async function mount" in module.body
