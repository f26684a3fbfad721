"""Statistics over HTTP: incidents by grid, community, kind and period, posts and bodies of a plan; what viewers are told."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import gridplan as gp
from api.viewers import ZonesInForce
from gridplan.analysis.incidents.disclosure import Disclosure, told_zones
from gridplan.analysis.incidents.published import ToldZones
from gridplan.errors import RequestError
from gridplan.settings import Settings
from gridplan.store import Editor, open_store
from tests.api.served import Served, served
from tests.places import demo_plan
from tests.samples import PLAN_ID, RURAL, URBAN, sample_plan, spot

ADMIN = Editor("test", "admin")


def case(column: int, row: int, **facts: object) -> dict[str, Any]:  # as JSON has it
    """An incident in a square of the hand-drawn plan."""
    at = spot(column, row)
    told = {"kind": "noise", "stage": "collected", "reported_at": "2026-03-01T08:00:00Z", **facts}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [at.x, at.y]}, "properties": told}


@pytest.fixture(scope="module")
def counted(changing: Served) -> Served:
    """Six incidents, two people and three links beside the hand-drawn plan."""
    closed = {"stage": "closed", "closed_at": "2026-03-02T08:00:00Z", "due_at": "2026-03-02T08:00:00Z"}
    rows = [
        case(0, 0, grid=f"{URBAN}001", **closed, satisfaction=5),
        case(0, 1, grid=f"{URBAN}001", **closed | {"closed_at": "2026-03-02T08:00:01Z"}, kind="=waste"),
        case(0, 1, grid=f"{URBAN}001", stage="rejected", kind="waste"),
        case(1, 0, grid=f"{URBAN}002", stage="collected", due_at="2026-03-03T00:00:00Z"),
        case(2, 0, grid="gone", reported_at="2026-04-01T00:00:00Z"),
        case(2, 1),
    ]
    for row in rows:
        changing.store.registers.create("incidents", row, ADMIN)
    for person, grid in (("甲", f"{URBAN}001"), ("乙", f"{URBAN}001"), ("丙", f"{RURAL}001")):
        told = {"name": person, "phone": "138", "post": "网格员", "grid": grid}
        changing.store.registers.create("staff", {"type": "Feature", "geometry": None, "properties": told}, ADMIN)
    for zone in (f"{URBAN}001", f"{URBAN}002", f"{URBAN}002", "none"):
        told = {"organisation": "p1", "name": "联合党小组", "kind": "party_group", "form": "joint", "level": "grid", "zone": zone}
        changing.store.registers.create("organisations", {"type": "Feature", "geometry": None, "properties": told}, ADMIN)
    return changing


def by(answer: httpx.Response, *names: str) -> dict[tuple[object, ...], dict[str, Any]]:  # as JSON has it
    assert answer.status_code == 200, answer.text
    return {tuple(row[name] for name in names): row for row in answer.json()["rows"]}


def test_incidents_by_the_grids_in_force_and_by_those_of_a_plan(counted: Served) -> None:
    client = counted.client
    rows = by(client.get("/stats/incidents?as_of=2026-04-01"), "grid")
    assert {key[0]: row["reported"] for key, row in rows.items()} == {"": 1, f"{URBAN}001": 3, f"{URBAN}002": 1, "gone": 1}
    first = rows[f"{URBAN}001",]
    assert (first["accepted"], first["closed"], first["closure_rate"]) == (2, 2, 1.0)
    assert (first["due"], first["on_time"], first["on_time_rate"], first["satisfaction"]) == (2, 1, 0.5, 5.0)
    assert rows[f"{URBAN}002",]["overdue"] == 1
    here = by(client.get(f"/stats/incidents?plan={PLAN_ID}&by=grid"), "grid")
    reported = {key[0]: row["reported"] for key, row in here.items()}
    assert reported == {f"{URBAN}001": 3, f"{URBAN}002": 1, f"{RURAL}001": 1, f"{RURAL}002": 1}
    community = by(client.get("/stats/incidents?by=community,period"), "community", "period")
    assert {key: row["reported"] for key, row in community.items()} == {
        ("", "2026-03"): 1,
        ("", "2026-04"): 1,
        (URBAN, "2026-03"): 4,
    }
    told = client.get("/stats/incidents?to=2026-03-31&community=" + URBAN).json()
    assert (told["total"]["reported"], told["total"]["closure_rate"], told["disclosed"]) == (4, 2 / 3, None)
    again = client.get("/stats/incidents?by=kind&as_of=2026-04-01")
    same = client.get("/stats/incidents?by=kind&as_of=2026-04-01", headers={"If-None-Match": again.headers["etag"]})
    assert same.status_code == 304


def test_a_table_that_excel_opens(counted: Served) -> None:
    answer = counted.client.get("/stats/incidents?by=kind&f=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["kind"], row["reported"], row["closure_rate"]) for row in rows] == [
        ("'=waste", "1", "1.0"),
        ("noise", "4", "0.25"),
        ("waste", "1", ""),
    ]


def test_posts_and_bodies_of_a_plan(counted: Served) -> None:
    here = f"/plans/{PLAN_ID}/stats"
    told = counted.client.get(f"{here}/staffing?by=grid").json()
    # The hand-drawn plan asks for one worker in its first grid alone.
    row = told["rows"][0]
    assert (row["grid"], row["grids"], row["quota"], row["workers"], row["beyond"]) == (f"{URBAN}001", 1, 1, 2, 1)
    assert (row["households_per_worker"], row["incidents"], row["incidents_per_worker"]) == (14.0, 3, 1.5)
    assert (told["not_counted"], told["incidents_elsewhere"]) == ({"report.staff_no_quota": 1}, 0)
    bodies = by(counted.client.get(f"{here}/organisations"), "community", "form")
    assert [bodies[URBAN, "any"][name] for name in ("bodies", "links", "covered", "zones", "share")] == [1, 2, 2, 2, 1.0]
    assert [bodies[RURAL, "any"][name] for name in ("bodies", "covered", "zones", "share")] == [0, 0, 2, 0.0]
    total = counted.client.get(f"{here}/organisations?by=town").json()
    assert total["not_counted"] == {"report.organisation_again": 1, "report.organisation_unknown": 1}
    assert counted.client.get(f"{here}/organisations?by=town&f=csv").text.startswith("\ufefftown,level,kind,form,")


def test_compounds_and_their_classes_are_those_of_the_stored_town(changing: Served) -> None:
    """What the service tells is what the library tells of the same plan, links and town."""
    client, store = changing.client, changing.store
    town = gp.simulate("longmatan", seed=3, share=0.01)
    plan = gp.plan_town(town, scheme="longmatan", seed=1)
    links = gp.simulate_organisations(plan, "longmatan", compounds=town.compounds)
    store.save_plan(plan)
    for link in links.astype(object).where(links.notna(), None).to_dict("records"):
        feature = {"type": "Feature", "geometry": None, "id": link.pop("id"), "properties": link}
        store.registers.create("organisations", feature, ADMIN)
    path = f"/plans/{plan.id}/stats/organisations?by=compound_class"
    before = client.get(path)
    assert before.json()["town"] is None
    assert {row["compound_class"] for row in before.json()["rows"]} == {"none"}
    store.save_town("龙马潭", town)
    after = client.get(path, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200, "the town is another one for the ETag too"
    kept = store.load_register("organisations")
    for by in (("compound_class",), ("community",)):
        told = client.get(f"/plans/{plan.id}/stats/organisations?by={by[0]}").json()
        found = gp.analysis.organisation_coverage(plan, kept, by, compounds=town.compounds)
        total = gp.analysis.organisation_coverage(plan, kept, compounds=town.compounds)
        assert told["town"] == "龙马潭"
        assert told["rows"] == found.table.to_dict("records")
        assert told["total"] == total.table.to_dict("records")
    classes = by_class(client.get(path))
    assert set(classes) == {"new", "old", "unmanaged"}
    assert town.compounds is not None
    assert sum(row["zones"] for row in classes.values()) == len(town.compounds)
    for link in links["zone"]:
        assert link not in after.text, "numbers, no names of compounds"


def by_class(answer: httpx.Response) -> dict[str, Any]:  # as JSON has it
    """The rows of property services in compounds."""
    rows = [row for row in answer.json()["rows"] if (row["level"], row["kind"]) == ("compound", "property_service")]
    return {row["compound_class"]: row for row in rows}


def test_repeats_at_one_place_and_what_viewers_are_told_of_them(tmp_path: Path) -> None:
    here = "/stats/incidents/repeats"
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(sample_plan())
        for number in range(60):  # of the same kind, place and day
            told = case(1, 1, grid=f"{URBAN}002", reported_at=f"2026-02-01T08:{number:02}:00Z", kind="again")
            store.registers.create("incidents", told, ADMIN)
        store.registers.create("incidents", case(0, 0, grid=f"{URBAN}001"), ADMIN)
        with served(store, Settings()) as running:
            client = running.client
            answer = client.get(f"{here}?by=kind")
            rows = {row["kind"]: row for row in answer.json()["rows"]}
            assert rows["again"] == {"kind": "again", "reported": 60, "placed": 60, "repeats": 59, "repeat_share": 59 / 60}
            assert (rows["noise"]["repeats"], rows["noise"]["repeat_share"]) == (0, 0.0)
            assert [answer.json()[name] for name in ("within_m", "days", "disclosed")] == [30, 30, None]
            same = client.get(f"{here}?by=kind", headers={"If-None-Match": answer.headers["etag"]})
            assert same.status_code == 304
            table = list(csv.DictReader(io.StringIO(client.get(f"{here}?by=kind&f=csv").content.decode("utf-8-sig"))))
            assert {row["kind"]: row["repeats"] for row in table} == {"again": "59", "noise": "0"}
            for query, code in (("within=0", "GP508"), ("days=400", "GP508"), ("by=place", "GP508"), ("colour=red", "GP501")):
                wrong = client.get(f"{here}?{query}")
                assert (wrong.status_code, wrong.json()["code"]) == (400, code)
            assert client.get(f"{here}?plan=none").status_code == 404
        with served(store, Settings(auth=True)) as guarded:
            client = guarded.client
            shown = client.get(f"{here}?by=kind").json()
            (again,) = shown["rows"]
            assert [again[name] for name in ("kind", "reported", "placed", "repeats", "repeat_share")] == [
                "again",
                60,
                60,
                60,
                1.0,
            ]
            assert (shown["disclosed"]["round_to"], shown["disclosed"]["withheld"]) == (5, 1)
            assert client.get(f"{here}?by=grid").json()["rows"] == [], "nothing of grids of few households"
            for query in ("within=30", "days=30", "from=2026-03-01", "period=day", "time_zone=Etc/GMT+3"):
                refused = client.get(f"{here}?{query}")
                assert (refused.status_code, refused.json()["code"]) == (403, "GP465"), query
            draft = client.get(f"{here}?plan={PLAN_ID}")
            assert (draft.status_code, draft.json()["code"]) == (403, "GP466")
            few = client.get(f"{here}?by=kind&community={URBAN}")
            assert (few.status_code, few.json()["code"]) == (403, "GP467")


def test_viewers_are_told_nothing_of_few(counted: Served) -> None:
    """All grids of the hand-drawn plan but one are small, so that a map joins them: no grid is told by itself."""
    for number in range(50):
        kind = {"stage": "closed", "closed_at": "2026-03-01T09:00:00Z"} if number < 38 else {}
        counted.store.registers.create("incidents", case(1, 1, grid=f"{URBAN}002", **kind), ADMIN)
    with served(counted.store, Settings(auth=True)) as guarded:
        head = {"Authorization": f"Bearer {counted.store.tokens.create(name='public', role='viewer', days=1)[1]}"}
        draft = guarded.client.get(f"/stats/incidents?plan={PLAN_ID}", headers=head)
        assert (draft.status_code, draft.json()["code"]) == (403, "GP466")
        assert guarded.client.get(f"/plans/{PLAN_ID}/maps/incidents").json()["code"] == "GP466"
        counted.store.adoptions.adopt(PLAN_ID, None, ADMIN)
        for query in ("by=grid", "by=grid,kind", "by=community", f"by=grid&plan={PLAN_ID}"):
            told = guarded.client.get(f"/stats/incidents?{query}", headers=head)
            assert {row.get("grid", row.get("community")) for row in told.json()["rows"]} <= {""}, query
        few = guarded.client.get(f"/stats/incidents?by=kind&community={URBAN}", headers=head)
        assert (few.status_code, few.json()["code"]) == (403, "GP467")
        told = guarded.client.get("/stats/incidents?by=kind&f=json", headers=head)
        kinds = by(told, "kind")
        assert list(kinds) == [("noise",)]
        # 54 reported and 39 closed to the nearest five, the rate of these; no sum and no mean of answers.
        noise = kinds["noise",]
        names = ("reported", "accepted", "closed", "open", "closure_rate", "satisfaction_sum", "satisfaction")
        assert [noise[name] for name in names] == [55, 55, 40, 15, 0.73, None, None]
        assert (told.json()["total"]["reported"], told.json()["revision"]) == (55, None)
        posts = guarded.client.get(f"/plans/{PLAN_ID}/stats/staffing?by=grid", headers=head)
        assert [row["incidents"] for row in posts.json()["rows"]] == [None]
        whole = guarded.client.get("/collections/incidents/items", headers=head)
        assert whole.status_code == 403
        # One incident more of this month, and one of an old month that changes nothing rounded: no byte differs.
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        counted.store.registers.create("incidents", case(1, 1, grid=f"{URBAN}002", reported_at=now), ADMIN)
        counted.store.registers.create("incidents", case(1, 1, grid=f"{URBAN}002"), ADMIN)
        again = guarded.client.get("/stats/incidents?by=kind&f=json", headers=head)
        assert (again.content, again.headers["etag"]) == (told.content, told.headers["etag"])
        same = guarded.client.get(f"/plans/{PLAN_ID}/stats/staffing?by=grid", headers=head)
        assert same.headers["etag"] == posts.headers["etag"]


@pytest.mark.parametrize(
    "query",
    ["from=2026-03-01", "to=2026-03-01", "time_zone=Etc/GMT+3", "as_of=2026-03-01", "period=day", "by=period&period=week"],
)
def test_viewers_choose_no_days(counted: Served, query: str) -> None:
    with served(counted.store, Settings(auth=True)) as guarded:
        answer = guarded.client.get(f"/stats/incidents?{query}")
        assert (answer.status_code, answer.json()["code"]) == (403, "GP465")


def test_zones_of_plans_in_force_that_viewers_are_told(tmp_path: Path) -> None:
    """The shipped place, in force in one of its communities: the grids there, and no others."""
    plan = demo_plan()
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(plan)
        zones = ZonesInForce(store)
        with pytest.raises(RequestError, match="GP466"):
            zones.told(plan.id)
        assert zones.told(None) == ToldZones()
        first, *_ = sorted(plan.communities["code"])
        store.adoptions.adopt(plan.id, [first], ADMIN)
        told = zones.told(plan.id)
        own = plan.grids[plan.grids["community"] == first].reset_index(drop=True)
        assert told == told_zones(own, Disclosure()) == zones.told(None)
        assert zones.where(plan.id) == {first}
        assert told.communities, "a community with enough households"
        assert zones.told(None, first) == told
        with pytest.raises(RequestError, match="GP467"):
            zones.told(None, "nowhere")


@pytest.mark.parametrize(
    "query",
    [
        *("by=", "by=grid,grid", "by=place", "period=decade", "from=yesterday", "from=2026-02-30", "to=1899-12-31"),
        *(
            "from=2026-03-02&to=2026-03-01",
            "time_zone=Mars/Base",
            "time_zone=../etc",
            "as_of=0",
            "f=xml",
            "grid=1",
            "by=grid&by=kind",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(counted: Served, query: str) -> None:
    answer = counted.client.get(f"/stats/incidents?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert counted.client.get("/stats/incidents?plan=none").status_code == 404
