"""Plans over HTTP on their way: submitted, taken back, approved, sent back, adopted; who may, and what is told."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from gridplan.settings import Role, Settings
from gridplan.store import Store, open_store
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.api.test_plans import EVERYWHERE, HERE, branch, rename
from tests.provide.postgis import copied
from tests.samples import sample_plan

WHY = {"note": "钢厂二期入住后再核"}
STEPS = ("submission", "withdrawal", "approval", "return")


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with auth on, which adopts what is approved alone."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("guarded") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        yield stack.enter_context(served(store, Settings(auth=True, approval=True)))


def planner(store: Store, name: str, role: Role = "planner") -> dict[str, str]:
    """The header of somebody's new token."""
    return {"Authorization": f"Bearer {store.tokens.create(name=name, role=role, days=1)[1]}"}


def taken(client: httpx.Client, draft: str, step: str, body: object = None, **headers: str) -> httpx.Response:
    """A step with the ETag that the plan has now."""
    known = {"If-Match": client.get(draft, headers=headers).headers["etag"]}
    return client.post(f"{draft}/{step}", json=body, headers={**known, **headers})


def test_a_draft_goes_its_way(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    submitted = taken(client, draft, "submission", WHY)
    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted")
    assert submitted.headers["etag"] == client.get(draft).headers["etag"]
    refused = client.post(f"{draft}/edits", json=rename("x"), headers={"If-Match": "*"})
    assert "/withdrawal" in told(refused, 409, "GP425")
    assert taken(client, draft, "withdrawal").json()["state"] == "draft"
    assert taken(client, draft, "submission", WHY).json()["state"] == "submitted"
    assert taken(client, draft, "return", {"note": "002 再议"}).json()["state"] == "draft"
    assert client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": "*"}).status_code == 200
    assert taken(client, draft, "submission", WHY).json()["state"] == "submitted"
    told(client.post(f"{draft}/adoptions", json=EVERYWHERE), 409, "GP435")
    told(client.post(f"{draft}/archive"), 409, "GP435")
    told(client.delete(draft), 409, "GP435")
    assert taken(client, draft, "approval", {"note": "同意"}).json()["state"] == "approved"
    assert taken(client, draft, "adoptions", {**EVERYWHERE, "note": "试行"}).json()["state"] == "adopted"
    log = client.get(f"{draft}/edits").json()["edits"]
    assert [line["operation"] for line in log] == [
        *("adopt", "approve", "submit", "rename", "send_back", "submit", "take_back", "submit", "branch")
    ]
    assert (log[4]["who"], log[4]["note"], log[4]["before"], log[4]["after"]) == (
        *("local", "002 再议"),
        {"state": "submitted"},
        {"state": "draft"},
    )
    assert log[4]["at"] > log[5]["at"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_based_on_what_was_seen(changing: Served, step: str) -> None:
    client, draft = changing.client, branch(changing.client)
    told(client.post(f"{draft}/{step}", json=WHY), 428, "GP582")
    etag = client.get(draft).headers["etag"]
    client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": etag})
    stale = client.post(f"{draft}/{step}", json=WHY, headers={"If-Match": etag})
    told(stale, 412, "GP424")
    assert stale.headers["etag"] == client.get(draft, headers={"Accept-Encoding": "identity"}).headers["etag"]
    told(client.post(f"/plans/nosuch/{step}", json=WHY, headers={"If-Match": "*"}), 404, "GP510")
    told(client.post(f"{draft}/{step}?x=1", json=WHY, headers={"If-Match": "*"}), 400, "GP501")
    told(client.post(f"{draft}/{step}", json={**WHY, "more": 1}, headers={"If-Match": "*"}), 400, "GP586")
    if step != "submission":
        again = client.post(f"{draft}/{step}", json=WHY, headers={"If-Match": "*", "Accept-Language": "zh"})
        assert re.search("状态为“草稿”，不能(撤回|批准|退回)", told(again, 409, "GP435"))
    assert client.get(draft).json()["state"] == "draft"


def test_notes_that_are_needed_are_asked_for(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    assert "not proved: 1" in told(taken(client, draft, "submission"), 409, "GP436")
    assert taken(client, draft, "submission", WHY).status_code == 200
    assert "note" in told(taken(client, draft, "return", {}), 400, "GP586")
    told(taken(client, draft, "return", {"note": None}), 400, "GP586")
    told(taken(client, draft, "return", {"note": "x\x00"}), 400, "GP586")
    told(taken(client, draft, "return", {"note": " "}), 409, "GP436")
    told(taken(client, draft, "return"), 400, "GP587")


def test_somebody_else_approves(guarded: Served) -> None:
    client, li, wang = guarded.client, planner(guarded.store, "li"), planner(guarded.store, "wang")
    draft = client.post(f"{HERE}/branches", headers=li).headers["location"].removeprefix(guarded.url)
    for step in STEPS:
        told(client.post(f"{draft}/{step}", json=WHY, headers={"If-Match": "*"}), 401, "GP550")
        told(client.post(f"{draft}/{step}", json=WHY, headers={"If-Match": "*", **bearer(guarded.store, "viewer")}), 403, "GP552")
    assert "GRIDPLAN_APPROVAL" in told(client.post(f"{draft}/adoptions", json=EVERYWHERE, headers=li), 409, "GP439")
    assert taken(client, draft, "submission", WHY, **li).status_code == 200
    # A second token of the same name is the same person.
    for own in (li, planner(guarded.store, "li"), planner(guarded.store, "li", "admin")):
        assert "token:li" in told(taken(client, draft, "approval", **own), 403, "GP437")
    assert "token:li" in told(taken(client, draft, "withdrawal", **wang), 403, "GP438")
    assert taken(client, draft, "approval", **wang).json()["state"] == "approved"
    assert client.post(f"{draft}/adoptions", json=EVERYWHERE, headers=li).json()["state"] == "adopted"


def test_the_page_of_a_plan_tells_its_last_step_to_planners(guarded: Served) -> None:
    client, li = guarded.client, planner(guarded.store, "li")
    draft = client.post(f"{HERE}/branches", headers=li).headers["location"].removeprefix(guarded.url)
    page = f"{draft}/?f=html&lang=zh"
    assert "最近办理" not in client.get(page, headers=li).text
    taken(client, draft, "submission", {"note": "<b>请核</b>"}, **li)
    shown = client.get(page, headers=li).text
    assert re.search(r"状态</th><td>已提交</td>", shown)
    assert re.search(r"最近办理</th><td>提交 · token:li · <time [^>]*>[^<]*</time><br><span class=\"lines\">&lt;b&gt;请核", shown)
    assert f"{draft}/editor?lang=zh" in shown
    public = client.get(page).text
    assert "已提交" in public
    assert not re.search("最近办理|token:li|请核|/editor", public)
    assert not {"who", "note", "step"} & set(client.get(draft).json())
    listed = client.get("/plans?f=html&lang=en").text
    assert "submitted" in listed


def test_the_description_names_the_steps(changing: Served) -> None:
    paths = changing.client.get("/openapi.json").json()["paths"]
    for step in STEPS:
        told_of = paths[f"/plans/{{plan}}/{step}"]["post"]
        assert {"409", "412", "428"} <= set(told_of["responses"])
        assert any(each["name"] == "If-Match" for each in told_of["parameters"])
    assert paths["/plans/{plan}/return"]["post"]["requestBody"]["required"] is True
