"""The page of what changed between two plans."""

from gridplan.maps.comparison_data import comparison_data
from gridplan.maps.drawable import drawable
from gridplan.maps.page import framed
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.progress import Progress, silent
from gridplan.sources.town import Town


def compare_page(
    old: Plan, new: Plan, *, town: Town | None = None, language: Language = "en", progress: Progress = silent
) -> str:
    """The map page of two plans as one HTML file that works with no network at all.

    The lines of both, the land that changed its grid by what happened to it, households moved, the lineage as a table with
    search, a switch between old, new and both, cards, legend, both languages, print.

    Parameters
    ----------
    old, new : the plan before and the plan after.
    town : where given, its streets, rail, water and walls are drawn under the map. Any CRS.
    language : the language the page opens in; the reader can change it.
    progress : called as the shapes are made; ``gp.progress_bars()`` draws bars.

    Returns
    -------
    str
        The same bytes for the same plans, town and language.

    Raises
    ------
    OutputError
        GP610 something outside the page would be loaded.

    Notes
    -----
    The land is that of :func:`gridplan.changed_land`, the counts are those of :func:`gridplan.compare`.

    Examples
    --------
    >>> from tests.samples import sample_plan
    >>> "https://" in compare_page(sample_plan(), sample_plan())
    False
    """
    old, new = drawable(old), drawable(new)
    data = comparison_data(old, new, town, language, progress)
    return framed("compare", data, bounds=new.communities.total_bounds, name=new.fact("name"), language=language)
