"""The atoms stage, from the tables of a town to cells, pieces and sections."""

from collections.abc import Collection
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from gridplan import crs
from gridplan.atoms.areas import atoms_of_areas
from gridplan.atoms.buildings import atoms_of_buildings
from gridplan.atoms.cells import make_land
from gridplan.atoms.clean import Placed, clean_buildings, clean_communities, refuse_overlap
from gridplan.atoms.faces import Faces, make_faces
from gridplan.atoms.model import Atoms
from gridplan.atoms.seeds import make_seeds
from gridplan.atoms.site_cells import said_of_sites, sites_of_areas, sites_of_points
from gridplan.atoms.sites import Sites, clean_sites, site_of_faces
from gridplan.atoms.strips import grown
from gridplan.errors import GeometryError
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town

STEPS = 3


def make_atoms(town: Town, *, unit_high: int = 20, sites: Collection[str] = (), progress: Progress = silent) -> Atoms:
    """Cells that tile each community, their pieces, and the sections that are never split.

    Each building gets the land nearest to it inside its face: the land between streets (class major and minor; a path does not
    cut), barriers and borders. Where ``town.atoms`` is given, those areas are the cells.

    Parameters
    ----------
    town : in a local metre CRS; buildings with whole ``households`` and, where some are estimated, bool ``estimated``.
    unit_high : households that one unit may hold; larger buildings are divided.
    sites : kinds of ``town.special_sites`` (``gridplan.contracts.SITE_KINDS``) that are cut out, so that cells do not cross
        their outlines; none where empty. A site that is a point has the cell of the building it lies in, or of the nearest
        within 30 m. Given areas are not cut: a site has those whose inner points lie in it.
    progress : told ``stage.clean``, then ``stage.cells`` and how many of its 3 steps are done.

    Returns
    -------
    Atoms
        In canonical order: the same bytes from the same rows in any order. The cells of all communities together are a
        valid coverage on a grid of 1 mm, and so are the pieces; the communities are the unions of their cells.

    Raises
    ------
    GeometryError
        GP301 a community without area; GP302 communities overlap; GP304 the town is not in metres; GP320 a kind of site that
        there is not.
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
    special = clean_sites(town.special_sites, sites)
    if town.atoms is not None:
        progress("stage.cells", 0, STEPS)
        atoms = sites_of_areas(atoms_of_areas(town.atoms, communities, unit_high), special)
    else:
        assert town.buildings is not None
        refuse_overlap(communities)
        placed = clean_buildings(town.buildings, communities)
        report += placed.report
        progress("stage.cells", 0, STEPS)
        faces = make_faces(communities, town.streets, town.barriers)
        if len(special.shapes):
            faces, special = _with_sites(faces, special, placed, communities, town)
        seeds = make_seeds(placed.buildings, placed.community, faces, unit_high)
        progress("stage.cells", 1, STEPS)
        land = make_land(seeds, faces)
        progress("stage.cells", 2, STEPS)
        atoms = atoms_of_buildings(placed, seeds, land, communities, town.compounds, special.ids, unit_high)
        report += said_of_sites(atoms, special, land.enclosed)
    atoms = sites_of_points(atoms, special)
    progress("stage.cells", STEPS, STEPS)
    return replace(atoms, report=report + special.report + atoms.report)


def _with_sites(faces: Faces, special: Sites, placed: Placed, communities: gpd.GeoDataFrame, town: Town) -> tuple[Faces, Sites]:
    """The faces with the outlines of the sites as borders, and the sites as they are cut out."""
    lived_in = placed.buildings["households"].to_numpy() > 0
    homes = shapely.point_on_surface(np.asarray(placed.buildings.geometry.array)[lived_in])
    special = grown(special, faces, homes)
    faces = make_faces(communities, town.streets, town.barriers, special.shapes)
    codes = communities["code"].to_numpy(dtype=object)
    site, said = site_of_faces(special, faces.polygons, faces.community, faces.site, codes)
    return replace(faces, site=site), replace(special, report=special.report + said)
