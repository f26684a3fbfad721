"""The atoms stage, from the tables of a town to cells, pieces and sections."""

from dataclasses import replace

from gridplan.atoms.areas import atoms_of_areas
from gridplan.atoms.buildings import atoms_of_buildings
from gridplan.atoms.cells import make_land
from gridplan.atoms.clean import clean_buildings, clean_communities, refuse_overlap
from gridplan.atoms.faces import make_faces
from gridplan.atoms.model import Atoms
from gridplan.atoms.seeds import make_seeds
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town

STEPS = 4


def make_atoms(town: Town, *, unit_high: int = 20, progress: Progress = silent) -> Atoms:
    """Cells that tile each community, their pieces, and the sections that are never split.

    Each building gets the land nearest to it inside its face: the land between streets (class major and minor; a path does not
    cut), barriers and borders. Where ``town.atoms`` is given, those areas are the cells.

    Parameters
    ----------
    town : in a local metre CRS; buildings with whole ``households`` and, where some are estimated, bool ``estimated``.
    unit_high : households that one unit may hold; larger buildings are divided.
    progress : told ``progress.atoms`` and how many of the 4 steps are done.

    Returns
    -------
    Atoms
        In canonical order: the same bytes from the same rows in any order. The cells of all communities together are a
        valid coverage on a grid of 1 mm, and so are the pieces; the communities are the unions of their cells.

    Raises
    ------
    GeometryError
        GP301 a community without area; GP302 communities overlap; GP303 no cells can be made, as a table is not in metres or
        has no buildings inside the communities.

    Notes
    -----
    About 0.2 ms a building on one core, and 20 kB of memory.
    """
    progress("progress.atoms", 0, STEPS)
    communities, report = clean_communities(town.communities)
    if town.atoms is not None:
        progress("progress.atoms", 1, STEPS)
        atoms = atoms_of_areas(town.atoms, communities, unit_high)
        progress("progress.atoms", STEPS, STEPS)
        return replace(atoms, report=report + atoms.report)
    assert town.buildings is not None
    refuse_overlap(communities)
    placed = clean_buildings(town.buildings, communities)
    progress("progress.atoms", 1, STEPS)
    faces = make_faces(communities, town.streets, town.barriers)
    seeds = make_seeds(placed.buildings, placed.community, faces, unit_high)
    progress("progress.atoms", 2, STEPS)
    land = make_land(seeds, faces)
    progress("progress.atoms", 3, STEPS)
    atoms = atoms_of_buildings(placed, seeds, land, communities, town.compounds, unit_high)
    progress("progress.atoms", STEPS, STEPS)
    return replace(atoms, report=report + placed.report + atoms.report)
