"""QGIS without its window: reads the service, and edits the embedded GeoPackage while it is served."""

import json
import os
import subprocess
from pathlib import Path

import geopandas as gpd
import shapely

from benchmarks.api.plan import PLAN_ID, made_plan
from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.recorded import recorded
from tests.api.served import Served, served
from tests.provide.need import needed

ROOT = f"/plans/{PLAN_ID}"
DEBIAN_PYTHON = "/usr/bin/python3"
BOX = (104.0153, 30.0153, 104.0297, 30.0447)

_BEGIN = """
import json, sys
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsFeature, QgsFeatureRequest, QgsGeometry,
                       QgsProject, QgsRectangle, QgsVectorLayer)
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
def tell(found):
    print("FOUND" + json.dumps(found), flush=True)
"""
_END = """
app.exitQgis()
"""
READ = (
    _BEGIN
    + """
url, name, box = sys.argv[1], sys.argv[2], [float(edge) for edge in sys.argv[3:7]]
address = f"pagingEnabled='true' pageSize='200' restrictToRequestBBOX='1' typename='{name}' url='{url}' version='OGC_FEATURE'"
layer = QgsVectorLayer(address, name, "OAPIF")
def rows(request):
    return [{"code": f["code"], "households": f["households"], "wkt": f.geometry().asWkt(9)} for f in layer.getFeatures(request)]
metres = QgsCoordinateReferenceSystem("EPSG:32648")
tell({"valid": layer.isValid(), "crs": layer.crs().authid(), "count": layer.featureCount(),
      "fields": {field.name(): field.typeName() for field in layer.fields()},
      "box": rows(QgsFeatureRequest().setFilterRect(QgsRectangle(*box))),
      "all": rows(QgsFeatureRequest()),
      "metres": rows(QgsFeatureRequest().setDestinationCrs(metres, QgsProject.instance().transformContext()))})
del layer
"""
    + _END
)
EDIT = (
    _BEGIN
    + """
path, name, code = sys.argv[1:4]
sys.stdin.readline()
layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
said = []
said.append(layer.startEditing())
feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(f"code = '{code}'")))
said.append(layer.changeAttributeValue(feature.id(), layer.fields().indexOf("households"), 77))
shape = feature.geometry()
shape.translate(10, 0)
said.append(layer.changeGeometry(feature.id(), shape))
said.append(layer.commitChanges())
tell({"said": said, "errors": layer.commitErrors()})
sys.stdin.readline()
said = [layer.startEditing()]
said.append(layer.deleteFeature(feature.id()))
said.append(layer.commitChanges())
tell({"said": said, "errors": layer.commitErrors()})
sys.stdin.readline()
del layer
"""
    + _END
)


