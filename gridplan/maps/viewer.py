"""The page that shows every layer from vector tiles, and the files that it loads: all shipped, none from another server."""

import html as markup
from collections.abc import Sequence
from functools import cache

from gridplan.cartography.palette import FILLS, SPECIAL
from gridplan.maps.shipped import HTML_LANGUAGE, SCRIPT, STYLE, PageFile, asset, embedded, shipped_bytes, words
from gridplan.messages import Language, text

#: The files of the page by the name that it asks for them with: where each is shipped, and its type.
_FILES = {
    "maplibre-gl-csp.js": ("maplibre/maplibre-gl-csp.js", SCRIPT),
    "maplibre-gl-csp-worker.js": ("maplibre/maplibre-gl-csp-worker.js", SCRIPT),
    "maplibre-gl.css": ("maplibre/maplibre-gl.css", STYLE),
    "viewer.css": ("viewer/viewer.css", STYLE),
    **{f"{name}.js": (f"viewer/{name}.js", SCRIPT) for name in ("words", "layers", "labels", "panel", "start")},
}

#: In the order in which they run.
_SCRIPTS = ("maplibre-gl-csp.js", "words.js", "layers.js", "labels.js", "panel.js", "start.js")

#: What a browser may load for the page: only what the same server sends.
VIEWER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' data: blob:;"
    " base-uri 'none'; form-action 'none'"
)


@cache
def viewer_file(name: str) -> PageFile | None:
    """The file that the page asks for as ``viewer/<name>``; None where there is none."""
    if name not in _FILES:
        return None
    path, media_type = _FILES[name]
    return PageFile(shipped_bytes(path), media_type)


def viewer_page(
    *, name: str, root: str, language: Language = "en", bounds: Sequence[float] | None = None, empty: bool = False
) -> str:
    """The page, which asks for ``tiles/WebMercatorQuad`` beside itself.

    Parameters
    ----------
    name : name of the plan, or empty.
    root : relative way from the page to the root of the service, as ``../../`` or empty; its files are below ``viewer/`` there.
    language : the language that the page opens in; the reader can change it.
    bounds : west, south, east, north of the plan, where the map starts: a point of a register may lie anywhere.
    empty : there is no plan yet, which the page then says beside the registers that it shows.

    Examples
    --------
    >>> "https://" in viewer_page(name="<b>", root="")
    False
    """
    data = {
        "language": language,
        "name": name,
        "bounds": bounds,
        "empty": empty,
        "tiles": "tiles/WebMercatorQuad",
        "worker": f"{root}viewer/maplibre-gl-csp-worker.js",
        "fills": FILLS,
        "special": SPECIAL,
        "words": words("viewer"),
    }
    scripts = "\n".join(f'<script src="{markup.escape(root)}viewer/{script}"></script>' for script in _SCRIPTS)
    shown = name or text("viewer.name", language)
    return asset("viewer/page.html").format(
        lang=HTML_LANGUAGE[language],
        title=markup.escape(text("viewer.title", language, name=shown)),
        root=markup.escape(root),
        data=embedded(data),
        script=markup.escape(text("viewer.script", language)),
        scripts=scripts,
    )
