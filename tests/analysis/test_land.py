"""The land that changed its grid: on a lattice that a reader can check, and added up on real plans."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.analysis import changed_land
from gridplan.plan import Plan, lineage
from tests.places import demo_plan
from tests.samples import RURAL, URBAN, sample_plan, square


def renamed(plan: Plan, codes: dict[str, str]) -> Plan:
    """The plan with other codes for its grids."""
    grids = plan.grids.assign(code=plan.grids["code"].replace(codes))
    units = plan.units.assign(grid=plan.units["grid"].replace(codes))
    buildings = plan.buildings.assign(grid=plan.buildings["grid"].replace(codes))
    tables = {name: getattr(plan, name) for name in ("areas", "communities", "sections", "nodes", "posts", "findings", "lineage")}
    tables |= {name: getattr(plan, name) for name in ("voided", "meta", "report")}
    return Plan(**tables, grids=grids, units=units, buildings=buildings)


def test_same_plan_has_no_changed_land() -> None:
    found = changed_land(sample_plan(), sample_plan())
    assert found.columns.tolist() == ["old", "new", "change", "households", "area_m2", "geometry"]
    assert (len(found), found.crs) == (0, crs.LONLAT)


def test_a_grid_of_another_code_is_all_of_its_land() -> None:
    old, new = sample_plan(), renamed(sample_plan(), {f"{RURAL}002": f"{RURAL}009"})
    found = changed_land(old, new)
    assert found[["old", "new"]].to_numpy().tolist() == [[f"{RURAL}002", f"{RURAL}009"]]
    assert found["households"].tolist() == [17]
    assert found.geometry.iloc[0].symmetric_difference(square(2, 0)).area < 1e-9


def test_swapped_codes_are_two_moves_and_an_absent_grid_is_gone() -> None:
    swapped = renamed(sample_plan(), {f"{RURAL}001": f"{RURAL}002", f"{RURAL}002": f"{RURAL}001"})
    found = changed_land(sample_plan(), swapped)
    assert found["old"].tolist() == [f"{RURAL}001", f"{RURAL}002"]
    assert found["new"].tolist() == [f"{RURAL}002", f"{RURAL}001"]
    assert found["households"].sum() == 29
    whole = sample_plan()
    kept = {name: getattr(whole, name)[getattr(whole, name)["grid"] != f"{URBAN}001"] for name in ("units", "buildings", "nodes")}
    sections = whole.sections[whole.sections["unit"].isin(kept["units"]["code"])]
    tables = dict(whole.layers()) | kept | {"sections": sections, "grids": whole.grids[whole.grids["code"] != f"{URBAN}001"]}
    smaller = Plan(**tables)
    (gone,) = changed_land(whole, smaller).itertuples()
    assert (gone.old, gone.change, gone.households) == (f"{URBAN}001", "gone", 0)
    assert changed_land(whole, smaller)["new"].isna().all()
    (new,) = changed_land(smaller, whole).itertuples()
    assert (new.new, new.change, new.households) == (f"{URBAN}001", "new", 28)
    assert new.geometry.equals(gone.geometry)


@pytest.fixture(scope="module")
def redrawn() -> Plan:
    """Central Helsinki with two grids merged, one cut in two, and a house moved."""
    plan = demo_plan()
    first, second = plan.grids["code"][:2]
    return plan.merge([first, second]).split(plan.grids["code"].iloc[5], into=2)


def test_land_adds_up_on_a_real_plan(redrawn: Plan) -> None:
    old = demo_plan()
    found = changed_land(old, redrawn)
    metres = CRS(old.fact("crs"))
    then, now = (crs.to_crs(plan.grids, metres).set_index("code").geometry for plan in (old, redrawn))
    changed = crs.to_crs(found, metres)
    assert np.allclose(changed.geometry.area, found["area_m2"], atol=0.02)
    for code in then.index:
        left = shapely.union_all(changed.geometry[found["old"] == code].to_numpy())
        stayed = then[code].intersection(now[code]) if code in now.index else shapely.Polygon()
        assert left.area + stayed.area == pytest.approx(then[code].area, abs=1.0)
        assert left.difference(then[code]).area < 0.5
    for code in now.index:
        come = shapely.union_all(changed.geometry[found["new"] == code].to_numpy())
        stayed = then[code].intersection(now[code]) if code in then.index else shapely.Polygon()
        assert come.area + stayed.area == pytest.approx(now[code].area, abs=1.0)
    steps = lineage(old, redrawn)
    moved = steps[(steps["level"] == "grid") & (steps["old"] != steps["new"])]
    assert found["households"].sum() == moved["households"].sum()
    assert set(found["change"]) == {"merged", "split"}


def test_rounding_of_lines_is_no_change() -> None:
    plan = sample_plan()
    shaken = plan.grids.assign(geometry=shapely.transform(plan.grids.geometry.to_numpy(), lambda points: points + 2e-7))
    assert len(changed_land(plan, Plan(**(dict(plan.layers()) | {"grids": shaken})))) == 0
