"""Incidents over HTTP: reported, moved through their steps, listed, brought from files; and what is refused."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pandas as pd
import pytest

from gridplan.settings import Settings
from gridplan.store import COMMAND_LINE
from tests.api.imports import brought, refused
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.samples import PLAN_ID, RURAL, spot

Json = dict[str, object]
X, Y = (round(degrees, 6) for degrees in spot(1, 1).coords[0])
DAY = "2026-03-02T09:00:00+08:00"
NEW: Json = {
    "kind": "噪声",
    "reported_at": "2026-03-01T08:30:00+08:00",
    "lon": X,
    "lat": Y,
    "source": "热线",
    "address": "东风路1号",
}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def made(changing: Served) -> httpx.Response:
    """An incident that was just reported."""
    answer = changing.client.post("/incidents", json=NEW)
    assert answer.status_code == 201, answer.text
    return answer


def step(served: Served, made: httpx.Response, name: str, **more: object) -> httpx.Response:
    """The step, based on what the incident is now."""
    path = made.headers["location"]
    tag = served.client.get(path).headers["etag"]
    return served.client.post(f"{path}/steps", json={"step": name, **more}, headers={"If-Match": tag})


def test_an_incident_is_reported_goes_its_way_and_tells_it(changing: Served, made: httpx.Response) -> None:
    client = changing.client
    first = made.json()
    assert (first["stage"], first["reported_at"], first["steps"]) == ("collected", "2026-03-01T00:30:00Z", ["accept", "reject"])
    assert made.headers["etag"] == client.get(made.headers["location"]).headers["etag"]
    answer = step(changing, made, "accept", at=DAY, note="核实属实")
    assert (answer.status_code, answer.json()["due_at"]) == (200, "2026-03-07T01:00:00Z")
    assert answer.headers["etag"] != made.headers["etag"]
    for name, more in (
        ("dispatch", {}),
        ("escalate", {"handler": "town"}),
        ("handle", {"outcome": "已清"}),
        ("close", {"satisfaction": 5}),
    ):
        answer = step(changing, made, name, **more)
        assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["stage"], done["handler"], done["outcome"], done["satisfaction"]) == ("closed", "town", "已清", 5)
    assert done["lon"] == pytest.approx(X)
    history = client.get(f"{made.headers['location']}/steps").json()["steps"]
    assert [line["step"] for line in history] == ["create", "accept", "dispatch", "escalate", "handle", "close"]
    assert (history[1]["note"], history[1]["changed"]["accepted_at"]) == ("核实属实", "2026-03-02T01:00:00Z")
    assert set(history[4]["changed"]) == {"stage", "handled_at", "outcome"}


def test_a_step_that_cannot_be_is_refused_and_changes_nothing(changing: Served, made: httpx.Response) -> None:
    client, path = changing.client, made.headers["location"]
    told(client.post(f"{path}/steps", json={"step": "accept"}), 428, "GP582")
    told(client.post(f"{path}/steps", json={"step": "accept"}, headers={"If-Match": '"incidents.999.row.json"'}), 412, "GP420")
    told(step(changing, made, "close"), 409, "GP174")
    told(step(changing, made, "accept", at="2026-02-01T00:00:00Z"), 422, "GP175")
    told(step(changing, made, "accept", outcome="x"), 422, "GP176")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    told(step(changing, made, "accept", at=later), 422, "GP595")
    for wrong in (
        {"step": "jump"},
        {"step": "accept", "at": "2026-13-01T00:00:00Z"},
        {"step": "accept", "at": "x"},
        {"step": "close", "satisfaction": 6},
        {"stage": "closed"},
    ):
        told(client.post(f"{path}/steps", json=wrong, headers={"If-Match": "*"}), 400, "GP586")
    told(client.post("/incidents/none/steps", json={"step": "accept"}, headers={"If-Match": "*"}), 404, "GP575")
    told(client.get("/incidents/none"), 404, "GP575")
    assert client.get("/incidents/no%00ne/steps").status_code == 404
    assert client.get(path).headers["etag"] == made.headers["etag"]
    assert client.post(f"{path}/steps", json={"step": "accept"}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        *({}, {"kind": " \n"}, {"kind": "a", "lon": 1}, {"kind": "a", "lon": 181, "lat": 1}, {"kind": "a", "stage": "closed"}),
        *({"kind": "a", "reported_at": "gestern"}, {"kind": "a", "reported_at": "2026-02-30T00:00:00Z"}, {"kind": "x" * 201}),
    ],
    ids=str,
)
def test_what_is_no_report_is_refused(changing: Served, wrong: Json) -> None:
    told(changing.client.post("/incidents", json=wrong), 400, "GP586")


def test_an_id_is_taken_once_and_may_have_any_sign(changing: Served) -> None:
    client = changing.client
    answer = client.post("/incidents", json={"kind": "a", "id": "案/1?"})
    assert (answer.status_code, answer.json()["lon"], answer.json()["grid"]) == (201, None, None)
    assert client.get(answer.headers["location"]).json()["id"] == "案/1?"
    assert (
        client.post(f"{answer.headers['location']}/steps", json={"step": "reject"}, headers={"If-Match": "*"}).json()["stage"]
        == "rejected"
    )
    told(client.post("/incidents", json={"kind": "a", "id": "案/1?"}), 409, "GP421")
    told(client.post("/incidents", json={"kind": "a", "id": "a//b"}), 400, "GP583")


def test_the_grid_in_force_is_found_by_the_place(changing: Served) -> None:
    client, store = changing.client, changing.store
    store.adoptions.adopt(PLAN_ID, [RURAL], COMMAND_LINE)
    grids = store.load_plan(PLAN_ID).grids
    village = grids[grids["community"] == RURAL].iloc[0]
    point = village.geometry.representative_point()
    assert client.post("/incidents", json={"kind": "a", "lon": point.x, "lat": point.y}).json()["grid"] == village["code"]
    assert client.post("/incidents", json={**NEW, "lon": point.x, "lat": point.y}).json()["grid"] is None, (
        "nothing was adopted then"
    )


def test_lists_by_grid_stage_and_what_is_overdue(changing: Served) -> None:
    client = changing.client
    rows = [
        "a,x,dispatched,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,g1",
        "b,x,closed,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,g1",
        "c,y,dispatched,2026-03-01T00:00:00Z,2999-03-02T00:00:00Z,g2",
        "d,y,collected,2026-03-01T00:00:00Z,,g2",
    ]
    body = "\n".join(("id,kind,stage,reported_at,due_at,grid", *rows)).replace("2999", "2199")
    assert brought(client, body.encode())["created"] == 4

    def found(query: str) -> list[str]:
        answer = client.get(f"/incidents?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["matched"] >= len(answer.json()["incidents"])
        return [each["id"] for each in answer.json()["incidents"]]

    assert found("grid=g1") == ["a", "b"]
    assert found("stage=dispatched&kind=y") == ["c"]
    assert found("overdue=true") == ["a"]
    assert found("overdue=false&grid=g2") == ["c", "d"]
    assert found("overdue=false&grid=g1") == ["b"]
    assert found("kind=y&grid=g2&stage=collected") == ["d"]
    page = client.get("/incidents?limit=3&grid=g2&overdue=false&limit=1").status_code
    assert page == 400
    first = client.get("/incidents?limit=1&grid=g2").json()
    assert [each["id"] for each in client.get(first["next"]).json()["incidents"]] == ["d"]
    for wrong, code in (
        ("stage=done", "GP549"),
        ("colour=red", "GP501"),
        ("limit=0", "GP508"),
        ("cursor=x", "GP570"),
        ("overdue=maybe", "GP508"),
    ):
        told(client.get(f"/incidents?{wrong}"), 400, code)


def test_a_file_is_taken_row_by_row_and_every_row_accounted_for(changing: Served) -> None:
    client = changing.client
    table = pd.DataFrame(
        {
            "编号": ["1", "2", "3", "3", "5"],
            "事件类型": ["噪声", "垃圾", "占道", "占道", None],
            "状态": ["已结案", "跳舞", "已受理", "已受理", "已受理"],
            "上报时间": ["2026-03-01 08:30"] * 5,
            "经度": [X, X, None, None, X],
            "纬度": [Y, Y, None, None, Y],
        }
    )
    packed = io.BytesIO()
    table.to_excel(packed, index=False)
    csv = table.to_csv(index=False).encode("gb18030")
    for body, kind in ((packed.getvalue(), EXCEL), (csv, "text/csv")):
        found = brought(client, body, kind, path="/incidents/import?time_zone=Asia/Shanghai")
        assert found["rows"] == 5 == found["created"] + found["unchanged"] + found["left_out"]
        assert [(row["row"], row["id"], row["detail"]) for row in found["left_out_rows"]][:1] == [(3, "2", "跳舞")]
        counts = {each["reason"].removeprefix("report.incident_"): (each["count"], each["ids"]) for each in found["found"]}
        assert (counts["no_place"], counts["same_row"]) == ((1, ["3"]), (1, ["3"]))
        assert "没有位置" in next(each["text"] for each in found["found"] if each["reason"] == "report.incident_no_place")
    assert (found["created"], found["unchanged"]) == (0, 2), "brought again"
    mapped = "/incidents/import?" + str(
        httpx.QueryParams({"stages": json.dumps({"跳舞": "rejected"}), "time_zone": "Asia/Shanghai", "replace": "true"})
    )
    assert brought(client, csv, path=mapped)["created"] == 1
    assert client.get("/incidents/2").json()["stage"] == "rejected"


def test_the_headings_that_are_known_are_told(changing: Served) -> None:
    found = changing.client.get("/incidents/import").json()
    assert "编号" in found["columns"]["id"]
    assert "已结案" in found["stages"]["closed"]
    assert "非常满意" in found["satisfaction"]["5"]


@pytest.mark.parametrize(
    ("body", "kind", "query"),
    [
        (b"id,kind,reported_at\n1,a,2026-03-01 08:30", "text/csv", ""),  # of no zone
        (b"", "text/csv", ""),
        (b"\xff\xfe\x00", "text/csv", ""),
        (b"x", EXCEL, ""),
        (b"x", "application/geopackage+sqlite3", ""),
        (b"{", "application/geo+json", ""),
        (b"id,kind,reported_at\n1,a,2026-03-01 08:30", "text/csv", "?time_zone=Mars"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(changing: Served, body: bytes, kind: str, query: str) -> None:
    before = changing.client.get("/incidents").json()["matched"]
    ended = refused(changing.client, body, kind, path=f"/incidents/import{query}")
    assert ended["code"] == "GP596"
    assert "/tmp" not in ended["message"]
    assert changing.client.get("/incidents").json()["matched"] == before


@pytest.mark.parametrize(
    ("body", "kind", "query", "status", "code"),
    [
        (b"x", "text/plain", "", 415, "GP581"),
        (b"id,kind,reported_at", "text/csv", "?datum=mars", 400, "GP508"),
        (b"id,kind,reported_at", "text/csv", "?columns=[]", 400, "GP508"),
        (b"id,kind,reported_at", "text/csv", "?stages={", 400, "GP508"),
        (b"id,kind,reported_at", "text/csv", "?colour=red", 400, "GP501"),
    ],
)
def test_a_file_that_is_asked_for_wrongly_begins_no_job(
    changing: Served, body: bytes, kind: str, query: str, status: int, code: str
) -> None:
    before = changing.client.get("/jobs").json()["jobs"]
    told(changing.client.post(f"/incidents/import{query}", content=body, headers={"Content-Type": kind}), status, code)
    assert changing.client.get("/jobs").json()["jobs"] == before


def test_blanks_at_the_ends_of_texts_are_no_part_of_them(changing: Served) -> None:
    client = changing.client
    made = client.post("/incidents", json={**NEW, "kind": " 噪声\u3000", "address": "  人民路 1 号 "})
    assert (made.status_code, made.json()["kind"], made.json()["address"]) == (201, "噪声", "人民路 1 号")
    for blank in ({"kind": "   "}, {"kind": "\u3000"}, {"kind": "噪声", "source": " "}, {"kind": "噪声", "id": " "}):
        told(client.post("/incidents", json=blank), 400, "GP586")


def test_a_time_without_its_zone_is_told_as_such(changing: Served) -> None:
    said = told(changing.client.post("/incidents", json={**NEW, "reported_at": "2026-03-01 10:00"}), 400, "GP586")
    assert "is not a time with its zone, such as 2026-11-01T10:00:00+08:00" in said
    assert "control characters" not in said


@pytest.fixture
def guarded(changing: Served) -> Iterator[Served]:
    """The service with auth on."""
    with served(changing.store, Settings(auth=True)) as running:
        yield running


@pytest.mark.parametrize("changing", ["geopackage"], indirect=True)
def test_incidents_are_for_planners(guarded: Served) -> None:
    client = guarded.client
    paths = ("/incidents", "/incidents/x", "/incidents/x/steps", "/collections/incidents/items", "/collections/incidents/items/x")
    for path in paths:
        told(client.get(path), 401, "GP550")
        told(client.get(path, headers=bearer(guarded.store, "viewer")), 403, "GP552")
    names = [each["id"] for each in client.get("/collections").json()["collections"]]
    assert ("incidents" in names, "organisations" in names) == (False, True)
    planner = bearer(guarded.store, "planner")
    answer = client.post("/incidents", json=NEW, headers=planner)
    assert answer.status_code == 201
    assert client.get(f"{answer.headers['location']}/steps", headers=planner).json()["steps"][0]["who"] == "token:planner"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"id": "import"}, "id"),
        ({"id": "a/steps"}, "id"),
        ({"lon": 0.0, "lat": 0.0}, "geometry"),
        ({"reported_at": "1926-03-01T08:30:00+08:00"}, "properties.reported_at"),
    ],
)
def test_what_no_incident_can_be_is_refused(changing: Served, wrong: Json, where: str) -> None:
    """Such as an id that is an address of the service, where the incident could never be read again."""
    answer = changing.client.post("/incidents", json={**NEW, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (400, "GP583")
    assert where in answer.json()["detail"]
