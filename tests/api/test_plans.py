"""Plans over HTTP: listed, edited, put back, branched, adopted, compared, downloaded, deleted."""

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import pandas as pd
import pyogrio
import pytest

from gridplan.contracts import PLAN
from gridplan.settings import Settings
from gridplan.store import open_store, read_plan, write_plan
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.maps.test_incidents_page import told as held
from tests.samples import PLAN_ID, RURAL, URBAN, sample_plan

HERE = f"/plans/{PLAN_ID}"
GRID = f"{URBAN}001"
EVERYWHERE = {"communities": "all"}


def rename(name: str, code: str = GRID, level: str = "grid") -> dict[str, Any]:
    return {"operations": [{"operation": "rename", "level": level, "code": code, "name": name}], "note": "测试"}


def branch(client: httpx.Client) -> str:
    """The path of a new draft."""
    answer = client.post(f"{HERE}/branches", json={"name": "草案"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == client.get(answer.headers["location"]).headers["etag"]
    assert (answer.json()["state"], answer.json()["parent"], answer.json()["name"]) == ("draft", PLAN_ID, "草案")
    return f"/plans/{answer.json()['id']}"


def name_of(client: httpx.Client, draft: str) -> str:
    return str(client.get(f"{draft}/collections/grids/items/{GRID}").json()["properties"]["name"])


def test_an_edit_needs_the_etag_and_gives_the_next_one(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    told(client.post(f"{draft}/edits", json=rename("甲")), 428, "GP582")
    etag = client.get(draft).headers["etag"]
    answer = client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != etag
    assert answer.json()["revision"] == client.get(draft).json()["revision"]
    assert name_of(client, draft) == "甲"
    stale = client.post(f"{draft}/edits", json=rename("乙"), headers={"If-Match": etag})
    assert "again" in told(stale, 412, "GP424")
    assert f"revision {answer.json()['revision']}" in stale.json()["detail"]
    again = client.post(f"{draft}/edits", json=rename("乙"), headers={"If-Match": stale.headers["etag"]})
    assert again.status_code == 200
    pages = client.get(f"{draft}/collections/grids/items").headers["etag"]
    assert client.post(f"{draft}/edits", json=rename("丙"), headers={"If-Match": pages}).status_code == 200
    assert client.get(draft, headers={"If-None-Match": pages}).status_code == 200


def test_the_log_tells_and_puts_back(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    for name in ("甲", "乙"):
        assert client.post(f"{draft}/edits", json=rename(name), headers={"If-Match": "*"}).status_code == 200
    first = client.get(f"{draft}/edits?limit=1").json()
    assert [edit["after"]["grids"][GRID]["name"] for edit in first["edits"]] == ["乙"]
    rest = client.get(first["next"]).json()
    older = rest["edits"][0]
    assert (older["who"], older["role"], older["note"], older["item"]) == ("local", "admin", "测试", GRID)
    told(client.post(f"{draft}/edits/{older['edit']}/revert"), 409, "GP429")
    newest = first["edits"][0]["edit"]
    assert client.post(f"{draft}/edits/{newest}/revert").status_code == 200
    assert name_of(client, draft) == "甲"
    told(client.post(f"{draft}/edits/999999/revert"), 404, "GP428")
    made = client.get(f"{draft}/edits").json()["edits"][-1]
    assert made["operation"] == "branch"
    told(client.post(f"{draft}/edits/{made['edit']}/revert"), 409, "GP427")
    told(client.post(f"{draft}/edits/none/revert"), 400, "GP508")


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        ({}, 400, "GP586", "operations"),
        ({"operations": []}, 400, "GP586", "1 to 1000"),
        ({"operations": [{"operation": "fly"}]}, 400, "GP586", "known are rename"),
        ({"operations": [{"op": "rename"}]}, 400, "GP586", "operations[0].operation: missing; give rename"),
        ({"operations": rename("x")["operations"], "more": 1}, 400, "GP586", "more"),
        (rename("x", "nosuch"), 409, "GP426", "nosuch"),
        (rename("x", "'; DROP TABLE grids; --"), 409, "GP426", "DROP"),
        (rename(" "), 400, "GP586", "operations[0].name"),
        (rename("x\x00"), 400, "GP586", "operations[0].name"),
        ([], 400, "GP586", "-"),
        ("x", 400, "GP586", "-"),
    ],
)
def test_an_edit_that_cannot_be_is_told(changing: Served, body: object, status: int, code: str, words: str) -> None:
    before = changing.client.get(HERE).headers["etag"]
    assert words in told(changing.client.post(f"{HERE}/edits", json=body, headers={"If-Match": "*"}), status, code)
    chinese = changing.client.post(f"{HERE}/edits", json=body, headers={"If-Match": "*", "Accept-Language": "zh"})
    assert re.search("[一-鿿]", told(chinese, status, code))
    assert changing.client.get(HERE).headers["etag"] == before


def test_injected_names_are_names(changing: Served) -> None:
    draft = branch(changing.client)
    for text in ("'); DROP TABLE grids; --", '" OR 1=1', "%s $1 :x {y}", "<script>"):
        assert changing.client.post(f"{draft}/edits", json=rename(text), headers={"If-Match": "*"}).status_code == 200
        assert name_of(changing.client, draft) == text
        assert changing.client.post(f"{draft}/branches", json={"name": text, "note": text}).json()["name"] == text


def test_adopting_and_archiving(changing: Served) -> None:
    client, first, second = changing.client, branch(changing.client), branch(changing.client)
    assert client.post(f"{first}/adoptions", json=EVERYWHERE).json()["state"] == "adopted"
    told(client.post(f"{first}/edits", json=rename("x"), headers={"If-Match": "*"}), 409, "GP425")
    told(client.delete(first), 409, "GP431")
    told(client.post(f"{first}/archive"), 409, "GP431")
    held = {each["community"]: each for each in client.get("/adopted").json()["adopted"]}
    assert {code: f"/plans/{each['plan']}" for code, each in held.items()} == {URBAN: first, RURAL: first}
    assert not {"who", "note"} & set(held[URBAN])
    assert client.get(held[URBAN]["href"]).status_code == 200
    part = client.post(f"{second}/adoptions", json={"communities": [URBAN], "note": "试点"})
    assert part.json()["state"] == "adopted"
    assert client.get(first).json()["state"] == "adopted"
    told(client.post(f"{second}/adoptions", json={"communities": ["nosuch"]}), 409, "GP430")
    told(client.post(f"{second}/adoptions", json={"communities": []}), 400, "GP586")
    told(client.post(f"{second}/adoptions", json=EVERYWHERE, headers={"If-Match": '"x.1.json"'}), 412, "GP424")
    assert client.post(f"{second}/adoptions", json=EVERYWHERE).status_code == 200
    assert client.get(first).json()["state"] == "archived"
    assert client.delete(first).status_code == 204
    told(client.get(first), 404, "GP510")
    log = client.get("/edits", params={"scope": first.removeprefix("/plans/")}).json()["edits"]
    assert [line["operation"] for line in log] == ["delete", "archive", "adopt", "branch"]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", "GP587", "it is empty"),
        (b"null", "GP586", "must be a JSON object"),
        (b"{}", "GP586", "communities: missing"),
        (b'{"communities": "ALL"}', "GP586", 'communities: must be one of all, not "ALL"'),
        (b'{"communities": ["a", 1]}', "GP586", "communities.1: must be text"),
    ],
)
def test_nothing_is_adopted_where_the_body_does_not_say_where(changing: Served, body: bytes, code: str, words: str) -> None:
    client, draft = changing.client, branch(changing.client)
    before = client.get("/adopted").json()
    answer = client.post(f"{draft}/adoptions", content=body, headers={"Content-Type": "application/json"})
    assert words in told(answer, 400, code)
    assert client.get(draft).json()["state"] == "draft"
    assert client.get("/adopted").json() == before


