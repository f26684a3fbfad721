"""Coverage over HTTP: measured by a job, told by level, with what it is a share of."""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gridplan.settings import Settings
from gridplan.sources import demo_town
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.places import demo_plan
from tests.provide.postgis import copied

WAIT_S = 120


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def helsinki(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the shipped town and its plan."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("coverage") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_town("helsinki", demo_town())
        store.save_plan(demo_plan())
        yield stack.enter_context(served(store, Settings()))


def test_coverage_is_measured_told_and_counted_by_level(helsinki: Served) -> None:
    client, here = helsinki.client, f"/plans/{demo_plan().id}/coverage"
    absent = client.get(here)
    assert (absent.status_code, absent.json()["code"]) == (404, "GP460")
    assert client.get(f"/plans/{demo_plan().id}/stats").json()["measured_at"] is None
    begun = client.post(here, json={"kinds": ["library", "pharmacy"], "most_m": 3000.0})
    assert begun.status_code == 202, begun.text
    end = time.monotonic() + WAIT_S
    while (job := client.get(begun.headers["location"]).json())["state"] in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert (job["state"], job["kind"], job["result"]["kinds"]) == ("done", "coverage", ["library", "pharmacy"])
    page = client.get(begun.headers["location"], params={"f": "html", "lang": "en"}).text
    assert "coverage" in page
    answer = client.get(here, params={"by": "community", "within": "1000,300"})
    told = answer.json()
    assert (
        client.get(
            here, params={"by": "community", "within": "1000,300"}, headers={"If-None-Match": answer.headers["etag"]}
        ).status_code
        == 304
    )
    assert told["measured"]["about"]["town"] == "helsinki"  # made of the same files
    rows = told["rows"]
    assert len(rows) == len(demo_plan().communities) * 2 * 2
    for near, far in zip(rows[::2], rows[1::2], strict=True):
        assert (near["within_m"], far["within_m"]) == (300, 1000)
        assert near["households_within"] <= far["households_within"] <= far["households"]
    (whole,) = client.get(here, params={"by": "town", "within": "500", "kind": "library"}).json()["rows"]
    grids = client.get(here, params={"by": "grid", "within": "500", "kind": "library"}).json()["rows"]
    assert whole["households"] == sum(row["households"] for row in grids) == demo_plan().grids["households"].sum()
    assert whole["households_within"] == sum(row["households_within"] for row in grids)
    table = list(
        csv.DictReader(io.StringIO(client.get(here, params={"by": "grid", "within": "500", "kind": "library", "f": "csv"}).text))
    )
    assert [(row["code"], int(row["households_within"])) for row in table] == [
        (row["code"], row["households_within"]) for row in grids
    ]
    drawn = f"/plans/{demo_plan().id}/maps/coverage"
    for form, start in (("html", b"<!DOCTYPE html>"), ("png", b"\x89PNG")):
        shown = client.get(drawn, params={"f": form, "kind": "pharmacy", "within": "300"})
        assert (shown.status_code, shown.content[: len(start)]) == (200, start), shown.text[:300]
        assert client.get(shown.request.url, headers={"If-None-Match": shown.headers["etag"]}).status_code == 304
    assert client.get(drawn, params={"f": "png", "kind": "bank"}).json()["code"] == "GP613"
    branch = client.post(f"/plans/{demo_plan().id}/branches").json()["id"]
    assert client.get(f"/plans/{branch}/coverage", params={"by": "town", "within": "500", "kind": "library"}).json()["rows"] == [
        whole
    ]


def test_capacity_is_shared_told_by_level_and_refused_where_nobody_states_it(helsinki: Served) -> None:
    client, here = helsinki.client, f"/plans/{demo_plan().id}/coverage"

    def measured(**body: object) -> dict[str, Any]:  # as JSON has it
        begun = client.post(here, json={"kinds": ["library", "pharmacy"], **body})
        assert begun.status_code == 202, begun.text
        end = time.monotonic() + WAIT_S
        while (job := client.get(begun.headers["location"]).json())["state"] in ("queued", "running"):
            assert time.monotonic() < end
            time.sleep(0.2)
        return dict(job)

    refused = measured(capacity={})
    assert (refused["state"], refused["code"]) == ("failed", "GP198"), "no service of the shipped town states a capacity"
    assert measured()["state"] == "done"
    absent = client.get(f"{here}/capacity")
    assert (absent.status_code, absent.json()["code"]) == (404, "GP468")
    assert measured(capacity={"within_m": 800, "assumed": {"library": 50.0}})["state"] == "done"
    answer = client.get(f"{here}/capacity", params={"by": "town"})
    about = answer.json()["measured"]["about"]["capacity"]
    count = len(demo_town().services.query("kind == 'library'"))  # type: ignore[union-attr]  # it has services
    assert about["within_m"] == 800
    assert about["kinds"][0] == {"kind": "library", "services": count, "assumed": count, "left_out": 0, "capacity": 50.0 * count}
    rows = {row["kind"]: row for row in answer.json()["rows"]}
    library = rows["library"]
    assert library["people"] * library["per_1000"] / 1000 == pytest.approx(50 * count), "all that is offered is shared"
    assert (rows["pharmacy"]["services"], rows["pharmacy"]["per_1000"], rows["pharmacy"]["capacity"]) == (0, None, None)
    grids = client.get(f"{here}/capacity", params={"kind": "library"}).json()["rows"]
    assert sorted(row["code"] for row in grids) == sorted(demo_plan().grids["code"])
    shared = sum(row["people"] * (row["per_1000"] or 0) for row in grids)
    assert shared / 1000 == pytest.approx(50 * count)
    again = client.get(f"{here}/capacity", params={"by": "town"}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    table = list(csv.DictReader(io.StringIO(client.get(f"{here}/capacity", params={"kind": "library", "f": "csv"}).text)))
    assert [row["code"] for row in table] == [row["code"] for row in grids]
    for given, code in (({"by": "street"}, "GP508"), ({"kind": "bank"}, "GP464"), ({"within": "300"}, "GP501")):
        wrong = client.get(f"{here}/capacity", params=given)
        assert (wrong.status_code, wrong.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"within": "300,x"}, "GP508"),
        ({"within": "0"}, "GP508"),
        ({"within": "300.5"}, "GP508"),
        ({"within": ",".join(map(str, range(1, 13)))}, "GP508"),
        ({"by": "street"}, "GP508"),
        ({"f": "xml"}, "GP508"),
        ({"near": "1"}, "GP501"),
    ],
)
def test_wrong_parameters_are_refused(helsinki: Served, given: dict[str, str], code: str) -> None:
    answer = helsinki.client.get(f"/plans/{demo_plan().id}/coverage", params=given)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"town": "nowhere"}, 404, "GP594"),
        ({"town": "helsinki", "most_m": 1.0}, 400, "GP586"),
        ({"town": "helsinki", "services": "all"}, 400, "GP586"),
        ({"town": "helsinki", "kinds": []}, 400, "GP586"),
        ({"town": "helsinki", "near": True}, 400, "GP586"),
        ({"town": "helsinki", "capacity": {"within_m": 1}}, 400, "GP586"),
        ({"town": "helsinki", "capacity": {"assumed": {"library": 0}}}, 400, "GP586"),
        ({"town": "helsinki", "capacity": {"assumed": {"library": "many"}}}, 400, "GP586"),
        ({"town": "helsinki", "capacity": True}, 400, "GP586"),
    ],
)
def test_what_cannot_be_measured_begins_no_job(helsinki: Served, body: dict[str, object], status: int, code: str) -> None:
    before = len(helsinki.client.get("/jobs").json()["jobs"])
    answer = helsinki.client.post(f"/plans/{demo_plan().id}/coverage", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    missing = helsinki.client.post("/plans/none/coverage", json={"town": "helsinki"})
    assert (missing.status_code, missing.json()["code"]) == (404, "GP510")
    assert len(helsinki.client.get("/jobs").json()["jobs"]) == before
