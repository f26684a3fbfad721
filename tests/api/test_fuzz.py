"""Ten thousand values of the parameters of items requests, most of them wrong: answered with 200 or 400, by both stores alike."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.store.paging import Cursor
from tests.api.served import Served
from tests.strategies.queries import BOXES, CRS, FILTERS_AS_JSON, FILTERS_AS_TEXT, PERIODS, PLAIN

COLLECTIONS = ("grids", "units", "findings", "posts", "incidents", "services")
#: What a filter may name: a column of each kind of the grids.
_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
_CURSORS = st.one_of(
    PLAIN,
    st.builds(
        lambda fid, values, before: Cursor(fid, tuple(values), before).text(),
        st.integers(0, 2**63 - 1),
        st.lists(_VALUES.filter(lambda value: type(value) is not int or abs(value) < 2**63), max_size=2),
        st.booleans(),
    ),
)
_SORTS = st.sampled_from(
    ["name", "-households", "+code,-area_m2", "reported_at", "capacity", "made", "-community,name", "nosuch", "", "--name"]
)
PARAMETERS: dict[str, st.SearchStrategy[str]] = {
    "bbox": BOXES,
    "bbox-crs": CRS,
    "crs": CRS,
    "datetime": PERIODS,
    "filter": FILTERS_AS_TEXT | FILTERS_AS_JSON,
    "filter-lang": st.sampled_from(["cql2-text", "cql2-json", "cql", ""]),
    "filter-crs": CRS,
    "limit": PLAIN | st.integers(-1, 12000).map(str),
    "cursor": _CURSORS,
    "sortby": _SORTS | PLAIN,
    "properties": st.sampled_from(["name", "households,name", "nosuch", ""]) | PLAIN,
    "households": PLAIN | st.integers(-(2**70), 2**70).map(str),
    "name": PLAIN,
    "reported_at": PERIODS,
    "f": st.sampled_from(["json", "geojson", "html", "xml", ""]),
    "nosuch": PLAIN,
}


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A collection and some parameters."""
    names = draw(st.lists(st.sampled_from(sorted(PARAMETERS)), min_size=1, max_size=4, unique=True))
    return draw(st.sampled_from(COLLECTIONS)), {name: draw(PARAMETERS[name]) for name in names}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=requests())
def test_any_query_is_answered_or_refused(service: Served, asked: tuple[str, dict[str, str]]) -> None:
    collection, query = asked
    answer = service.client.get(f"/collections/{collection}/items", params=query)
    assert answer.status_code in (200, 400), (query, answer.text)
    if answer.status_code == 400:
        problem: Any = answer.json()
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert problem["code"].startswith("GP5"), problem
    elif query.get("f") != "html":
        assert len(json.loads(answer.content)["features"]) <= 10_000


@pytest.mark.parametrize(
    "path", ["/collections/grids/items?filter=%FF", "/collections/grids/items?%00=1", "/collections/grids/items?bbox=%EF%BC%91"]
)
def test_bytes_that_are_no_text_are_refused(service: Served, path: str) -> None:
    assert service.client.get(path).status_code == 400


@pytest.mark.parametrize("sort", ["households", "-area_m2", "name", "made", "begun"])
@pytest.mark.parametrize("value", ["abc", "\0", 2**63, -(2**63), 1.5, 1e300, True, None, 1, "", 0.0])
def test_a_cursor_that_somebody_made_up_is_answered_or_refused(service: Served, sort: str, value: Any) -> None:
    collection = {"made": "areas", "begun": "incidents"}.get(sort, "grids")
    asked = "reported_at" if sort == "begun" else sort
    query = {"sortby": asked, "cursor": Cursor(3, (value,)).text()}
    assert service.client.get(f"/collections/{collection}/items", params=query).status_code in (200, 400)
