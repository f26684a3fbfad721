"""Maps over HTTP: pages and pictures, made once for each state, and what is answered where there is none."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from benchmarks.api.plan import PLAN_ID as LATTICE
from gridplan.settings import Settings
from gridplan.store import open_store
from tests.analysis.test_land import renamed
from tests.api.served import Served, served
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, RURAL, sample_plan

OTHER = "5a3c0ffee0000002"


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the sample plan and with another, one of whose grids has another code."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("maps") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        other = renamed(sample_plan(), {f"{RURAL}002": f"{RURAL}009"})
        key = other.meta["key"]
        meta = other.meta.assign(value=other.meta["value"].where(key != "plan", OTHER))
        store.save_plan(replace(other, meta=meta))
        yield stack.enter_context(served(store, Settings()))


def test_pages_and_pictures_are_answered_once(drawn: Served) -> None:
    client = drawn.client
    seen = set()
    for path in (f"/plans/{PLAN_ID}/map", f"/plans/{OTHER}/maps/compare?with={PLAN_ID}"):
        for form, kind in (("html", "text/html; charset=utf-8"), ("png", "image/png")):
            for language in ("en", "zh"):
                answer = client.get(path, params={**httpx.URL(path).params, "f": form, "lang": language})
                assert (answer.status_code, answer.headers["content-type"]) == (200, kind), answer.text[:200]
                assert ("content-security-policy" in answer.headers) == (form == "html")
                assert (answer.content[:8] == b"\x89PNG\r\n\x1a\n") == (form == "png")
                tag = answer.headers["etag"]
                again = client.get(answer.request.url, headers={"If-None-Match": tag})
                assert (again.status_code, again.content) == (304, b"")
                seen.add(tag)
    assert len(seen) == 8
    assert (
        client.get(f"/plans/{PLAN_ID}/map").text == client.get(f"/plans/{PLAN_ID}/map", params={"f": "html", "lang": "en"}).text
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/plans/{plan}/maps/compare", 400, None),
        ("/plans/{plan}/maps/compare?with=none", 404, "GP510"),
        ("/plans/none/maps/compare?with={plan}", 404, None),
        ("/plans/{plan}/maps/coverage", 404, "GP460"),
        ("/plans/{plan}/maps/coverage?within=many", 400, None),
        ("/plans/{plan}/maps/coverage?f=pdf", 400, None),
        ("/plans/{plan}/map?f=png&dpi=9", 400, None),
    ],
)
def test_wrong_requests_are_told(drawn: Served, path: str, status: int, code: str | None) -> None:
    answer = drawn.client.get(path.format(plan=PLAN_ID))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code


def test_units_of_many_shapes_come_as_tiles_unless_a_form_is_asked_for(
    lattice_service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.maps.MOST_KEPT", 500)
    client = lattice_service.client
    tiled, whole = (client.get(f"/plans/{LATTICE}/map{form}") for form in ("", "?f=html"))
    assert (tiled.status_code, whole.status_code) == (200, 200)
    assert tiled.headers["etag"] != whole.headers["etag"]
    assert all('id="plan-data"' in page.text for page in (tiled, whole))
    assert ["connect-src" in page.headers["content-security-policy"] for page in (tiled, whole)] == [True, False]
    assert len(tiled.content) < len(whole.content)
