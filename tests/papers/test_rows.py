"""The rows of the registration table: every change named, every household counted once."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan as gp
from gridplan.atoms.model import Atoms
from gridplan.graph.atom_graph import Ints
from gridplan.papers import Flow, registration_records
from gridplan.papers.rows import RegisteredLevel
from gridplan.partition.model import Units
from gridplan.plan import Plan, make_plan
from tests.plan.squares import FACTS, piece_graph, plain_grids, square_atoms, square_plan
from tests.plan.test_heritage import RULES, after
from tests.samples import sample_plan
from tests.strategies.assignments import assignments

A, B = "510100001001", "510100001201"


def told(old: Plan, new: Plan) -> list[tuple[object, ...]]:
    """Change, old codes, new code, households then and now."""
    rows = gp.registration_table(old, new)
    shown = rows[["change", "old_codes", "new_code", "households_before", "households"]].astype(object)
    return [
        (
            change,
            tuple(code[-6:] for code in codes),
            None if pd.isna(code) else code[-6:],
            *(None if pd.isna(n) else n for n in sizes),
        )
        for change, codes, code, *sizes in shown.itertuples(index=False, name=None)
    ]


def test_nothing_changed() -> None:
    plan = square_plan()
    assert gp.registration_table(plan, plan).empty
    assert gp.registration_table(plan, plan, level="unit").empty


def test_grids_merged_and_split_again() -> None:
    first = square_plan()
    # A becomes one grid: 50 households were in 002, 34 in 001.
    one = after(first, "one", (0, 0, 1, 2, 0, 0, 1, 2))
    assert told(first, one) == [("merged", ("001002", "001001"), "001002", 84, 84)]
    row = registration_records(first, one)["grid"][0]
    assert row["came_from"] == (Flow(f"{A}001", 34, "merged"),)
    assert row["went_to"] == ()
    assert (row["community_name"], row["town"], row["kind"]) == ("东风社区", None, "urban")
    assert (row["low"], row["high"], row["measure"]) == (30, 50, "households")
    assert row["old_names"] == ("东风社区第002网格", "东风社区第001网格")
    assert (row["population_before"], row["population"]) == (245, 245)
    # Parted again: 002 lives on, the other is new, and what it was is counted once.
    two = after(one, "two", (0, 1, 2, 3, 0, 1, 2, 3))
    assert told(one, two) == [
        ("split", ("001002",), "001002", 84, 50),
        ("split", ("001002",), "001003", None, 34),
    ]
    rows = registration_records(one, two)["grid"]
    assert rows[0]["went_to"] == (Flow(f"{A}003", 34, "split"),)
    assert rows[1]["came_from"] == (Flow(f"{A}002", 34, "split"),)


def test_a_border_that_moved() -> None:
    first = square_plan()
    moved = after(first, "moved", (0, 1, 2, 3, 1, 1, 2, 3))
    assert told(first, moved) == [("moved", ("001001",), "001001", 34, 18), ("moved", ("001002",), "001002", 50, 66)]
    rows = registration_records(first, moved)["grid"]
    assert rows[0]["went_to"] == (Flow(f"{A}002", 16, "moved"),)
    assert rows[1]["came_from"] == (Flow(f"{A}001", 16, "moved"),)
    assert rows[0]["came_from"] == rows[1]["went_to"] == ()


def test_new_gone_and_kept_with_other_households() -> None:
    first = square_plan()
    atoms = square_atoms()
    sections = atoms.sections.copy()
    sections.loc[sections["id"] == "b0", ["id", "building"]] = "b9"
    cells = atoms.cells.assign(households=[18, 20, 11, 10, 16, 30, 0, 14])
    sections.loc[sections["id"] == "b7", "households"] = 14
    pieces = atoms.pieces.assign(households=[18, 20, 11, 10, 16, 30, 0, 0, 14])
    buildings = atoms.buildings.copy()
    buildings.loc[buildings["id"] == "b0", "id"] = "b9"
    buildings.loc[buildings["id"] == "b7", "households"] = 14
    later = after(first, "later", atoms=replace(atoms, cells=cells, pieces=pieces, sections=sections, buildings=buildings))
    assert told(first, later) == [("kept", ("001001",), "001001", 34, 34), ("kept", ("201002",), "201002", 22, 24)]
    rows = registration_records(first, later)["grid"]
    assert rows[0]["came_from"] == (Flow(None, 18, "new"),)
    assert rows[0]["went_to"] == (Flow(None, 18, "gone"),)
    assert (rows[1]["finding"], rows[1]["finding_zh"]) == (None, None)
    units = registration_records(first, later)["unit"]
    assert {row["change"] for row in units} >= {"new", "gone"}
    assert [row["grids_before"] for row in units if row["change"] == "gone"] == [(f"{A}001",)]


def test_a_name_and_a_kind_are_changes_too() -> None:
    first = sample_plan()
    grids = first.grids.copy()
    grids.loc[0, "name"] = "滨江网格"
    grids.loc[1, "kind"] = "special"
    rows = registration_records(first, replace(first, grids=grids))["grid"]
    assert [(row["change"], row["renamed"], row["old_names"], row["new_name"]) for row in rows] == [
        ("kept", True, ("东风社区第001网格",), "滨江网格"),
        ("kept", False, ("东风社区第002网格",), "东风社区第002网格"),
    ]
    assert rows[0]["town_name"] == "东风街道"
    assert rows[0]["finding_zh"] == first.findings.set_index("zone").loc[grids["code"][0], "message_zh"]
    assert (rows[1]["kind"], rows[1]["low"]) == ("special", None)


@given(assignments(), st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_every_household_is_in_one_row(drawn: tuple[Atoms, Ints], seed: int) -> None:
    atoms, grid = drawn
    own = np.arange(len(grid))
    units = Units(of_piece=own, of_section=own, stack_of=own, verdicts={})
    borders = piece_graph(atoms)
    first = make_plan(atoms, borders=borders, grids=plain_grids(grid), units=units, scheme=RULES, facts=FACTS)
    community = pd.factorize(atoms.cells["community"])[0]
    redrawn = np.unique(community * 3 + np.random.default_rng(seed).integers(0, 3, len(grid)), return_inverse=True)[1]
    facts = FACTS | {"plan": "later", "parent": first.id}
    later = make_plan(atoms, borders=borders, grids=plain_grids(redrawn), units=units, scheme=RULES, facts=facts, parent=first)
    levels: tuple[tuple[RegisteredLevel, str], ...] = (("grid", "grids"), ("unit", "units"))
    for level, layer in levels:
        rows = gp.registration_table(first, later, level=level)
        then, now = (getattr(plan, layer).set_index("code")["households"] for plan in (first, later))
        counted = [code for codes in rows.loc[rows["households_before"].notna(), "old_codes"] for code in codes]
        assert len(counted) == len(set(counted))
        assert rows["households_before"].sum() == then[counted].sum()
        assert rows["households"].sum() == now[rows["new_code"].dropna()].sum()
        # What is in no row has its code and its households still.
        rest = now.index.difference(rows["new_code"].dropna())
        assert set(rest) == set(then.index) - set(counted)
        assert now[rest].equals(then[rest])
        for row in rows.itertuples():
            arrived, left = (sum(flow.households for flow in flows) for flows in (row.came_from, row.went_to))
            if pd.notna(row.households_before):
                assert arrived <= (0 if pd.isna(row.households) else row.households)
                assert left <= row.households_before
            else:
                assert arrived == row.households
        assert rows["number"].tolist() == list(range(1, len(rows) + 1))
