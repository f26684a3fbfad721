"""Files of incidents are brought by jobs: every row counted, kept on disk, nothing half when they are cancelled or killed."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gridplan.settings import Limits, Settings
from gridplan.store import COMMAND_LINE, Store, open_store
from tests.api.imports import WAIT_S, awaited, brought, refused, rows, sent, worker
from tests.api.process import process
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.samples import PLAN_ID, RURAL

HEAD = "id,kind,stage,reported_at,lon,lat"
DAY = "2026-03-01T08:30:00Z"
#: So many rows that their transaction lasts while a test looks at it.
MANY = 120_000


@pytest.fixture(params=["geopackage", "postgis"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of one's own."""
    where: str | Path = tmp_path / "plans.gpkg"
    if request.param == "postgis":
        where = str(request.getfixturevalue("fresh_postgis_url"))
    with open_store(where) as store:
        yield store


def incidents(client: httpx.Client) -> int:
    count: int = client.get("/incidents?limit=1").json()["matched"]
    return count


def test_every_row_is_counted_by_what_became_of_it(changing: Served) -> None:
    client, store = changing.client, changing.store
    store.adoptions.adopt(PLAN_ID, [RURAL], COMMAND_LINE)
    grids = store.load_plan(PLAN_ID).grids
    inside = grids[grids["community"] == RURAL].iloc[0]
    spot = inside.geometry.representative_point()
    later = "2030-01-01T00:00:00Z"  # after the adoption
    lines = [
        f"in,噪声,collected,{later},{spot.x},{spot.y}",
        f"far,噪声,collected,{later},1,1",
        f"nowhere,噪声,collected,{later},,",
        f"odd,噪声,dancing,{later},1,1",
        f"blank,,collected,{later},1,1",
        *(f"odd{number},噪声,dancing,{later},1,1" for number in range(250)),
        f"in,噪声,collected,{later},{spot.x},{spot.y}",
    ]
    first = brought(client, "\n".join((HEAD, *lines[:3])).encode())
    assert (first["rows"], first["created"], first["left_out"]) == (3, 3, 0)
    found = brought(client, "\n".join((HEAD, *lines)).encode())
    assert found["rows"] == 256 == found["created"] + found["unchanged"] + found["replaced"] + found["kept"] + found["left_out"]
    assert (found["created"], found["unchanged"], found["left_out"]) == (0, 3, 253)
    counts = {each["reason"]: each["count"] for each in found["found"]}
    assert counts["report.incident_unknown_stage"] == 251
    assert counts["report.incident_no_place"] == 1
    assert counts["report.assign_outside"] == 1
    assert counts["report.incident_same_row"] == 1
    numbers: dict[str, list[int]] = {}
    for row in found["left_out_rows"]:
        numbers.setdefault(row["reason"], []).append(row["row"])
    assert numbers["report.incident_unknown_stage"][:3] == [5, 7, 8]
    assert len(numbers["report.incident_unknown_stage"]) == 200, "the first of each reason, so that none hides another"
    assert numbers["report.incident_same_row"] == [257]
    assert client.get("/incidents/in").json()["grid"] == inside["code"]
    job = client.get("/jobs?limit=1").json()["jobs"][0]
    for language, words in (("en", "Rows of the file: 256"), ("zh", "文件行数: 256")):
        page = client.get(f"{httpx.URL(job['href']).path}?f=html&lang={language}")
        assert page.status_code == 200
        assert words in page.text
        assert client.get(f"/jobs?f=html&lang={language}").status_code == 200
    english, chinese = (
        {each["text"] for each in awaited(client, job["href"], "done", language=language)["result"]["found"]}
        for language in ("en", "zh")
    )
    assert not english & chinese, "the reasons are told in the language of the reader"


