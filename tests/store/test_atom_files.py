"""The round trip by a GIS: atoms go out, their column is edited in other programs, what can be taken over comes back."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import gridplan as gp
from gridplan.cli import main
from gridplan.errors import InputError, RuleError
from gridplan.plan import Plan, broken_rules
from tests.places import demo_plan
from tests.provide.need import needed

DEBIAN_PYTHON = "/usr/bin/python3"
QGIS = """
import sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
path, to, *ids = sys.argv[1:]
layer = QgsVectorLayer(path + "|layername=atoms", "atoms", "ogr")
said = [layer.startEditing()]
column = layer.fields().indexOf("grid")
chosen = ", ".join(f"'{one}'" for one in ids)
for feature in layer.getFeatures(QgsFeatureRequest().setFilterExpression(f'"id" in ({chosen})')):
    said.append(layer.changeAttributeValue(feature.id(), column, to))
said.append(layer.commitChanges())
print("FOUND", len(said), all(said), flush=True)
del layer
app.exitQgis()
"""


def run(command: list[str]) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    plain |= {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=plain, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def border_atoms(plan: Plan) -> tuple[str, str, str]:
    """An atom that can go to another grid, its grid and that grid; the first there is."""
    drawing = plan.drawing
    for row, number in enumerate(drawing.of_cell.array().tolist()):
        for other, _ in drawing.ground.near_cells[row]:
            to = drawing.of_cell[other]
            if to != number and not drawing.grids[to].special and drawing.ground.cells.households[row]:
                try:
                    plan.move([drawing.ground.cell_ids[row]], to=drawing.grids[to].code)
                except RuleError:
                    continue
                return drawing.ground.cell_ids[row], drawing.grids[number].code, drawing.grids[to].code
    raise AssertionError("a plan has atoms that can move")


def edited(plan: Plan, path: Path, **columns: object) -> Path:
    """The atoms as a file with other values in some columns."""
    plan.atoms.assign(**columns).to_file(path, layer="edited")
    return path


def reasons(report: pd.DataFrame) -> dict[str, list[str]]:
    return {reason.removeprefix("report.redraw_"): rows["id"].tolist() for reason, rows in report.groupby("reason")}


def sound(plan: Plan) -> None:
    assert broken_rules(plan, gp.parse_scheme(plan.fact("scheme"), "meta")) == []


@pytest.mark.parametrize("name", ["atoms.gpkg", "atoms.geojson", "atoms.shp"])
def test_what_nobody_edited_changes_nothing(name: str, tmp_path: Path) -> None:
    plan = demo_plan()
    gp.write_atoms(plan, tmp_path / name)
    after, report = gp.read_atoms(plan, tmp_path / name)
    assert after is plan
    assert len(report) == 0


def test_gdal_carries_atoms_from_format_to_format(tmp_path: Path) -> None:
    ogr2ogr = needed("ogr2ogr is missing: install Debian's gdal-bin (python -m tests.provide)", shutil.which("ogr2ogr"))
    plan = demo_plan()
    atom, _, to = border_atoms(plan)
    gp.write_atoms(plan, tmp_path / "atoms.gpkg")
    query = f"SELECT id, CASE WHEN id = '{atom}' THEN '{to}' ELSE grid END AS zone, geom FROM atoms"
    for name, extra in (("a.shp", []), ("b.geojson", []), ("c.gpkg", ["-nlt", "PROMOTE_TO_MULTI", "-t_srs", "EPSG:3857"])):
        run([ogr2ogr, str(tmp_path / name), str(tmp_path / "atoms.gpkg"), "-dialect", "SQLite", "-sql", query, *extra])
        after, report = gp.read_atoms(plan, tmp_path / name, column="zone")
        assert reasons(report) == {}, name
        assert after.equals(plan.assign({atom: to}))


def test_a_column_edited_in_qgis_redraws_the_plan(tmp_path: Path) -> None:
    missing = "PyQGIS is missing: install Debian's python3-qgis and qgis-providers (python -m tests.provide)"
    needed(missing, Path("/usr/lib/python3/dist-packages/qgis").exists())
    plan = demo_plan()
    atom, old, to = border_atoms(plan)
    path = tmp_path / "atoms.gpkg"
    gp.write_atoms(plan, path)
    assert "FOUND 3 True" in run([DEBIAN_PYTHON, "-c", QGIS, str(path), to, atom])
    after, report = gp.read_atoms(plan, path)
    assert reasons(report) == {}
    assert after.atoms.set_index("id")["grid"].ne(plan.atoms.set_index("id")["grid"]).sum() == 1
    sound(after)
    moved = int(plan.atoms.set_index("id")["households"][atom])
    change = after.grids.set_index("code")["households"] - plan.grids.set_index("code")["households"]
    assert (change[old], change[to]) == (-moved, moved)
    # Half of a grid gets a name that no grid has: it is a new grid.
    half = plan.atoms[plan.atoms["grid"] == to]
    west = half["id"][half.geometry.representative_point().x < half.geometry.representative_point().x.median()]
    assert "True" in run([DEBIAN_PYTHON, "-c", QGIS, str(path), "新网格", *west])
    again, report = gp.read_atoms(plan, path)
    sound(again)
    fresh = again.grids[again.grids["name"] == "新网格"]
    assert len(fresh) == 1
    assert fresh["code"].iloc[0] not in set(plan.grids["code"])
    assert reasons(report)["new"] == ["新网格"]
    taken = set(again.atoms["id"][again.atoms["grid"] == fresh["code"].iloc[0]])
    # The atom that was moved before may be cut off by this.
    assert taken | (set(reasons(report).get("parts", [])) - {atom}) == set(west)


def test_what_cannot_be_taken_over_stays_and_is_told_by_id(tmp_path: Path) -> None:
    plan = demo_plan()
    atom, old, to = border_atoms(plan)
    ids = plan.atoms["id"].tolist()
    grid = plan.atoms.set_index("id")["grid"].copy()
    foreign = next(code for code in plan.grids["code"] if code[:12] != to[:12])
    far, blank, unknown, twice, missing, odd = [name for name in ids if name != atom and grid[name] not in (old, to)][:6]
    table = plan.atoms.copy()
    grid[atom], grid[blank], grid[far], grid[odd] = to, None, foreign if grid[far][:12] != foreign[:12] else to, "x" * 300
    table["grid"] = table["id"].map(grid)
    table.loc[table["id"] == unknown, "id"] = "no atom"
    table = table[table["id"] != missing]
    double = table[table["id"] == twice].assign(grid=to)
    table = gpd.GeoDataFrame(pd.concat([table, double]), crs=plan.atoms.crs)
    table.loc[table["id"] == blank, "geometry"] = table.geometry[table["id"] == blank].translate(0.001)
    table.to_file(tmp_path / "edited.gpkg", layer="x")
    after, report = gp.read_atoms(plan, tmp_path / "edited.gpkg")
    assert reasons(report) == {
        "blank": [blank],
        "community": [far],
        "missing": sorted([missing, unknown]),
        "name": [odd],
        "shape": [blank],
        "twice": [twice],
        "unknown_id": ["no atom"],
    }
    assert after.equals(plan.assign({atom: to}))


def test_locked_grids_and_links_are_kept(tmp_path: Path) -> None:
    atom, old, to = border_atoms(demo_plan())
    beside = demo_plan().atoms["id"][(demo_plan().atoms["grid"] == old) & (demo_plan().atoms["id"] != atom)].iloc[0]
    file = edited(demo_plan(), tmp_path / "a.gpkg", grid=demo_plan().atoms["grid"].where(demo_plan().atoms["id"] != atom, to))
    for plan, reason in (
        (demo_plan().lock([to]), "locked"),
        (demo_plan().must_link([atom, beside]), "linked"),
        (demo_plan().special([atom], "电站"), "special"),
    ):
        after, report = gp.read_atoms(plan, file)
        assert reasons(report) == {reason: [atom]}
        assert after is plan


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_column_says_the_plan_is_sound_and_each_atom_accounted_for(seed: int, tmp_path: Path) -> None:
    plan, random = demo_plan(), np.random.default_rng(seed)
    codes = [*plan.grids["code"], "甲", "乙", plan.grids["name"].iloc[1]]
    share = (0.02, 0.1, 0.5, 1.0)[seed % 4]
    said = [random.choice(codes) if random.random() < share else grid for grid in plan.atoms["grid"]]
    after, report = gp.read_atoms(plan, edited(plan, tmp_path / "a.gpkg", grid=said))
    sound(after)
    assert after.totals.households == plan.totals.households
    told = set(report["id"])
    named = dict(zip(plan.grids["name"], plan.grids["code"], strict=True))
    before = plan.drawing
    for row, (atom, text) in enumerate(zip(plan.atoms["id"], said, strict=True)):
        wanted = named.get(text, text)
        number = after.drawing.of_cell[row]
        if wanted in before.by_code:
            assert (number == before.by_code[wanted]) != (atom in told), atom
        else:
            assert (after.drawing.grids[number].name == wanted) != (atom in told), atom


def test_the_command_line_redraws_by_a_file_and_by_operations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = demo_plan()
    gp.write_plan(plan, "plan.gpkg")
    atom, old, to = border_atoms(plan)
    assert main(["export", "plan.gpkg", "--layer", "atoms", "--out", "atoms.shp"]) == 0
    table = gpd.read_file("atoms.shp")
    table.loc[table["id"] == atom, "grid"] = to
    table.loc[0, "grid"] = None
    table.to_file("atoms.shp", encoding="UTF-8")
    words = ["redraw", "plan.gpkg", "--atoms", "atoms.shp", "--report", "report.csv", "--out", "new.gpkg"]
    assert main(words) == 0
    assert "1 atoms in another grid" in capsys.readouterr().out
    assert pd.read_csv("report.csv")["id"].tolist() == [table["id"][0]]
    expected = gp.read_plan("plan.gpkg").assign({atom: to})
    assert gp.read_plan("new.gpkg").equals(expected)
    Path("do.json").write_text(
        json.dumps([{"operation": "move", "atoms": [atom], "to": old}, {"operation": "lock", "all": True}])
    )
    assert main(["redraw", "new.gpkg", "--operations", "do.json", "--out", "back.gpkg"]) == 0
    back = gp.read_plan("back.gpkg")
    assert back.atoms["grid"].tolist() == plan.atoms["grid"].tolist()
    assert back.constraints["kind"].tolist() == ["lock"]
    Path("bad.json").write_text("{")
    assert main(["redraw", "new.gpkg", "--operations", "bad.json", "--out", "b.gpkg"]) == 1
    assert main(["redraw", "new.gpkg", "--operations", "none.json", "--out", "b.gpkg"]) == 1
    assert main(["redraw", "new.gpkg", "--atoms", "atoms.shp", "--column", "x", "--out", "b.gpkg"]) == 1
    errors = capsys.readouterr().err
    assert all(code in errors for code in ("GP108", "GP101", "GP131"))
    assert not Path("b.gpkg").exists()


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GP131"):
        gp.read_atoms(demo_plan(), edited(demo_plan(), tmp_path / "a.gpkg"), column="zone")
    with pytest.raises(InputError, match="GP101"):
        gp.read_atoms(demo_plan(), tmp_path / "none.csv")
