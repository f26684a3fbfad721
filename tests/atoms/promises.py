"""What every result of the atoms stage holds, whatever the town."""

import dataclasses
import hashlib

import numpy as np
import shapely

from gridplan.atoms import Atoms
from gridplan.sources.town import Town


def assert_atoms(atoms: Atoms) -> None:
    """Coverage, one valid polygon each, sums, keys and order."""
    land = atoms.cells.geometry.to_numpy()[atoms.buildings["cell"].to_numpy(dtype=int)]
    assert shapely.intersects(land, atoms.buildings.geometry.to_numpy()).all()
    cells, pieces = np.asarray(atoms.cells.geometry.array), np.asarray(atoms.pieces.geometry.array)
    for shapes in (cells, pieces):
        assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
    whole = atoms.communities.set_index("code").geometry
    for code, rows in atoms.cells.groupby("community"):
        assert shapely.equals(shapely.union_all(np.asarray(rows.geometry.array)), whole[code])
        assert abs(rows.area.sum() - whole[code].area) < 1e-6
    assert np.allclose(atoms.pieces.area.groupby(atoms.pieces["cell"]).sum(), atoms.cells.area, rtol=0, atol=1e-6)
    _assert_sums(atoms)
    _assert_order(atoms)


def _assert_sums(atoms: Atoms) -> None:
    pieces, sections, cells, buildings = atoms.pieces, atoms.sections, atoms.cells, atoms.buildings
    assert np.array_equal(np.bincount(sections["piece"], sections["households"], len(pieces)), pieces["households"])
    assert np.array_equal(np.bincount(pieces["cell"], pieces["households"], len(cells)), cells["households"])
    assert np.array_equal(np.bincount(buildings["cell"], buildings["households"], len(cells)), cells["households"])
    by_building = sections.groupby("building")["households"].sum()
    assert by_building.to_dict() == buildings.set_index("id")["households"].to_dict()
    home = pieces["cell"].to_numpy()[sections["piece"]]
    own = buildings.set_index("id")["cell"].reindex(sections["building"]).to_numpy()
    assert np.array_equal(home, own)


def _assert_order(atoms: Atoms) -> None:
    for table in (atoms.cells, atoms.pieces, atoms.sections, atoms.buildings):
        assert table["id"].is_unique
        assert table.index.equals(table.reset_index(drop=True).index)
    assert atoms.pieces["cell"].is_monotonic_increasing
    assert atoms.sections["piece"].is_monotonic_increasing
    assert set(atoms.pieces["cell"]) == set(atoms.cells.index)


def households_left_out(atoms: Atoms) -> int:
    """Households that the report says were left out."""
    stated = atoms.report.rows["detail"].str.extract(r"households=(\d+)")[0].dropna()
    return int(stated.astype("int64").sum())


def digest(atoms: Atoms) -> str:
    """A hash of every value of the result."""
    text = hashlib.sha256()
    for frame in (atoms.cells, atoms.pieces, atoms.buildings, atoms.communities):
        text.update(b"".join(frame.geometry.to_wkb()))
        text.update(frame.drop(columns="geometry").to_csv().encode())
    for table in (atoms.sections, atoms.report.rows):
        text.update(table.to_csv().encode())
    return text.hexdigest()


def shuffled(town: Town, seed: int) -> Town:
    """The town with the rows of every table in another order."""
    random = np.random.default_rng(seed)
    layers = {name: table.iloc[random.permutation(len(table))].reset_index(drop=True) for name, table in town.layers()}
    return dataclasses.replace(town, **layers)
