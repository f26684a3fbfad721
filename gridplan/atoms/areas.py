"""Areas that are given as the smallest pieces, such as census blocks, made into a coverage."""

import geopandas as gpd

from gridplan.atoms.model import Atoms
from gridplan.progress import Progress
from gridplan.report import Report


def atoms_of_areas(
    areas: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, report: Report, *, unit_high: int, progress: Progress
) -> Atoms:
    """x."""
    raise NotImplementedError
