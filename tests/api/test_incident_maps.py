"""The map of incidents over HTTP: exact for planners, aggregated for everybody else, made once for each state."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridplan.settings import Settings
from gridplan.store import COMMAND_LINE, Store, open_store
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.maps.test_incidents_page import told
from tests.places import demo_plan
from tests.samples import PLAN_ID, sample_plan
from tests.store.test_incident_bins import reported
from tests.store.test_incident_counts import put

PAGE = f"/plans/{PLAN_ID}/maps/incidents"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with auth on, over the sample plan and 500 incidents."""
    where: Path = tmp_path_factory.mktemp("incidents") / "plans.gpkg"
    with open_store(where) as store:
        store.save_plan(sample_plan())
        store.adoptions.adopt(PLAN_ID, None, COMMAND_LINE)
        put(store, reported(500))
        with served(store, Settings(auth=True)) as running:
            yield running


def told_to(guarded: Served, headers: dict[str, str], **asked: str) -> dict[str, object]:
    answer = guarded.client.get(PAGE, params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    assert "Authorization" in answer.headers["vary"]
    return told(answer.text)


def test_everybody_sees_aggregates_and_planners_see_squares(guarded: Served) -> None:
    store: Store = guarded.store
    for headers in ({}, bearer(store, "viewer")):
        page = told_to(guarded, headers, lang="zh")
        assert page["heat"] is None
        assert page["facts"]["public"] is True  # type: ignore[index]  # facts are an object
        assert all(count % 5 == 0 for row in page["grids"]["count"] for count in row)  # type: ignore[index]  # as above
    for role in ("planner", "admin"):
        page = told_to(guarded, bearer(store, role))
        assert page["heat"] is not None
        assert page["facts"]["totals"]["all"] == 500  # type: ignore[index]  # as above


def test_an_etag_of_planners_is_none_of_the_public(guarded: Served) -> None:
    client, planner = guarded.client, bearer(guarded.store, "planner")
    exact = client.get(PAGE, headers=planner)
    assert exact.headers["cache-control"] == "private, no-cache"
    again = client.get(PAGE, headers={**planner, "If-None-Match": exact.headers["etag"]})
    assert again.status_code == 304
    public = client.get(PAGE, headers={"If-None-Match": exact.headers["etag"]})
    assert public.status_code == 200
    assert public.headers["cache-control"] == "no-cache"


def test_an_incident_of_this_month_changes_nothing_that_is_told(guarded: Served) -> None:
    """Nor does the ETag, by which anybody could count what comes."""
    before = guarded.client.get(PAGE)
    row = reported(1).assign(id="new", reported_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    guarded.store.incidents.add(row.set_crs(4326), COMMAND_LINE)
    after = guarded.client.get(PAGE)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert guarded.client.get(PAGE, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    assert told_to(guarded, bearer(guarded.store, "planner"))["facts"]["totals"]["all"] == 501  # type: ignore[index]  # an object


def test_picture_and_wrong_questions(guarded: Served) -> None:
    picture = guarded.client.get(PAGE, params={"f": "png", "lang": "zh"})
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert guarded.client.get(PAGE, params={"f": "gif"}).status_code == 400
    assert guarded.client.get(PAGE, params={"kind": "noise"}).status_code == 400
    assert guarded.client.get("/plans/nosuch/maps/incidents").status_code == 404


def test_everybody_sees_a_plan_where_it_is_in_force_and_nowhere_else(tmp_path: Path) -> None:
    """Else, of two plans in force side by side, one less the other would be the land between their lines."""
    plan = demo_plan()
    first, *others = sorted(plan.communities["code"])
    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings(auth=True)) as running:
        store.save_plan(plan)
        store.adoptions.adopt(plan.id, others, COMMAND_LINE)
        page = told(running.client.get(f"/plans/{plan.id}/maps/incidents").text)
        assert page["communities"]["code"] == others
        assert page["grids"]["code"]
        assert not [code for code in page["grids"]["code"] if code.startswith(first)]
        whole = told(running.client.get(f"/plans/{plan.id}/maps/incidents", headers=bearer(store, "planner")).text)
        assert whole["communities"]["code"] == [first, *others]
        assert running.client.get(f"/plans/{plan.id}/maps/incidents?f=png").content.startswith(b"\x89PNG")
        store.adoptions.adopt(plan.id, [first], COMMAND_LINE)
        page = told(running.client.get(f"/plans/{plan.id}/maps/incidents").text)
        assert page["communities"]["code"] == [first, *others], "what is kept of the page before is not told any more"
