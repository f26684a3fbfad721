"""The page of a plan: one HTML file with the map, the lists, both languages, and no need of a network."""

from dataclasses import replace

import geopandas as gpd
from branca.element import MacroElement
from folium.template import Template

from gridplan.maps.offline import OfflineMap, finished
from gridplan.maps.plan_data import plan_data
from gridplan.maps.shipped import asset, embedded
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.sources.town import Town

_SCRIPTS = ("words", "shapes", "layers", "labels", "card", "lists", "start")
_MAX_ZOOM = 21


class PlanPanel(MacroElement):
    """The panel, data and behaviour of a plan page around an ``OfflineMap``."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>{{ this.style }}</style>
            <script type="application/json" id="plan-data">{{ this.data }}</script>
            {% for script in this.scripts %}<script>{{ script }}</script>
            {% endfor %}
        {% endmacro %}
        {% macro html(this, kwargs) %}{{ this.markup }}{% endmacro %}
        {% macro script(this, kwargs) %}PlanPage.start({{ this.map_name }});{% endmacro %}
        """
    )

    def __init__(self, data: str, map_name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca types it only in part
        self._name = "PlanPanel"
        self._id = "plan"
        self.data = data
        self.map_name = map_name
        self.style = asset("page/page.css")
        self.markup = asset("page/panel.html")
        self.scripts = [asset(f"page/{name}.js") for name in _SCRIPTS]


def plan_page(plan: Plan, *, town: Town | None = None, language: Language = "en") -> str:
    """The map page of a plan as one HTML file that works with no network at all.

    Grids in colours that neighbours do not share, their outlines, units, buildings, labels, findings, a card for
    each grid, lists with search, totals and sources; both languages on the page.

    Parameters
    ----------
    plan : the plan; only rows without a shape, which another program may have left, are not drawn. All names are shown
        as they are written.
    town : where given, its streets, rail, water and walls are drawn under the plan. Any CRS.
    language : the language the page opens in; the reader can change it.

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
    Coordinates are rounded to 1e-6 degrees (at most 11 cm) on the page only.

    Examples
    --------
    >>> from tests.samples import sample_plan
    >>> page = plan_page(sample_plan(), language="zh")
    >>> "https://" in page
    False
    """
    plan = _drawable(plan)
    west, south, east, north = plan.communities.total_bounds
    page = OfflineMap(name="plan", location=((south + north) / 2, (west + east) / 2), zoom=14, max_zoom=_MAX_ZOOM)
    page.add_child(PlanPanel(embedded(plan_data(plan, town, language)), page.get_name()), name="panel")
    return finished(page, title=plan.fact("name"), language=language)


def _drawable(plan: Plan) -> Plan:
    """The plan without the rows that have no shape, and without what lies in grids that have none."""
    layers = {name: frame for name, frame in plan.layers() if isinstance(frame, gpd.GeoDataFrame)}
    empty = {name: frame.geometry.isna() | frame.geometry.is_empty for name, frame in layers.items()}
    kept = {name: layers[name][~gone].reset_index(drop=True) for name, gone in empty.items() if gone.any()}
    if not kept:
        return plan
    shown = replace(plan, **kept)
    grids = set(shown.grids["code"])
    within = {name: getattr(shown, name) for name in ("units", "buildings", "nodes")}
    shown = replace(shown, **{name: each[each["grid"].isin(grids)].reset_index(drop=True) for name, each in within.items()})
    sections = shown.sections[shown.sections["unit"].isin(set(shown.units["code"]))].reset_index(drop=True)
    zones = grids | set(shown.units["code"]) | set(shown.areas["code"]) | set(shown.communities["code"])
    findings = shown.findings[shown.findings["zone"].isin(zones)].reset_index(drop=True)
    return replace(shown, sections=sections, findings=findings)
