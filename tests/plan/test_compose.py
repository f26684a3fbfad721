"""A plan composed from squares, checked by eye, and what happens at the edges."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from gridplan.atoms.model import Atoms
from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.messages import Plain
from gridplan.partition.model import Units, Verdict
from gridplan.plan import audit, make_plan
from gridplan.plan.land import decimals_that_hold, to_degrees
from gridplan.schemes.model import parse_scheme
from tests.plan.squares import BY_COLUMN, FACTS, TOO_MANY, land, piece_graph, plain_grids, square_atoms, square_plan
from tests.samples import METRES, SCHEME
from tests.strategies.assignments import assignments

A, B = "510100001001", "510100001201"


def test_grids_by_eye() -> None:
    grids = square_plan().grids
    assert grids["code"].tolist() == [f"{A}001", f"{A}002", f"{B}001", f"{B}002"]
    assert grids["name"].tolist() == ["东风社区第001网格", "东风社区第002网格", "红星村第001网格", "红星村第002网格"]
    assert grids["kind"].tolist() == ["urban", "urban", "rural", "rural"]
    assert grids["households"].tolist() == [34, 50, 11, 22]
    assert grids["units"].tolist() == [2, 3, 1, 2]
    assert grids["buildings"].tolist() == [2, 2, 1, 2]
    assert grids["area_m2"].tolist() == pytest.approx([80_000.0] * 4, abs=0.02)  # coordinates are kept to 0.1 mm
    assert grids["compactness"].tolist() == pytest.approx([4 * np.pi * 80_000 / 1200**2] * 4)
    assert grids["status"].tolist() == ["ok", "ok", "ok", "open"]
    assert grids["reason"].fillna("").tolist() == ["", "", "", "GP207"]
    # A cell without households need not say how many people it has; one with households must.
    assert grids["population"].astype(object).where(grids["population"].notna(), None).tolist() == [95, 150, 30, None]


def test_units_by_eye() -> None:
    plan = square_plan()
    units = plan.units.set_index("code")
    assert units["households"].to_dict() == {
        f"{A}001001": 16,
        f"{A}001002": 18,
        f"{A}002001": 10,
        f"{A}002002": 20,
        f"{A}002003": 20,
        f"{B}001001": 11,
        f"{B}002001": 12,
        f"{B}002002": 10,
    }
    assert units["stacked"].to_numpy().nonzero()[0].tolist() == [2, 3]
    assert units.loc[[f"{A}002001", f"{A}002002"], ["floor_from", "floor_to"]].to_numpy().tolist() == [[1, 1], [2, 3]]
    assert units["floor_from"].notna().sum() == 2
    tower = units.geometry.to_crs(METRES)
    assert tower[f"{A}002001"].wkb == tower[f"{A}002002"].wkb
    # The east half of the tower's square, where no one lives, belongs to its land.
    assert tower[f"{A}002001"].symmetric_difference(land(1, 1, 2, 2)).area < 0.1
    assert plan.sections.set_index("id")["unit"].loc[["b5/1", "b5/2", "b5/3"]].tolist() == [f"{A}00200{n}" for n in (1, 2, 2)]


def test_the_rest_by_eye() -> None:
    plan = square_plan()
    assert plan.communities[["code", "households", "grids"]].to_numpy().tolist() == [[A, 84, 2], [B, 33, 2]]
    assert plan.buildings.set_index("id")["grid"].to_dict()["b5"] == f"{A}002"
    assert plan.buildings["estimated"].tolist() == [False, False, False, True, False, False, False]
    (row,) = plan.report.itertuples(index=False)
    assert tuple(row)[:4] == ("clean", "report.repaired", "b3", "1.5")
    assert "repaired" in row.message
    assert "修复" in row.message_zh
    assert len(plan.lineage) == 0
    assert plan.id == FACTS["plan"]
    assert plan.fact("crs") == METRES
    counts = json.loads(plan.fact("counts"))
    assert (counts["grids"], counts["grids_open"], counts["units_in_range"]) == (4, 1, 8)


def test_a_verdict_becomes_a_finding_with_the_id_of_its_atom() -> None:
    facts: dict[str, Plain] = {"atom": 7, "atom_households": 12, "high": 11, "households": 22, "low": 1}
    plan = square_plan(verdicts={3: Verdict("GP204", 22.0, 15.0, proof=True, facts=facts)})
    (finding,) = plan.findings.itertuples()
    assert (finding.code, finding.level, finding.zone, finding.measure, finding.limit) == ("GP204", "grid", f"{B}002", 22.0, 15.0)
    assert finding.message.startswith("c7 alone holds 12 households")
    assert finding.message_zh.startswith("c7 单独就有 12 户")
    assert finding.waiver == "Allow 22 households for the zone of c7."
    assert finding.geometry.equals(plan.grids.geometry.iloc[3])
    assert plan.grids["status"].tolist()[3] == "proved"


def test_the_audit_finds_only_what_is_open() -> None:
    checks = audit(square_plan(), parse_scheme(SCHEME, "sample"))
    assert {check.key: check.ids for check in checks if not check.holds} == {"audit.grid_ranges": (f"{B}002",)}


def test_a_grid_of_squares_that_touch_at_a_corner_is_kept_and_found_apart() -> None:
    plan = square_plan(grid_of_cell=(0, 1, 2, 3, 1, 0, 2, 3), verdicts={3: replace(TOO_MANY, proof=True)})
    assert plan.grids.geometry.geom_type.tolist() == ["MultiPolygon"] * 2 + ["Polygon"] * 2
    checks = audit(plan, parse_scheme(SCHEME, "sample"))
    assert {check.key: check.ids for check in checks if not check.holds} == {"audit.connected": (f"{A}001", f"{A}002")}


def test_again_the_same_and_input_untouched() -> None:
    atoms, other = square_atoms(), square_atoms()
    plan = square_plan(atoms)
    assert plan.equals(square_plan(other))
    for mine, theirs in ((atoms.cells, other.cells), (atoms.pieces, other.pieces), (atoms.sections, other.sections)):
        assert mine.equals(theirs)


def test_coordinates_are_rounded_and_neighbours_share_them() -> None:
    plan = square_plan()
    points = shapely.get_coordinates(plan.units.geometry.array)
    assert np.array_equal(points, np.round(points, 9))
    known = {tuple(point) for point in points.tolist()}
    for table in (plan.grids, plan.communities):
        assert {tuple(point) for point in shapely.get_coordinates(table.geometry.array).tolist()} <= known
    assert all(shape.exterior.is_ccw for shape in plan.units.geometry)


def test_land_too_thin_to_be_rounded_is_left_as_it_is() -> None:
    crs = square_atoms().cells.crs
    none = np.zeros(2, dtype=np.int64)
    wide = np.array([land(0, 0, 1, 1), land(1, 0, 2, 1)], dtype=object)
    thin = np.array([land(0, 0, 1, 1), land(1, 0, 1 + 1e-8, 1)], dtype=object)
    assert decimals_that_hold(wide, none, crs) == 9
    assert decimals_that_hold(thin, none, crs) is None
    assert shapely.is_valid(to_degrees(thin, crs, decimals=None)).all()


def test_a_community_without_cells_is_kept() -> None:
    atoms = square_atoms()
    empty = atoms.communities.iloc[[0]].assign(code="510100001002", name="空社区")
    empty = empty.set_geometry([land(4, 0, 6, 2)], crs=METRES)
    plan = square_plan(replace(atoms, communities=pd.concat([atoms.communities.iloc[[1, 0]], empty])))
    assert plan.communities["code"].tolist() == [A, "510100001002", B]
    assert plan.communities["grids"].tolist() == [2, 0, 2]


def test_a_fact_that_is_missing() -> None:
    with pytest.raises(KeyError, match="seed"):
        square_plan(facts={key: value for key, value in FACTS.items() if key != "seed"})


def test_nothing_is_made_where_codes_have_no_room() -> None:
    one_digit = "{parent}{number:1}".join(SCHEME.rsplit("{parent}{number:3}", 1))
    assert square_plan(scheme=one_digit).units["code"].iloc[0] == f"{A}0011"
    with pytest.raises(RuleError, match=r"GP260 .* would hold 11 units, but the code pattern .*:1} has 9 codes"):
        make_plan(
            _with_floors(10),
            borders=piece_graph(square_atoms()),
            grids=plain_grids(BY_COLUMN),
            units=Units(
                of_piece=np.array([0, 1, 2, 3, 4, -1, -1, 2, 5]),
                of_section=np.array([0, 1, 2, 3, 4, 5, *range(6, 16)]),
                stack_of=np.array([0, 1, 2, 3, 4, 5, 5, 7, 8]),
                verdicts={},
            ),
            scheme=parse_scheme(one_digit, "sample"),
            facts=FACTS,
        )


def _with_floors(count: int) -> Atoms:
    """The squares with a tower of ``count`` floors of three households."""
    atoms = square_atoms()
    flat = atoms.sections[atoms.sections["piece"] != 5]
    floors = pd.DataFrame({"id": [f"b5/{n}" for n in range(count)], "building": "b5", "piece": 5, "households": 30 // count})
    floors["floor_from"] = floors["floor_to"] = pd.array(range(1, count + 1), dtype="Int64")
    return replace(atoms, sections=pd.concat([flat, floors], ignore_index=True))


@given(assignments())
@settings(max_examples=15, deadline=None)
def test_any_assignment_keeps_every_household_and_every_square_metre(drawn: tuple[Atoms, Ints]) -> None:
    atoms, grid = drawn
    own = np.arange(len(grid))
    units = Units(of_piece=own, of_section=own, stack_of=own, verdicts={})
    rules = parse_scheme(SCHEME, "sample")
    plan = make_plan(atoms, borders=piece_graph(atoms), grids=plain_grids(grid), units=units, scheme=rules, facts=FACTS)
    failed = {check.key for check in audit(plan, rules) if not check.holds}
    # Nothing was done here to make zones connected or to bring them in range.
    assert failed <= {"audit.connected", "audit.grid_ranges", "audit.unit_ranges"}
    assert plan.grids["households"].sum() == atoms.cells["households"].sum()
    assert plan.grids["area_m2"].sum() == pytest.approx(atoms.cells.area.sum())
