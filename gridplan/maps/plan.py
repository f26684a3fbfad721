"""The page of a plan: one HTML file with the map, the lists, both languages, and no need of a network."""

from gridplan.maps.drawable import drawable
from gridplan.maps.limits import TileSource
from gridplan.maps.page import framed
from gridplan.maps.plan_data import plan_data
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town


def plan_page(
    plan: Plan,
    *,
    town: Town | None = None,
    language: Language = "en",
    progress: Progress = silent,
    tiles: TileSource | None = None,
) -> str:
    """The map page of a plan as one HTML file that works with no network at all.

    Grids in colours that neighbours do not share, their outlines, units, buildings, labels, findings, a card for
    each grid, lists with search, totals and sources; both languages on the page.

    Parameters
    ----------
    plan : the plan; only rows without a shape, which another program may have left, are not drawn. All names are shown
        as they are written.
    town : where given, its streets, rail, water and walls are drawn under the plan. Any CRS.
    language : the language the page opens in; the reader can change it.
    progress : called as the shapes are made; ``gp.progress_bars()`` draws bars.
    tiles : for a page that a service sends: units and buildings come as vector tiles where the reader looks, everything
        else is as in a page without. Its plan needs no buildings.

    Returns
    -------
    str
        The same bytes for the same plan, town and language.

    Raises
    ------
    OutputError
        GP610 something outside the page would be loaded.

    Notes
    -----
    Coordinates are rounded to 1e-6 degrees (at most 11 cm) on the page only. With more than 5,000 communities, grids, units and
    buildings they are painted from coarser lines, which neighbours share still, and the page says by how many metres at most a
    line has moved: 50,000 make a page of less than 2.5 MB.

    Examples
    --------
    >>> from tests.samples import sample_plan
    >>> page = plan_page(sample_plan(), language="zh")
    >>> "https://" in page
    False
    """
    plan = drawable(plan)
    data = plan_data(plan, town, language, progress, tiles)
    return framed("plan", data, bounds=plan.communities.total_bounds, name=plan.fact("name"), language=language)
