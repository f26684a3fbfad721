"""Folium pages that need no network: what folium links to is put into the page, and nothing else may be linked."""

import base64
import html as markup
import re
from importlib.resources import files
from pathlib import Path

import folium
from branca.element import Element, Figure
from folium.template import Template

from gridplan.errors import OutputError
from gridplan.maps.shipped import HTML_LANGUAGE, asset, shipped_bytes
from gridplan.messages import Language
from gridplan.replacing import replacing

#: Addresses inside shipped scripts that load nothing, and how they are written in a page.
_HARMLESS = {"http://www.w3.org/2000/svg": r"http:\/\/www.w3.org/2000/svg", "https://leafletjs.com": "#"}

_LINKED_SCRIPT = re.compile(r'<script src="([^"]*)"></script>')
_LINKED_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)"\s*/?>')
_IMAGE = re.compile(r"url\((images/[^)]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_OUTSIDE = re.compile(
    r"""(?:https?|wss?|ftp)://[^\s"'<>)]+
      | <[a-z][^<>]*\s(?:src|href|action|poster)\s*=\s*["']?(?!data:|\#|["'])[^\s"'>]+
      | (?<![\w.])url\(\s*["']?(?!data:|\#)[^)]*\)
      | @import[^;]+""",
    re.IGNORECASE | re.VERBOSE,
)


class OfflineMap(folium.Map):
    """A folium map without tiles that links to shipped files only, for a page whose ids are the same every time."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <meta name="viewport" content="width=device-width, initial-scale=1" />
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <main class="map-frame"><div class="folium-map" id={{ this.get_name()|tojson }}></div></main>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )
    default_js = [("leaflet", "leaflet/leaflet.js")]  # noqa: RUF012 - folium's own attribute, never changed here
    default_css = [("leaflet_css", "leaflet/leaflet.css")]  # noqa: RUF012 - as above

    def __init__(self, *, name: str, location: tuple[float, float], zoom: int, max_zoom: int) -> None:
        super().__init__(
            location=location,
            tiles=None,
            zoom_start=zoom,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            max_zoom=max_zoom,
        )
        self._id = name


def finished(page: folium.Map, *, title: str, language: Language) -> str:
    """The HTML of a folium map with everything it links to put inside.

    Raises
    ------
    OutputError
        GP610 something outside the page is still linked, as from a folium plugin whose files are not shipped.
    """
    figure = page.get_root()
    assert isinstance(figure, Figure)
    figure.title = markup.escape(title)
    figure.header.add_child(Element('<link rel="icon" href="data:," />'), name="icon")
    html = figure.render().replace("<html>", f'<html lang="{HTML_LANGUAGE[language]}">', 1)
    html = _LINKED_SCRIPT.sub(lambda link: f"<script>{_script(link[1])}</script>", html)
    html = _LINKED_STYLE.sub(lambda link: f"<style>{_style(link[1])}</style>", html)
    outside = sorted({found[0] for found in _OUTSIDE.finditer(html)})
    if outside:
        raise OutputError("GP610", count=len(outside), urls=", ".join(url[:120] for url in outside[:5]))
    return html


def _script(name: str) -> str:
    text = _shipped(name)
    for address, written in _HARMLESS.items():
        text = text.replace(address, written)
    return text


def _style(name: str) -> str:
    folder = name.rpartition("/")[0]

    def picture(link: re.Match[str]) -> str:
        return f"url(data:image/png;base64,{base64.b64encode(shipped_bytes(f'{folder}/{link[1]}')).decode()})"

    return _IMAGE.sub(picture, _COMMENT.sub("", _shipped(name)))


def _shipped(name: str) -> str:
    """The file that a link names, where it is shipped; a web address never is."""
    if "//" in name or not (files("gridplan.maps") / "assets" / name).is_file():
        raise OutputError("GP610", count=1, urls=name)
    return asset(name)


def write_page(html: str, path: str | Path) -> None:
    """Write a page to a file: whole, or not at all.

    Parameters
    ----------
    html : what ``plan_page`` gives.
    path : the file; one that is there is replaced.

    Raises
    ------
    OutputError
        GP601 the file cannot be written; what was there before is unchanged.
    """
    with replacing(Path(path)) as draft:
        draft.write_text(html, encoding="utf-8")
