"""The page of incidents: heat, rates, hot spots, clusters and changes by period on one map, in one HTML file."""

from typing import TYPE_CHECKING

from gridplan.analysis.incidents.view import IncidentView, ViewOptions, incident_view
from gridplan.maps.drawable import drawable
from gridplan.maps.incidents_data import incidents_data
from gridplan.maps.page import framed
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town

if TYPE_CHECKING:
    import geopandas as gpd


def incidents_page(
    plan: Plan,
    incidents: "gpd.GeoDataFrame",
    *,
    town: Town | None = None,
    language: Language = "en",
    options: ViewOptions | None = None,
    progress: Progress = silent,
) -> str:
    """The map page of incidents on a plan as one HTML file that works with no network at all.

    Heat in squares of a fixed size, or rates by grid, or what changed, with a scale that is the same at every zoom and in every
    period; hot spots, clusters, a slider through the periods, lists with search; both languages on the page.

    Parameters
    ----------
    plan : whose grids the incidents are counted in.
    incidents : as :func:`gridplan.incident_view` takes them.
    town : where given, its streets, rail, water and walls are drawn under the plan. Any CRS.
    language : the language the page opens in; the reader can change it.
    progress : called as the shapes are made; ``gp.progress_bars()`` draws bars.
    options : how incidents are counted; with ``public`` the page holds nothing from which one household could be read off:
        no squares, no clusters, numbers rounded and of at least 50 households.

    Returns
    -------
    str
        The same bytes for the same plan, incidents, options and language. No page holds a single incident.

    Raises
    ------
    InputError
        GP105, GP106, GP181, GP182, GP184 as :func:`gridplan.incident_view`.
    OutputError
        GP610 something outside the page would be loaded.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from tests.samples import sample_plan
    >>> spots = gpd.points_from_xy([104.0611, 104.0612], [30.6711, 30.6711])
    >>> told = gpd.GeoDataFrame({"reported_at": "2026-03-01T08:00:00Z"}, geometry=spots, crs=4326, index=range(2))
    >>> page = incidents_page(sample_plan(), told, language="zh")
    >>> "https://" in page
    False
    """
    return view_page(plan, incident_view(plan, incidents, options=options), town=town, language=language, progress=progress)


def view_page(
    plan: Plan, view: IncidentView, *, town: Town | None = None, language: Language = "en", progress: Progress = silent
) -> str:
    """The same page for what was counted already."""
    shown = drawable(plan)
    data = incidents_data(shown, view, town, language, progress)
    return framed("incidents", data, bounds=shown.communities.total_bounds, name=plan.fact("name"), language=language)
