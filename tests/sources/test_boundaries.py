"""The shipped place: whole, documented, and made again to the same bytes."""

import hashlib
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.sources import demo_town, estimate_households
from gridplan.sources.boundaries import DEMO, DISTRICTS, FOLDER, made_with, make, registry


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_registry_holds() -> None:
    for name, facts in registry().items():
        assert sha256(FOLDER / name) == facts["sha256"]
        assert {"source", "licence", "attribution", "date", "crs", "command"} <= set(facts)
    assert (FOLDER / DEMO).stat().st_size < 1_500_000


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    again = make(tmp_path)
    for (_, table), (_, shipped) in zip(demo_town(tmp_path).layers(), demo_town().layers(), strict=True):
        assert table.to_wkb().equals(shipped.to_wkb())
    # Other versions of GDAL and SQLite lay out the same rows in other bytes.
    if made_with() == registry()[DEMO]["made_with"]:
        assert sha256(again) == registry()[DEMO]["sha256"]
        assert (tmp_path / "registry.toml").read_text() == (FOLDER / "registry.toml").read_text()


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
