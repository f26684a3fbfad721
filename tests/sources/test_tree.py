"""The administrative tree above the communities, and the layers that go with a town, checked and carried."""

from pathlib import Path

import geopandas as gpd
import pytest

from gridplan.errors import InputError
from gridplan.sources import Town, checked_town, keep_communities, read_town, write_town
from tests.sources import drawn

TREE = {"code": ["520000", "522730", "522730001"], "level": ["province", "county", "town"], "parent": [None, "520000", "522730"]}


def areas(**columns: list[str | None]) -> gpd.GeoDataFrame:
    shape = drawn.square(-2, -2, size=30)
    return gpd.GeoDataFrame(TREE | {"name": TREE["code"]} | columns, geometry=[shape] * 3, crs=4326)


def sites() -> gpd.GeoDataFrame:
    shapes = [drawn.square(1, 1), drawn.square(12, 1).centroid]
    return gpd.GeoDataFrame({"id": ["s", "p"], "name": ["一小", None], "kind": ["school", "hospital"]}, geometry=shapes, crs=4326)


def town(tree: gpd.GeoDataFrame, parent: str | None = "522730001") -> Town:
    communities = drawn.communities("A", "B").assign(parent=[parent, None], kind="mixed", growth=[0.1, None])
    tables = {"communities": communities, "buildings": drawn.buildings(id=["b"]), "special_sites": sites(), "areas": tree}
    return checked_town(tables, source={})


@pytest.mark.parametrize("name", ["town.gpkg", "town"])
def test_a_bundle_carries_sites_areas_kinds_and_growth(tmp_path: Path, name: str) -> None:
    before = town(areas())
    after = read_town(write_town(before, tmp_path / name))
    for (_, one), (_, other) in zip(before.layers(), after.layers(), strict=True):
        assert one.equals(other)
    assert after.communities["growth"].tolist()[0] == 0.1


def test_the_chosen_communities_keep_the_areas_above_them() -> None:
    both = town(areas())
    kept = keep_communities(both, ["A"])
    assert kept.areas is not None
    assert kept.areas["code"].tolist() == TREE["code"]
    assert kept.special_sites is not None
    assert kept.special_sites["id"].tolist() == ["s"]
    other = keep_communities(both, ["B"]).areas
    assert other is not None
    assert other.empty


def test_a_tree_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match=r"GP160 .*1 areas \(522730\) .*: 52\."):
        town(areas(parent=[None, "52", "522730"]))
    with pytest.raises(InputError, match=r"GP161 .*2 areas .*: 520000, 522730\."):
        town(areas(parent=["522730", "520000", None]))
    with pytest.raises(InputError, match=r"GP162 .*1 communities \(A\) .*: 999\."):
        town(areas(), parent="999")
    with pytest.raises(InputError, match=r"GP163 .*1 areas .*: 522730\."):
        town(areas().set_geometry([drawn.square(0, 0), None, drawn.square(0, 0)], crs=4326))
    with pytest.raises(InputError, match=r"GP103 .*kind"):
        checked_town({**dict(town(areas()).layers()), "special_sites": sites().assign(kind="castle")}, source={})
