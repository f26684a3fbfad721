"""Whatever is written where a request writes its conditions is either understood, by both stores, or refused in our words."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.errors import RequestError
from gridplan.store.filters import parse_box, parse_crs, parse_equal, parse_filter, parse_names, parse_period, parse_sorting
from tests.store.things import ROWS, Things, things_in_geopackage, things_in_postgis

_WORDS = (
    *(
        "count",
        "name",
        "geom",
        "made",
        "begun",
        "说明",
        '"of"',
        "nosuch",
        "true",
        "false",
        "null",
        "and",
        "or",
        "not",
        "in",
        "like",
    ),
    *(
        "between",
        "is",
        "is null",
        "div",
        "casei",
        "accenti",
        "date",
        "timestamp",
        "interval",
        "bbox",
        "point",
        "polygon",
        "empty",
    ),
    *(
        "s_intersects",
        "s_within",
        "t_after",
        "t_during",
        "a_contains",
        "foo",
        "geometrycollection",
        "multipoint",
        "z",
        "..",
        "'..'",
    ),
    *(
        "(",
        ")",
        "((",
        "))",
        ",",
        "=",
        "<>",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "'",
        '"',
        "''",
        "\\",
        ";",
        "--",
        "$",
        "\0",
        "\n",
    ),
    *(
        "0",
        "1",
        "-1",
        "1e400",
        "1e-400",
        ".5",
        "9223372036854775808",
        "'x'",
        "'%'",
        "'2026-03-01'",
        "'2026-03-01T00:00:00Z'",
        "''''",
    ),
    *(
        "104 30",
        "104,30,105,31",
        "point(104 30)",
        "bbox(1,2,3,4)",
        "timestamp('2026-03-01T00:00:00Z')",
        "count = 1",
        "casei(name)",
    ),
)
_TEXT = st.one_of(st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join), st.text(max_size=40))
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.sampled_from(["count", "name", "geom", "..", "x", "2026-03-01", "\ud800"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["op", "args", "property", "type", "coordinates", "bbox", "date", "interval"]), inner, max_size=3
        ),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(
                ["and", "not", "=", "in", "between", "like", "+", "%", "casei", "s_within", "t_after", "isNull", "foo"]
            ),
            st.lists(inner | st.just({"property": "count"}) | st.just({"property": "geom"}), max_size=3),
        ),
    ),
    max_leaves=12,
).map(json.dumps)
_LINE = st.one_of(
    st.text(max_size=30),
    st.text("0123456789+-.,/TZeE:_ ", max_size=30),
    st.lists(
        st.sampled_from(
            [
                "1",
                "-180",
                "1e400",
                "nan",
                "104.5",
                "",
                " ",
                "１",
                "2026-03-01T00:00:00Z",
                "..",
                "/",
                ",",
                "-",
                "name",
                "EPSG",
                ":",
            ]
        )
    ).map("".join),
)
_PARSERS: dict[str, Callable[[str], object]] = {
    "bbox": parse_box,
    "bbox of a zone": lambda text: parse_box(text, crs="EPSG:4544"),
    "datetime": parse_period,
    "crs": lambda text: parse_crs(text, parameter="crs"),
    "sortby": lambda text: parse_sorting(text, ["name", "count"]),
    "properties": lambda text: parse_names(text, ["name", "count"]),
}
_CALM = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def stores(postgis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Things, Things]]:
    """The table with its rows in both databases."""
    path: Path = tmp_path_factory.mktemp("fuzz") / "things.gpkg"
    with ExitStack() as stack:
        both = stack.enter_context(things_in_postgis(postgis_url)), stack.enter_context(things_in_geopackage(path))
        for things in both:
            things.fill(ROWS)
        yield both


def _asked(stores: tuple[Things, Things], text: str, *, as_json: bool) -> list[list[int]]:
    asked = parse_filter(text, language="cql2-json" if as_json else "cql2-text")
    return [things.found(asked.condition(things.columns, things.dialect)) for things in stores]


@_CALM
@given(text=_TEXT)
def test_any_text_as_a_filter(stores: tuple[Things, Things], text: str) -> None:
    try:
        one, other = _asked(stores, text, as_json=False)
    except RequestError as error:
        error.message("zh").encode()
    else:
        assert one == other


@_CALM
@given(text=_JSON)
def test_any_json_as_a_filter(stores: tuple[Things, Things], text: str) -> None:
    try:
        one, other = _asked(stores, text, as_json=True)
    except RequestError as error:
        error.message("en").encode()
    else:
        assert one == other


@pytest.mark.parametrize("name", _PARSERS)
@_CALM
@given(text=_LINE)
def test_any_text_as_another_parameter(name: str, text: str) -> None:
    try:
        _PARSERS[name](text)
    except RequestError as error:
        error.message("zh").encode()


@_CALM
@given(name=st.sampled_from(["name", "count", "area", "made", "begun", "geom"]), text=_LINE)
def test_any_text_as_the_value_of_a_property(stores: tuple[Things, Things], name: str, text: str) -> None:
    try:
        one, other = (things.found(parse_equal(things.columns, name, text, things.dialect)) for things in stores)
    except RequestError as error:
        error.message("zh").encode()
    else:
        assert one == other
