"""The page of how many households have a service within a walk."""

import geopandas as gpd
import pandas as pd

from gridplan.maps.coverage_data import coverage_data, covering
from gridplan.maps.drawable import drawable
from gridplan.maps.page import framed
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town


def coverage_page(
    plan: Plan,
    coverage: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    services: gpd.GeoDataFrame | None = None,
    town: Town | None = None,
    language: Language = "en",
    progress: Progress = silent,
) -> str:
    """The map page of a plan's coverage as one HTML file that works with no network at all.

    Buildings by their walking distance, straight lines marked as such; grids by the share of their households; services by kind;
    switches for kind and distance; tables of communities, grids and classes of compounds with numerator and denominator; search,
    cards, legend, both languages, print.

    Parameters
    ----------
    plan : the plan that was measured.
    coverage : as :func:`gridplan.coverage` gives it: a row for every community and grid, kind and distance.
    distances : as :func:`gridplan.walking_distances` gives it in ``table``.
    services : ``id``, ``name``, ``kind`` and geometry in any CRS; without them those of ``town``.
    town : where given, its streets, rail, water and walls are drawn under the map. Any CRS.
    language : the language the page opens in; the reader can change it.
    progress : called as the shapes are made; ``gp.progress_bars()`` draws bars.

    Returns
    -------
    str
        The same bytes for the same input.

    Raises
    ------
    InputError
        GP102, GP103 a table lacks a column or has another type; GP612 the tables are not of this plan.
    OutputError
        GP610 something outside the page would be loaded.

    Notes
    -----
    Metres are rounded to whole ones on the page; shares and counts are those of the table.
    """
    plan = drawable(plan)
    found = covering(plan, coverage, distances)
    data = coverage_data(plan, found, services, town, language, progress)
    return framed("coverage", data, bounds=plan.communities.total_bounds, name=plan.fact("name"), language=language)
