"""What would be too much for the parser, the database or the reader is refused at once."""

import time

import pytest

from gridplan.errors import RequestError
from gridplan.store.filters import FilterLanguage, parse_filter

#: Filters and what is said of them. The parser alone would take seconds to hours for most, or end the process.
TOO_MUCH: tuple[tuple[str, FilterLanguage, str], ...] = (
    ("(" * 100_000 + "a = 1" + ")" * 100_000, "cql2-text", "characters"),
    ("NOT " * 100_000 + "a", "cql2-text", "characters"),
    ("NOT " * 4_000 + "a", "cql2-text", "operators"),
    ("-" * 10_000 + "1 = 1", "cql2-text", "operators"),
    (" AND ".join(["a = 1"] * 200), "cql2-text", "operators"),
    ("1" + "+1" * 300 + " = a", "cql2-text", "operators"),
    ("(" * 9_000 + ")" * 9_000, "cql2-text", "words"),
    ("(" * 20, "cql2-text", "words"),
    ("(" * 9 + " " * 19_000, "cql2-text", "words"),
    ("(" * 11 + "'" + "x" * 1_900, "cql2-text", "words"),
    ("a IN (" + "1," * 9_000 + "1)", "cql2-text", "words"),
    ("f(" * 6_000, "cql2-text", "levels"),
    ("CASEI(" * 40 + "a" + ")" * 40 + " = 'x'", "cql2-text", "levels"),
    ("[" * 10_000, "cql2-json", "levels"),
    ('{"op":"not","args":[' * 900 + "true" + "]}" * 900, "cql2-json", "levels"),
)
#: Wrong, but within the limits: the parser says so, in time.
WRONG = (
    "((((((((a = 1 AND a = 1 AND a = 1 $",
    "(" * 12,
    "(" * 8 + "S_INTERSECTS(geom, POINT(1 2",
    "S_INTERSECTS(geom, POLYGON((" + "1.5 2.5," * 1_500 + "$",
    "\\'" * 9_000,
    "'" * 19_999,
    '"' * 19_999,
    "1e" * 9_000,
    "GEOMETRYCOLLECTION(" * 31,
    "((((" + "x" * 10_000 + " $",
    "\n" * 15_000 + "$",
)


def milliseconds(text: str, language: FilterLanguage, says: str) -> float:
    """How long the refusal takes, in the best of three."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        with pytest.raises(RequestError, match=says):
            parse_filter(text, language=language).condition({}, None)  # type: ignore[arg-type]  # it does not come so far
        taken.append(time.perf_counter() - start)
    return min(taken) * 1e3


@pytest.mark.parametrize(("text", "language", "says"), TOO_MUCH, ids=lambda value: str(value)[:16])
def test_too_much_is_refused_in_50_ms(text: str, language: FilterLanguage, says: str) -> None:
    assert milliseconds(text, language, f"GP541 .*{says}") < 50


@pytest.mark.parametrize("text", WRONG, ids=lambda value: str(value)[:16])
def test_wrong_within_the_limits_is_refused_in_100_ms(text: str) -> None:
    assert milliseconds(text, "cql2-text", "GP540") < 100


def test_ordinary_filters_are_parsed_within_a_millisecond() -> None:
    text = (
        "households BETWEEN 300 AND 500 AND (name LIKE '%路%' OR S_INTERSECTS(geom, BBOX(104,30,105,31))) AND NOT status = 'ok'"
    )
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        parse_filter(text)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 1e-3
