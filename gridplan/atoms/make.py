"""The atoms stage, from the tables of a town to cells, pieces and sections."""

from dataclasses import replace

from gridplan import crs
from gridplan.atoms.areas import atoms_of_areas
from gridplan.atoms.buildings import atoms_of_buildings
from gridplan.atoms.cells import make_land
from gridplan.atoms.clean import clean_buildings, clean_communities, refuse_overlap
from gridplan.atoms.faces import make_faces
from gridplan.atoms.model import Atoms
from gridplan.atoms.seeds import make_seeds
from gridplan.errors import GeometryError
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town

STEPS = 3


def make_atoms(town: Town, *, unit_high: int = 20, progress: Progress = silent) -> Atoms:
    """Cells that tile each community, their pieces, and the sections that are never split.

    Each building gets the land nearest to it inside its face: the land between streets (class major and minor; a path does not
    cut), barriers and borders. Where ``town.atoms`` is given, those areas are the cells.

    Parameters
    ----------
    town : in a local metre CRS; buildings with whole ``households`` and, where some are estimated, bool ``estimated``.
    unit_high : households that one unit may hold; larger buildings are divided.
    progress : told ``stage.clean``, then ``stage.cells`` and how many of its 3 steps are done.

    Returns
    -------
    Atoms
        In canonical order: the same bytes from the same rows in any order. The cells of all communities together are a
        valid coverage on a grid of 1 mm, and so are the pieces; the communities are the unions of their cells.

    Raises
    ------
    GeometryError
        GP301 a community without area; GP302 communities overlap; GP304 the town is not in metres.
    InputError
        GP303 an area names a community that is not there.

    Notes
    -----
    About 0.8 ms a building on one core, most of it in dense quarters (Monaco, 23,253 buildings: 18 s).
    """
    if town.crs.is_geographic:
        raise GeometryError("GP304", crs=crs.name(town.crs))
    progress("stage.clean", 0, 1)
    communities, report = clean_communities(town.communities)
    if town.atoms is not None:
        progress("stage.cells", 0, STEPS)
        atoms = atoms_of_areas(town.atoms, communities, unit_high)
    else:
        assert town.buildings is not None
        refuse_overlap(communities)
        placed = clean_buildings(town.buildings, communities)
        report += placed.report
        progress("stage.cells", 0, STEPS)
        faces = make_faces(communities, town.streets, town.barriers)
        seeds = make_seeds(placed.buildings, placed.community, faces, unit_high)
        progress("stage.cells", 1, STEPS)
        land = make_land(seeds, faces)
        progress("stage.cells", 2, STEPS)
        atoms = atoms_of_buildings(placed, seeds, land, communities, town.compounds, unit_high)
    progress("stage.cells", STEPS, STEPS)
    return replace(atoms, report=report + atoms.report)
