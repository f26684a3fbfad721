"""Programs that people use open a bundle unaided: GDAL, and QGIS without its window."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import shapely

from gridplan.contracts import PLAN
from gridplan.plan.model import Plan
from gridplan.store import write_plan
from tests.provide.need import needed

OGR = {"text": "String", "int": "Integer64", "float": "Real", "bool": "Integer(Boolean)"}
QGIS_TYPES = {"text": "String", "int": "Integer64", "float": "Real", "bool": "Boolean"}
DEBIAN_PYTHON = "/usr/bin/python3"

QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer, QgsWkbTypes
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
found = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    rows = [{"code": f["code"], "area": f.geometry().area()} for f in layer.getFeatures()]
    fields = {field.name(): field.typeName() for field in layer.fields()}
    found[name] = {"valid": layer.isValid(), "fields": fields, "rows": rows, "crs": layer.crs().authid(),
                   "type": QgsWkbTypes.displayString(layer.wkbType())}
    del layer  # before the program ends that it belongs to
print("FOUND" + json.dumps(found), flush=True)
app.exitQgis()
"""


@pytest.fixture
def bundle(plan: Plan, tmp_path: Path) -> Path:
    path = tmp_path / "东风社区.gpkg"
    write_plan(plan, path)
    return path


def _run(command: list[str]) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    plain |= {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=plain, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_gdal_sees_every_layer_with_typed_columns(bundle: Path, plan: Plan) -> None:
    missing = "ogrinfo is missing: install Debian's gdal-bin (python -m tests.provide)"
    ogrinfo = needed(missing, shutil.which("ogrinfo"))
    for layer, contract in PLAN.items():
        lines = _run([ogrinfo, "-so", str(bundle), layer]).splitlines()
        fields = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith((" ", "INFO")))
        assert fields["Feature Count"] == str(len(getattr(plan, layer)))
        for column in contract.columns:
            assert fields[column.name].startswith(OGR[column.kind]), (layer, column.name)
        if contract.geometry and layer not in ("buildings", "nodes"):
            assert fields["Geometry"] == "Polygon"


def test_qgis_reads_fields_and_features(bundle: Path, plan: Plan) -> None:
    missing = "PyQGIS is missing: install Debian's python3-qgis and qgis-providers (python -m tests.provide)"
    needed(missing, Path("/usr/lib/python3/dist-packages/qgis").exists())
    layers = ["grids", "units", "findings"]
    output = _run([DEBIAN_PYTHON, "-c", QGIS, str(bundle), *layers])
    found = json.loads(output.partition("FOUND")[2].splitlines()[0])
    for name in layers:
        frame = getattr(plan, name)
        assert found[name]["valid"]
        assert (found[name]["crs"], found[name]["type"]) == ("EPSG:4326", "Polygon")
        assert [row["code"] for row in found[name]["rows"]] == list(frame["code"])
        assert [row["area"] for row in found[name]["rows"]] == pytest.approx(shapely.area(frame.geometry.to_numpy()), rel=1e-6)
        for column in PLAN[name].columns:
            assert found[name]["fields"][column.name] == QGIS_TYPES[column.kind], (name, column.name)