def plain_environment() -> dict[str, str]:
    """The environment without what belongs to this Python."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return plain | {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}


def qgis_there() -> None:
    needed(
        "PyQGIS is missing: install Debian's python3-qgis and qgis-providers (python -m tests.provide)",
        Path("/usr/lib/python3/dist-packages/qgis").exists(),
    )


def told(line: str) -> dict[str, object]:
    """What the program in QGIS found."""
    found: dict[str, object] = json.loads(line.partition("FOUND")[2])
    return found


def frame(rows: object, crs: str) -> gpd.GeoDataFrame:
    assert isinstance(rows, list)
    table = gpd.GeoDataFrame(rows, geometry=shapely.from_wkt([row["wkt"] for row in rows]), crs=crs)
    return table.sort_values("code", ignore_index=True)


def test_qgis_reads_the_service(lattice_service: Served) -> None:
    qgis_there()
    with recorded(lattice_service.url) as asked:
        words = [DEBIAN_PYTHON, "-c", READ, asked.url + ROOT, "units", *map(str, BOX)]
        run = subprocess.run(words, capture_output=True, text=True, check=False, env=plain_environment(), timeout=120)
    assert run.returncode == 0, run.stderr
    found = told(next(line for line in run.stdout.splitlines() if "FOUND" in line))
    units = lattice_service.store.load_plan(PLAN_ID).units
    assert (found["valid"], found["crs"], found["count"]) == (True, "EPSG:4326", len(units))
    fields = found["fields"]
    assert isinstance(fields, dict)
    assert (fields["code"], fields["households"]) == ("String", "Integer")

    whole = frame(found["all"], "EPSG:4326")
    assert whole["code"].tolist() == units["code"].tolist()
    assert whole["households"].tolist() == units["households"].tolist()
    assert max(shapely.hausdorff_distance(whole.geometry.to_numpy(), units.geometry.to_numpy())) < 2e-9
    in_metres, expected = frame(found["metres"], "EPSG:32648"), units.to_crs("EPSG:32648")
    assert max(shapely.hausdorff_distance(in_metres.geometry.to_numpy(), expected.geometry.to_numpy())) < 0.001

    inside = units[units.intersects(shapely.box(*BOX))]
    assert frame(found["box"], "EPSG:4326")["code"].tolist() == inside["code"].tolist()
    with_box = [one for one in asked.pages() if "bbox" in one.parameters]
    assert with_box
    assert with_box[0].features == len(inside)
    assert all(one.status == 200 for one in asked.asked)


class Editing:
    """The program that edits, one line of input a step."""

    def __init__(self, path: Path, code: str) -> None:
        words = [DEBIAN_PYTHON, "-c", EDIT, str(path), "units", code]
        pipe = subprocess.PIPE
        self._qgis = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=plain_environment())

    def found(self) -> dict[str, object]:
        """What the step came to."""
        assert self._qgis.stdout is not None
        line = next((line for line in self._qgis.stdout if "FOUND" in line), None)
        assert line is not None, self._qgis.communicate()[1]
        return told(line)

    def go_on(self) -> None:
        assert self._qgis.stdin is not None
        self._qgis.stdin.write("\n")
        self._qgis.stdin.flush()

    def __enter__(self) -> "Editing":
        return self

    def __exit__(self, *_: object) -> None:
        if self._qgis.poll() is None:
            self._qgis.kill()
        self._qgis.communicate()


def test_what_qgis_edits_is_served_at_once(tmp_path: Path) -> None:
    qgis_there()
    path, code = tmp_path / "plans.gpkg", "522730001001007003"
    item, page = f"{ROOT}/collections/units/items/{code}", f"{ROOT}/collections/units/items?limit=1000"
    with open_store(path) as store:
        store.save_plan(made_plan(columns=25, rows=25))
        with served(store, Settings()) as running, Editing(path, code) as qgis:
            get = running.client.get
            before = [get(item), get(page)]
            assert [answer.status_code for answer in before] == [200, 200]
            qgis.go_on()
            assert qgis.found()["said"] == [True] * 4
            edited = [get(item), get(page)]
            for old, new in zip(before, edited, strict=True):
                assert new.headers["etag"] != old.headers["etag"]
                assert get(str(new.url), headers={"If-None-Match": old.headers["etag"]}).content == new.content
                assert get(str(new.url), headers={"If-None-Match": new.headers["etag"]}).status_code == 304
            assert edited[0].json()["properties"]["households"] == 77
            assert edited[0].json() in edited[1].json()["features"] or "links" in edited[0].json()
            moved = get(f"{ROOT}/collections/units/items?bbox=113,29,115,31").json()
            assert [feature["id"] for feature in moved["features"]] == [code]
            qgis.go_on()
            assert qgis.found()["said"] == [True] * 3
            assert get(item).status_code == 404
            left = get(page)
            assert left.json()["numberMatched"] == 624
            assert left.headers["etag"] not in [answer.headers["etag"] for answer in (*before, *edited)]
            assert get(f"{ROOT}/collections/units/items?bbox=113,29,115,31").json()["numberMatched"] == 0
