"""Any filter keeps the same rows in PostGIS, in a GeoPackage, and worked out by hand."""

import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.errors import RequestError
from gridplan.store.dialects.scalars import folded, in_postgis, unaccented
from gridplan.store.filters import parse_filter
from tests.store.naive import holds
from tests.store.things import Things, things_in_geopackage, things_in_postgis
from tests.strategies import filters

Both = tuple[Things, Things]


@pytest.fixture(scope="module")
def stores(postgis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The table in both databases."""
    path: Path = tmp_path_factory.mktemp("sameness") / "things.gpkg"
    with ExitStack() as stack:
        yield stack.enter_context(things_in_postgis(postgis_url)), stack.enter_context(things_in_geopackage(path))


def stored(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:-1], None if row[-1] is None else shapely.geometry.shape(row[-1]).wkt)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=filters.rows(), trees=st.lists(filters.FILTERS, min_size=1, max_size=6))
def test_any_filter_keeps_the_same_rows_everywhere(stores: Both, rows: list[tuple[Any, ...]], trees: list[Any]) -> None:
    for things in stores:
        things.fill([stored(row) for row in rows])
    for tree in trees:
        asked = parse_filter(json.dumps(tree), language="cql2-json")
        try:
            one, other = (things.found(asked.condition(things.columns, things.dialect)) for things in stores)
        except RequestError as error:
            assert error.code == "GP541"  # noqa: PT017 - arithmetic that might leave the range is refused, in both alike
            continue
        by_hand = [number for number, row in enumerate(rows, 1) if holds(tree, row)]
        assert one == other == by_hand, tree


@pytest.mark.parametrize(("name", "function"), [("folded", folded), ("unaccented", unaccented)])
def test_every_character_is_turned_alike(stores: Both, name: Any, function: Any) -> None:
    """Characters that this Python knows; a newer database may know more."""
    postgis = stores[0].connection
    letters = [
        letter
        for letter in map(chr, range(1, sys.maxunicode + 1))
        if unicodedata.category(letter) not in ("Cs", "Cn") and letter != "\ufdd0"
    ]
    words = [letter for letter in letters if function(letter) != letter] + [
        "".join(letters[at : at + 50]) for at in range(0, len(letters), 50)
    ]
    word = sa.func.unnest(sa.cast(words, sa.ARRAY(sa.Text()))).column_valued("word")
    made = postgis.execute(sa.select(word, in_postgis(name, word))).all()
    assert len(made) == len(words)
    assert [(text, turned) for text, turned in made if turned != function(text)] == []