def test_a_file_may_be_larger_than_other_bodies_and_come_slower_than_an_answer(tmp_path: Path) -> None:
    body = rows(3000)
    limits = Limits(body_bytes=10_000, file_bytes=len(body), answer_s=1)

    def slowly() -> Iterator[bytes]:
        third = len(body) // 3
        for part in (body[:third], body[third : 2 * third], body[2 * third :]):
            time.sleep(0.8)
            yield part

    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings(limits=limits)) as running:
        client = running.client
        answer = client.post("/incidents/import", content=slowly(), headers={"Content-Type": "text/csv"})
        assert answer.status_code == 202, answer.text
        done = awaited(client, answer.headers["location"], "done", "failed")
        assert (done["state"], done["result"]["created"]) == ("done", 3000)
        told(client.post("/incidents", content=body, headers={"Content-Type": "application/json"}), 413, "GP555")
        with httpx.Client(base_url=running.url, trust_env=False) as other:
            told(other.post("/incidents/import", content=body + b"\n", headers={"Content-Type": "text/csv"}), 413, "GP555")
        assert len(client.get("/jobs").json()["jobs"]) == 1


def test_an_import_that_is_cancelled_while_it_writes_writes_nothing(own: Store) -> None:
    with served(own, Settings()) as running:
        client = running.client
        writing = sent(client, rows(MANY))
        pid = _storing(client, writing)
        assert client.delete(writing).status_code == 200
        ended = awaited(client, writing, "cancelled", "done", "failed")
        assert (ended["state"], ended["code"], ended["result"]) == ("cancelled", "GP445", None)
        assert not Path(f"/proc/{pid}").exists()
        assert incidents(client) == 0
        told(client.delete(writing), 409, "GP442")
        assert brought(client, rows(10))["created"] == 10, "the next one runs, and finds the store unlocked"


def test_an_import_whose_process_is_killed_writes_nothing_and_can_be_sent_again(own: Store) -> None:
    with served(own, Settings()) as running:
        client = running.client
        assert brought(client, rows(50))["created"] == 50
        for pause in (0.0, 0.3, 0.9):
            lost, following = sent(client, rows(MANY, first=50)), sent(client, rows(100))
            pid = _storing(client, lost)
            time.sleep(pause)
            os.kill(pid, signal.SIGKILL)
            ended = awaited(client, lost, "failed", "done")
            assert (ended["state"], ended["code"]) == ("failed", "GP444"), "the rows are so many that it still wrote"
            result = awaited(client, following, "done", "failed")["result"]
            assert result["created"] + result["unchanged"] == 100
            assert incidents(client) == 100, "what was acknowledged as done is there, and nothing of what was not"
        assert brought(client, rows(MANY))["created"] == MANY - 100
        assert incidents(client) == MANY


def test_a_killed_server_loses_no_file_that_waits_and_writes_nothing_half(tmp_path: Path) -> None:
    with process(tmp_path) as real:
        done = brought(real.client, rows(50))
        lost, waiting = sent(real.client, rows(MANY, first=50)), sent(real.client, rows(200))
        awaited(real.client, lost, "running")
        while "stor" not in str(real.client.get(lost).json()["message"]).lower():
            time.sleep(0.05)
        real.running.kill()
        real.running.wait(10)
    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings()) as running:
        client = running.client
        failed = awaited(client, lost, "failed", "done")
        assert (failed["state"], failed["code"]) == ("failed", "GP443")
        kept = awaited(client, waiting, "done", "failed")
        assert (kept["state"], kept["result"]["created"], kept["result"]["unchanged"]) == ("done", 150, 50)
        assert (done["created"], incidents(client)) == (50, 200)


def test_a_server_that_is_stopped_leaves_its_import_to_the_next(own: Store) -> None:
    with served(own, Settings()) as running:
        job = sent(running.client, rows(MANY))
        _storing(running.client, job)
    assert own.jobs.list()[0].state == "queued"
    with served(own, Settings()) as running:
        ended = awaited(running.client, job, "done", "failed")
        assert (ended["state"], ended["result"]["created"]) == ("done", MANY)


def test_a_workbook_that_is_none_fails_its_job_and_tells_no_folder(changing: Served) -> None:
    ended = refused(changing.client, b"PK no zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    assert ended["code"] == "GP596"
    assert "/tmp" not in ended["message"]
    assert "cannot be opened" in ended["message"]


def _storing(client: httpx.Client, job: str) -> int:
    """The process of the job, which has read its file and now puts the rows into the store."""
    end = time.monotonic() + WAIT_S
    while True:
        found = client.get(job).json()
        if found["progress"] >= 0.5:
            break
        assert found["state"] in ("queued", "running"), found
        assert time.monotonic() < end, found
        time.sleep(0.05)
    pid = worker().pid
    assert pid is not None
    return pid
