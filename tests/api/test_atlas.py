"""The atlas over HTTP: as the library draws it, with names for planners alone, by community where it is large."""

import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack

import geopandas as gpd
import pypdf
import pytest

from api.routes import atlas
from benchmarks.api.plan import made_plan
from gridplan.contracts import TOWN, conform
from gridplan.papers import atlas_file
from gridplan.report import Report
from gridplan.settings import Role, Settings
from gridplan.sources import Town
from gridplan.store import Editor, Store, open_store
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.samples import PLAN_ID, URBAN, sample_plan

HERE = f"/plans/{PLAN_ID}/atlas"
BOARD = f"{HERE}?sheet=board&grid={URBAN}001"
GRID = f"{HERE}?sheet=grids&grid={URBAN}001"
NAME, PHONE, BODY = "欧阳青山", "13800000001", "东风第一党小组"


def town() -> Town:
    """The town of the sample plan by its files: a street with a name."""
    plan = sample_plan()
    line = plan.grids.geometry.iloc[0].centroid.buffer(0.0006).boundary
    streets = gpd.GeoDataFrame({"class": ["major"], "name": ["滨河大道"]}, geometry=[line.simplify(0.0003)], crs=4326)
    rest = dict.fromkeys(("buildings", "atoms", "barriers", "compounds", "services"))
    return Town(
        communities=conform(plan.communities.drop(columns=["households", "grids"]), TOWN["communities"]),
        streets=conform(streets, TOWN["streets"]),
        report=Report.empty(),
        source=json.loads(plan.fact("source")),
        **rest,
    )


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with auth on, a small plan and one of 150 grids, and who works where."""
    with ExitStack() as stack:
        store = stack.enter_context(open_store(tmp_path_factory.mktemp("atlas") / "plans.gpkg"))
        for plan in (sample_plan(), made_plan(columns=50, rows=75)):
            store.save_plan(plan)
        person = {"name": NAME, "phone": PHONE, "post": "网格员", "grid": f"{URBAN}001"}
        body = {"organisation": "b1", "name": BODY, "kind": "party_group", "level": "grid", "zone": f"{URBAN}001"}
        for register, row in (("staff", person), ("organisations", body)):
            feature = {"type": "Feature", "geometry": None, "properties": row}
            store.registers.create(register, feature, Editor("local", "admin"))
        yield stack.enter_context(served(store, Settings(auth=True)))


def bearer(store: Store, role: Role) -> dict[str, str]:
    return {"Authorization": f"Bearer {store.tokens.create(name=role, role=role, days=1)[1]}"}


def text(content: bytes) -> str:
    return " ".join(page.extract_text().replace("\x00", "") for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_nobody_is_named_to_a_viewer(guarded: Served) -> None:
    client, viewer, planner = guarded.client, bearer(guarded.store, "viewer"), bearer(guarded.store, "planner")
    for headers in ({}, viewer):
        answer = client.get(f"{HERE}?sheet=all&lang=zh&community={URBAN}", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        pages = text(answer.content)
        assert BODY in pages
        assert NAME not in pages
        assert PHONE not in pages
    for query in ("contacts=on", "public=网格员"):
        told(client.get(f"{HERE}?{query}", headers=viewer), 403, "GP552")
        told(client.get(f"{HERE}?{query}"), 401, "GP550")
    named = text(client.get(GRID, headers=planner).content)
    assert NAME in named
    assert PHONE in named
    assert NAME not in text(client.get(f"{GRID}&contacts=off", headers=planner).content)
    # A board is for the street: it names those alone whose post the planner makes public.
    assert NAME not in text(client.get(BOARD, headers=planner).content)
    assert PHONE in text(client.get(f"{BOARD}&public=grid worker,police", headers=planner).content)
    # So does that of the community, for which a hotline is the planner's to say.
    whole = f"{HERE}?sheet=community_board&community={URBAN}"
    assert NAME not in text(client.get(whole, headers=planner).content)
    shown = text(client.get(f"{whole}&public=grid worker&hotline=0851-12345", headers=planner).content)
    assert NAME in shown
    assert "0851-12345" in shown
    told(client.get(f"{whole}&hotline=12345", headers=viewer), 403, "GP552")
    told(client.get(f"{whole}&hotline=call me", headers=planner), 400, "GP508")


def test_it_is_what_the_library_draws_and_is_not_sent_twice(guarded: Served) -> None:
    client, store, planner = guarded.client, guarded.store, bearer(guarded.store, "planner")
    answer = client.get(f"{HERE}?lang=en&community={URBAN}&grid={URBAN}002")
    plan, bodies = store.load_plan(PLAN_ID), store.load_register("organisations")
    asked = {"organisations": bodies, "community": URBAN, "grids": [f"{URBAN}002"], "address": guarded.url, "language": "en"}
    assert answer.content == atlas_file(plan, **asked)
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="atlas-{PLAN_ID}.pdf"')
    assert int(answer.headers["content-length"]) == len(answer.content)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(answer.request.url, headers=tag).status_code == 304
    assert client.get(answer.request.url, headers=tag | planner).status_code == 200
    # Another person in the register, another town in the store: what was sent holds no more.
    row = {"type": "Feature", "geometry": None, "properties": {"name": "司马小红", "post": "网格长", "grid": f"{URBAN}001"}}
    store.registers.create("staff", row, Editor("local", "admin"))
    # Where the plan is in force, codes lead to what is.
    store.adoptions.adopt(PLAN_ID, [URBAN], Editor("local", "admin"))
    adopted = client.get(answer.request.url, headers=tag)
    assert adopted.content == atlas_file(plan, **asked, in_force=[URBAN])
    assert adopted.content != answer.content
    changed = client.get(answer.request.url, headers=tag)
    assert changed.status_code == 200
    assert "the town of the plan is not known" in text(changed.content)
    store.save_town("sample", town())
    streets = client.get(f"{HERE}?lang=zh&grid={URBAN}001&sheet=grids", headers=tag)
    assert "滨河大道" in text(streets.content)
    assert "未绘道路" not in text(streets.content)


def test_the_page_that_a_code_leads_to_offers_the_sheet(guarded: Served) -> None:
    here = f"/plans/{PLAN_ID}/collections/grids/items/{URBAN}002"
    page = guarded.client.get(here, headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.headers["content-type"].startswith("text/html")
    (way,) = re.findall(r'href="([^"]*/atlas[^"]*)"', page.text)
    assert html.unescape(way) == f"{guarded.url}/plans/{PLAN_ID}/atlas?grid={URBAN}002&sheet=grids&lang=zh"
    start = guarded.client.get(f"/plans/{PLAN_ID}/", headers={"Accept": "text/html"})
    assert f'href="{guarded.url}/plans/{PLAN_ID}/atlas"' in start.text


def test_a_large_plan_is_asked_for_by_community(guarded: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = made_plan(columns=50, rows=75)
    here = f"/plans/{plan.id}/atlas"
    assert len(plan.grids) > atlas.MOST_SHEETS
    told(guarded.client.get(here), 400, "GP625")
    codes = plan.grids["code"].tolist()[:2]
    answer = guarded.client.get(f"{here}?grid={codes[0]},{codes[1]}&sheet=grids")
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 2
    monkeypatch.setattr(atlas, "_WAIT_S", 0.05)
    with atlas._turn():
        answer = guarded.client.get(f"{here}?grid={codes[0]}")
    told(answer, 503, "GP626")
    assert answer.headers["retry-after"] == "20"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("community=nosuch", 404, "GP622"),
        (f"grid={URBAN}001,nosuch", 404, "GP623"),
        ("grid=,", 409, "GP624"),
        ("sheet=poster", 400, "GP508"),
        ("contacts=maybe", 400, "GP508"),
        ("lang=fr", 400, "GP507"),
        ("f=pdf", 400, "GP501"),
        ("sheet=all&sheet=grids", 400, "GP506"),
    ],
)
def test_a_wrong_question_is_refused(guarded: Served, query: str, status: int, code: str) -> None:
    told(guarded.client.get(f"{HERE}?{query}"), status, code)
