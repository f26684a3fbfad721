"""The shipped place to be planned: whole, documented, and made again to the same bytes."""

from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.sources import demo_town, estimate_households
from gridplan.sources.demo import DEMO, DISTRICTS, make_demo
from gridplan.sources.registry import FOLDER, made_with, registry, sha256


def test_the_registry_holds() -> None:
    shipped = {path.name for path in FOLDER.iterdir() if path.suffix in (".gpkg", ".geojson", ".csv")}
    assert set(registry()) == shipped
    for name, facts in registry().items():
        assert sha256([FOLDER / name]) == facts["sha256"]
        assert {"source", "source_sha256", "licence", "attribution", "date", "crs", "changes", "command"} <= set(facts)
        assert (FOLDER / name).stat().st_size < 1_500_000


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    again = make_demo(tmp_path)
    for (_, table), (_, shipped) in zip(demo_town(tmp_path).layers(), demo_town().layers(), strict=True):
        assert table.to_wkb().equals(shipped.to_wkb())
    # Other versions of GDAL and SQLite lay out the same rows in other bytes.
    if made_with() == registry()[DEMO]["made_with"]:
        assert sha256([again]) == registry()[DEMO]["sha256"]
        assert registry(tmp_path)[DEMO] == registry()[DEMO]


def test_it_is_a_place_worth_planning() -> None:
    town = estimate_households(demo_town())
    assert sorted(town.communities["name"]) == sorted(DISTRICTS)
    assert town.buildings is not None
    by_district = town.buildings.sjoin(town.communities, predicate="intersects").groupby("name")["households"].sum()
    assert (by_district >= 600).all()
    assert town.buildings["estimated"].all()


def test_without_the_repository_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GP130"):
        demo_town(tmp_path)
