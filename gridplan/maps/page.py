"""The frame of every map page: one HTML file of the map, a panel, the data, compressed, and both languages."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from branca.element import MacroElement
from folium.template import Template

from gridplan.maps.offline import OfflineMap, finished
from gridplan.maps.packed import Packed
from gridplan.maps.shipped import asset
from gridplan.messages import Language, catalogue, text

_MAX_ZOOM = 21
_COMMON = ("words", "shapes", "canvas", "ground", "frame", "labels", "search")
#: The scripts of each page after the common ones, in the order in which they run; ``<page>.html`` is its panel, and what
#: ``STYLED`` names has ``<page>.css`` besides.
PAGES: Mapping[str, tuple[str, ...]] = {
    "plan": ("tiles", "plan_layers", "plan_labels", "plan_card", "plan_lists", "plan_start"),
    "compare": ("compare_layers", "compare_lists", "compare_start"),
    "coverage": ("coverage_layers", "coverage_lists", "coverage_start"),
    "incidents": (
        "incidents_state",
        "incidents_heat",
        "incidents_layers",
        "incidents_lists",
        "incidents_time",
        "incidents_start",
    ),
}
STYLED = ("incidents",)


class Panel(MacroElement):
    """The panel, data and behaviour of a page around an ``OfflineMap``."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>{{ this.style }}</style>
            <script type="application/octet-stream" id="plan-data">{{ this.data }}</script>
            {% for script in this.scripts %}<script>{{ script }}</script>
            {% endfor %}
        {% endmacro %}
        {% macro html(this, kwargs) %}{{ this.markup }}{% endmacro %}
        {% macro script(this, kwargs) %}PlanPage.run({{ this.map_name }}, PlanPage.begin);{% endmacro %}
        """
    )

    def __init__(self, page: str, data: str, map_name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca types it only in part
        self._name = "PlanPanel"
        self._id = "plan"
        self.data = data
        self.map_name = map_name
        self.style = asset("page/page.css") + (asset(f"page/{page}.css") if page in STYLED else "")
        too_old = " ".join(text("map.too_old", tongue) for tongue in ("zh", "en"))
        self.markup = asset("page/panel.html").replace("{body}", asset(f"page/{page}.html")).replace("{too_old}", too_old)
        self.scripts = [asset(f"page/{name}.js") for name in (*_COMMON, *PAGES[page])]


@dataclass(frozen=True)
class PageData:
    """What a page shows: values for JSON, among them ``facts`` with the page's ``name``, and its shapes."""

    values: Mapping[str, object]
    shapes: Packed

    def compressed(self) -> bytes:
        """The length of the JSON, the JSON and the bytes of the shapes, compressed."""
        written = {**self.values, "shapes": self.shapes.head}
        whole = json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        return zlib.compress(len(whole).to_bytes(4, "big") + whole + self.shapes.body, 6)


def framed(page: str, data: PageData, *, bounds: Sequence[float], name: str, language: Language) -> str:
    """The page as HTML.

    Parameters
    ----------
    page : one of ``PAGES``.
    bounds : west, south, east, north in degrees.
    name : what the page is called until its script says it in the reader's language.

    Raises
    ------
    OutputError
        GP610 something outside the page would be loaded.
    """
    west, south, east, north = bounds
    around = OfflineMap(name="plan", location=((south + north) / 2, (west + east) / 2), zoom=14, max_zoom=_MAX_ZOOM)
    held = base64.b64encode(data.compressed()).decode("ascii")
    around.add_child(Panel(page, held, around.get_name()), name="panel")
    return finished(around, title=name, language=language)


def page_words(page: str) -> dict[str, dict[str, str]]:
    """The sentences of a page in both languages, by key without ``map.``: the common ones and its own, ``map.<page>.``."""
    keys = {key: key.removeprefix("map.") for key in catalogue() if key.startswith("map.")}
    other = set(PAGES) - {page}
    kept = {key: short for key, short in keys.items() if short.split(".")[0] not in other}
    return {tongue: {short: catalogue()[key][tongue] for key, short in kept.items()} for tongue in ("en", "zh")}
