"""Plans after plans: the squares redrawn, codes kept, voided and never used again, households accounted for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.atoms.model import Atoms
from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.partition.model import Units
from gridplan.plan import Plan, audit, lineage, make_plan
from gridplan.plan.heritage import check_shared, voided_counts
from gridplan.schemes.model import parse_scheme
from tests.plan.squares import BY_COLUMN, FACTS, piece_graph, plain_grids, square_atoms, square_plan
from tests.samples import SCHEME
from tests.strategies.assignments import assignments

A, B = "510100001001", "510100001201"
RULES = parse_scheme(SCHEME, "sample")
LETTERS = SCHEME.replace("{parent}{number:3}", "{parent}{letter:1}{number:2}", 1)


def after(
    parent: Plan, name: str, grid_of_cell: tuple[int, ...] = BY_COLUMN, *, atoms: Atoms | None = None, scheme: str = SCHEME
) -> Plan:
    """The squares planned again, each square a unit, the tower one too."""
    found = square_atoms() if atoms is None else atoms
    own = np.arange(len(found.pieces))
    stacked = found.pieces["stacked"].to_numpy()
    flat = np.cumsum(~stacked) - 1
    of_section = np.where(
        stacked[found.sections["piece"]], flat.max() + 1, flat[found.sections["piece"]]
    )  # fmt: skip
    units = Units(of_piece=np.where(stacked, -1, flat), of_section=of_section, stack_of=own, verdicts={})
    return make_plan(
        found,
        borders=piece_graph(found),
        grids=plain_grids(grid_of_cell),
        units=units,
        scheme=parse_scheme(scheme, "sample"),
        facts=FACTS | {"plan": name, "parent": parent.id},
        parent=parent,
    )


def told(plan: Plan, level: str) -> set[tuple[str, str, str, int, int]]:
    rows = plan.lineage[plan.lineage["level"] == level].drop(columns="level").fillna("")
    return {(old[-6:], new[-6:], *rest) for old, new, *rest in rows.itertuples(index=False, name=None)}


def codes(table: pd.DataFrame, ids: list[str]) -> list[str]:
    return [str(code)[-6:] for code in table.set_index("id").loc[ids].iloc[:, -1]]


def broken(plan: Plan, scheme: str = SCHEME) -> set[str]:
    return {check.key for check in audit(plan, parse_scheme(scheme, "sample")) if not check.holds}


def test_the_same_again_keeps_every_code() -> None:
    first = square_plan()
    same = replace(first, lineage=lineage(first, first))
    assert set(same.lineage["change"]) == {"kept"}
    assert (same.lineage["households"] == same.lineage["households_before"]).all()
    assert sorted(same.lineage["new"]) == sorted([*first.grids["code"], *first.units["code"]])


def test_grids_merged_and_parted_again() -> None:
    first = square_plan()
    # A becomes one grid: 50 households were in 002, 34 in 001.
    one = after(first, "one", (0, 0, 1, 2, 0, 0, 1, 2))
    assert one.grids["code"].tolist() == [f"{A}002", f"{B}001", f"{B}002"]
    assert one.grids["name"].tolist()[0] == "东风社区第002网格"
    assert told(one, "grid") == {
        ("001001", "001002", "merged", 34, 34),
        ("001002", "001002", "kept", 50, 50),
        ("201001", "201001", "kept", 11, 11),
        ("201002", "201002", "kept", 22, 22),
    }
    gone = one.voided[one.voided["level"] == "grid"]
    assert gone.to_numpy().tolist() == [["grid", f"{A}001", A, "one"]]
    assert broken(one) <= {"audit.grid_ranges", "audit.unit_ranges"}
    # Parted as it was: 001 is spent, so what it was is 003 now.
    two = after(one, "two", BY_COLUMN)
    assert two.grids["code"].tolist() == [f"{A}002", f"{A}003", f"{B}001", f"{B}002"]
    assert codes(two.buildings[["id", "grid"]], ["b4", "b5"]) == ["001003", "001002"]
    assert (two.voided[two.voided["code"] == f"{A}001"]["voided_by"] == "one").all()
    assert ("001002", "001003", "split", 34, 34) in told(two, "grid")
    assert broken(two) <= {"audit.grid_ranges", "audit.unit_ranges"}
    # Between any two plans, not only neighbours: 001 ended, 003 came of it whole.
    across = lineage(first, two)
    row = across[(across["old"] == f"{A}001")].iloc[0]
    assert (row["new"], row["change"], row["households"]) == (f"{A}003", "moved", 34)


def test_units_of_a_tower_divided_anew_keep_one_code() -> None:
    # Before: floor 1 a unit of 10 and floors 2 and 3 one of 20; now all three are one unit.
    first = square_plan()
    plan = after(first, "one")
    assert ("002001", "002002", "merged", 10, 10) in told(plan, "unit")
    assert ("002002", "002002", "kept", 20, 20) in told(plan, "unit")
    assert f"{A}002001" in set(plan.voided["code"])


def test_empty_land_keeps_its_code() -> None:
    """The square where no one lives (cell 6) is a grid of its own, and stays it when the others change."""
    first = square_plan()
    park = (0, 1, 2, 3, 0, 1, 4, 3)
    with_park = after(first, "park", park)
    code = with_park.grids["code"][with_park.grids["buildings"] == 0].item()
    assert code == f"{B}003"
    assert ("201001", "201003", "split", 0, 0) in told(with_park, "grid")
    later = after(with_park, "later", (0, 0, 2, 2, 0, 0, 1, 2))
    assert later.grids["code"][later.grids["buildings"] == 0].item() == code
    assert broken(later) <= {"audit.grid_ranges", "audit.unit_ranges"}


def test_houses_demolished_built_and_counted_again() -> None:
    first = square_plan()
    atoms = square_atoms()
    # b7 is gone, b3 is b9 now, b0 has 25 households instead of 18.
    sections = atoms.sections.iloc[:-1].copy()
    sections.loc[3, ["id", "building"]] = ["b9", "b9"]
    sections.loc[0, "households"] = 25
    buildings = atoms.buildings[atoms.buildings["id"] != "b7"].copy()
    buildings["id"] = buildings["id"].replace("b3", "b9")
    buildings.loc[buildings["id"] == "b0", "households"] = 25
    people = {0: 25, 7: 0}
    cells, pieces = atoms.cells.copy(), atoms.pieces.copy()
    for cell, count in people.items():
        cells.loc[cell, "households"] = count
        pieces.loc[pieces["cell"] == cell, "households"] = count
    changed = replace(atoms, sections=sections, buildings=buildings, cells=cells, pieces=pieces)
    plan = after(first, "one", atoms=changed)
    assert told(plan, "grid") == {
        ("001001", "001001", "kept", 41, 34),
        ("001002", "001002", "kept", 50, 50),
        ("201001", "201001", "kept", 11, 11),
        ("201002", "", "gone", 0, 22),
        ("", "201003", "new", 10, 0),
    }
    assert broken(plan) <= {"audit.grid_ranges", "audit.unit_ranges"}


def test_a_scheme_with_other_codes_voids_all() -> None:
    first = square_plan()
    plan = after(first, "letters", scheme=LETTERS)
    assert plan.grids["code"].tolist() == [f"{A}A01", f"{A}A02", f"{B}A01", f"{B}A02"]
    assert plan.grids["name"].tolist()[0] == "东风社区第A01网格"
    assert len(plan.voided) == len(first.grids) + len(first.units)
    assert set(plan.lineage["change"]) <= {"moved", "merged", "split"}
    assert broken(plan, LETTERS) <= {"audit.grid_ranges", "audit.unit_ranges"}
    # Codes of the old pattern take no place in the new one.
    assert voided_counts(plan, parse_scheme(LETTERS, "x").level("grid")) == {}
    assert voided_counts(plan, RULES.level("grid")) == {A: 2, B: 2}


def test_another_place_shares_nothing() -> None:
    first = square_plan()
    sections = first.sections.assign(id="x" + first.sections["id"], building="x" + first.sections["building"])
    other = replace(first, sections=sections, buildings=first.buildings.assign(id="x" + first.buildings["id"]))
    table = lineage(first, other)
    assert set(table["change"]) == {"new", "gone"}
    assert table["households"].sum() == table["households_before"].sum() == 2 * first.grids["households"].sum()
    with pytest.raises(RuleError, match=r"GP269 .*7 buildings there, 7 here"):
        check_shared(first, set(other.buildings["id"]))
    check_shared(first, {"b0", "new"})


def test_inputs_are_left_as_they_were_and_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    first, copy = square_plan(), square_plan()
    plan = after(first, "one", (0, 0, 1, 2, 0, 0, 1, 2))
    assert first.equals(copy)
    mixed = replace(first, **{name: table.iloc[::-1].reset_index(drop=True) for name, table in first.layers()})
    again = after(mixed, "one", (0, 0, 1, 2, 0, 0, 1, 2))
    assert plan.equals(again)
    assert lineage(first, plan).equals(plan.lineage)
    assert lineage(mixed, plan).equals(plan.lineage)


@given(assignments(), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4))
@settings(max_examples=6, deadline=None)
def test_chains_of_plans_account_for_every_code_and_household(drawn: tuple[Atoms, Ints], seeds: list[int]) -> None:
    atoms, grid = drawn
    own = np.arange(len(grid))
    units = Units(of_piece=own, of_section=own, stack_of=own, verdicts={})
    community = pd.factorize(atoms.cells["community"])[0]
    facts = FACTS | {"plan": "first"}
    borders = piece_graph(atoms)
    plan = make_plan(atoms, borders=borders, grids=plain_grids(grid), units=units, scheme=RULES, facts=facts)
    ever = {("grid", code) for code in plan.grids["code"]} | {("unit", code) for code in plan.units["code"]}
    for number, seed in enumerate(seeds):
        drawn_grid = community * 3 + np.random.default_rng(seed).integers(0, 3, len(grid))
        grid = np.unique(drawn_grid, return_inverse=True)[1]
        facts = FACTS | {"plan": f"plan{number}", "parent": plan.id}
        later = make_plan(
            atoms, borders=borders, grids=plain_grids(grid), units=units, scheme=RULES, facts=facts, parent=plan
        )  # fmt: skip
        live = {("grid", code) for code in later.grids["code"]} | {("unit", code) for code in later.units["code"]}
        before = {("grid", code) for code in plan.grids["code"]} | {("unit", code) for code in plan.units["code"]}
        voided = set(later.voided[["level", "code"]].itertuples(index=False, name=None))
        assert not (live - before) & ever
        ever |= live
        assert live | voided == ever
        for level in ("grid", "unit"):
            rows = later.lineage[later.lineage["level"] == level]
            assert rows["households"].sum() == rows["households_before"].sum() == later.grids["households"].sum()
        assert broken(later) <= {"audit.connected", "audit.grid_ranges", "audit.unit_ranges"}
        plan = later