def test_the_list_is_read_page_by_page(changing: Served) -> None:
    client = changing.client
    for _ in range(3):
        branch(client)
    whole = client.get("/plans").json()["plans"]
    seen, path = [], "/plans?limit=2"
    while path:
        page = client.get(path).json()
        assert len(page["plans"]) <= 2
        seen += [plan["id"] for plan in page["plans"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert seen == [plan["id"] for plan in whole]
    answer = client.get("/plans")
    assert client.get("/plans", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for wrong, code in (("limit=0", "GP508"), ("limit=1.0", "GP508"), ("cursor=x", "GP570"), ("offset=1", "GP501")):
        told(client.get(f"/plans?{wrong}"), 400, code)


def test_two_plans_are_compared(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": "*"})
    answer = client.get(f"{draft}/compare", params={"with": PLAN_ID})
    found = answer.json()
    assert (found["with"], found["moved_households"], found["households"]) == (PLAN_ID, 0, 107)
    assert found["grids"] == {"kept": 4, "changed": 0, "new": 0, "gone": 0}
    assert found["renamed"] == [{"level": "grid", "code": GRID, "before": "东风社区第001网格", "after": "甲"}]
    assert found["steps"] == []
    same = client.get(f"{draft}/compare", params={"with": PLAN_ID}, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    told(client.get(f"{draft}/compare"), 400, "GP592")
    told(client.get(f"{draft}/compare?with=nosuch"), 404, "GP510")


def download(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    answer = client.get(f"{HERE}/download?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert client.get(f"{HERE}/download?{query}", headers={**headers, "If-None-Match": answer.headers["etag"]}).status_code == 304
    return answer


def test_the_bundle_has_the_bytes_that_gridplan_writes(service: Served, tmp_path: Path) -> None:
    answer = download(service.client, "format=gpkg")
    write_plan(sample_plan(), tmp_path / "own.gpkg")
    assert answer.content == (tmp_path / "own.gpkg").read_bytes()
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith(f'attachment; filename="plan-{PLAN_ID}.gpkg"; filename*=UTF-8')
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"


def test_the_geojson_has_every_layer(service: Served) -> None:
    with zipfile.ZipFile(io.BytesIO(download(service.client, "format=geojson").content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{layer}.geojson" for layer in PLAN)
        grids = json.loads(archive.read("grids.geojson"))
    page = service.client.get(f"{HERE}/collections/grids/items").json()
    assert grids["features"] == page["features"]


@pytest.mark.parametrize(("query", "encoding"), [("format=shapefile", "GB18030"), ("format=shapefile&encoding=UTF-8", "UTF-8")])
def test_the_shapefiles_are_whole_in_their_encoding(service: Served, tmp_path: Path, query: str, encoding: str) -> None:
    plan = sample_plan()
    with zipfile.ZipFile(io.BytesIO(download(service.client, query).content)) as archive:
        archive.extractall(tmp_path)
    assert (tmp_path / "grids.cpg").read_text() == encoding
    assert "东风社区".encode(encoding) in (tmp_path / "grids.dbf").read_bytes()
    grids = gpd.read_file(tmp_path / "grids.shp")
    assert list(grids["name"]) == list(plan.grids["name"])
    assert list(grids["compact"]) == pytest.approx(list(plan.grids["compactness"]))
    parts = [gpd.read_file(tmp_path / f"buildings_{kind}.shp") for kind in ("point", "polygon")]
    assert sum(map(len, parts)) == len(plan.buildings)
    assert len(pd.read_csv(tmp_path / "sections.csv")) == len(plan.sections)
    notes = pd.read_csv(tmp_path / "columns.csv")
    assert ("grids", "compact", "compactness") in set(notes.iloc[:, :3].itertuples(index=False, name=None))


def test_the_kml_has_names(service: Served, tmp_path: Path) -> None:
    path = tmp_path / "plan.kml"
    path.write_bytes(download(service.client, "format=kml").content)
    layers = [layer for layer, contract in PLAN.items() if contract.geometry]
    assert list(pyogrio.list_layers(path)[:, 0]) == layers
    grids = pyogrio.read_dataframe(path, layer="grids")
    assert list(grids["Name"]) == list(sample_plan().grids["name"])
    assert list(pyogrio.read_dataframe(path, layer="units")["Name"]) == list(sample_plan().units["code"])


@pytest.mark.parametrize("query", ["format=csv", "format=shapefile&encoding=GBK", "layer=grids"])
def test_a_wrong_download_is_400(service: Served, query: str) -> None:
    assert service.client.get(f"{HERE}/download?{query}").status_code == 400


def test_the_report_is_for_planners(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(sample_plan())
        with served(store, Settings(auth=True)) as running:
            public, whole = (download(running.client, "", **headers) for headers in ({}, bearer(store, "planner")))
    assert public.headers["etag"] != whole.headers["etag"]
    for answer, rows in ((public, 0), (whole, 2)):
        (tmp_path / "plan.gpkg").write_bytes(answer.content)
        assert len(read_plan(tmp_path / "plan.gpkg").report) == rows


def test_nothing_is_left_of_a_download(service: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    download(service.client, "format=kml")
    with service.client.stream("GET", f"{HERE}/download?format=gpkg") as answer:
        next(answer.iter_bytes(1000))
    assert list(tmp_path.iterdir()) == []


def test_the_map_follows_an_edit(changing: Served) -> None:
    draft = branch(changing.client)
    before = changing.client.get(f"{draft}/map")
    assert changing.client.get(f"{draft}/map", headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    changing.client.post(f"{draft}/edits", json=rename("改名后的网格"), headers={"If-Match": "*"})
    after = changing.client.get(f"{draft}/map", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "改名后的网格" in held(after.text)["grids"]["name"]


def test_two_editors_of_one_plan_lose_nothing(changing: Served) -> None:
    draft = branch(changing.client)

    def edit(number: int) -> int:
        with httpx.Client(base_url=changing.url, trust_env=False) as client:
            for step in range(60):
                while True:
                    etag = client.get(draft).headers["etag"]
                    answer = client.post(f"{draft}/edits", json=rename(f"{number}-{step}"), headers={"If-Match": etag})
                    if answer.status_code == 200:
                        break
                    told(answer, 412, "GP424")
        return 60

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(edit, range(2))) == 120
    lines = changing.store.log.history(draft.removeprefix("/plans/"), limit=1000)
    chain = [line for line in lines if line.operation == "rename"]
    assert len(chain) == 120
    assert all(later.before == earlier.after for later, earlier in pairwise(chain))
    assert chain[0].revision == changing.client.get(draft).json()["revision"]
