"""The editor's browser module, joined from its parts, and the page that shows it: all shipped, none from another server."""

import html as markup
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from gridplan.cartography.palette import FILLS, SPECIAL
from gridplan.maps.shipped import HTML_LANGUAGE, SCRIPT, STYLE, PageFile, embedded, shipped_bytes, words
from gridplan.messages import Language, text

#: The parts of the module in the order in which they are joined: each uses only those before it when it is read.
_PARTS = (
    "words",
    "shapes",
    "space",
    "colours",
    "model",
    "strokes",
    "edits",
    "layers",
    "signs",
    "shades",
    "view",
    "pointer",
    "brush",
    "tools",
    "list",
    "grids",
    "find",
    "panel",
    "hosts",
    "actions",
    "bars",
    "dialogs",
    "keys",
    "background",
    "trial",
    "tour",
    "editor",
    "mount",
)

#: Servers of the base maps that the editor names; nothing is asked of them before the user chooses one.
_BASE_MAPS = ("https://tile.openstreetmap.org", "https://*.tianditu.gov.cn")


def editor_policy(*, tiles: Sequence[str] = ()) -> str:
    """The content security policy of the page: what the same server sends, and pictures of base maps once chosen.

    Parameters
    ----------
    tiles : origins of further servers whose tiles a user may choose, as ``https://tiles.example.org``.

    Examples
    --------
    >>> "https://tiles.example.org" in editor_policy(tiles=["https://tiles.example.org"])
    True
    """
    maps = " ".join((*_BASE_MAPS, *tiles))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {maps}; worker-src 'self';"
        f" img-src 'self' data: blob: {maps}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


@cache
def editor_file(name: str) -> PageFile | None:
    """The file that the page asks for as ``editor/<name>``; None where there is none."""
    made = {
        "editor.js": lambda: (editor_module().encode(), SCRIPT),
        "editor.css": lambda: (editor_style().encode(), STYLE),
        "start.js": lambda: (_part("start.js").encode(), SCRIPT),
        "page.css": lambda: (_part("page.css").encode(), STYLE),
        "worker.js": lambda: (shipped_bytes("maplibre/maplibre-gl-csp-worker.js"), SCRIPT),
    }
    if name not in made:
        return None
    return PageFile(*made[name]())


def editor_page(*, name: str, root: str, host: dict[str, str | int], language: Language = "en") -> str:
    """The page, which starts the editor on what ``host`` names.

    Parameters
    ----------
    name : name of the plan, or empty.
    root : relative way from the page to the root of the service, as ``../../`` or empty; its files are below ``editor/`` there.
    host : addresses, relative to the page, of ``scene``, ``edits``, ``explain`` and ``changes``, and of ``branches`` where
        the plan can be branched; ``every`` is the time between two looks for changes of others, in ms.
    language : the language that the page opens in; the reader can change it.

    Examples
    --------
    >>> "https://" in editor_page(name="<b>", root="", host={"scene": "editor/scene"})
    False
    """
    options = editor_options(language) | {"worker": f"{root}editor/worker.js", "titled": True, "remember": True}
    return _part("page.html").format(
        lang=HTML_LANGUAGE[language],
        title=markup.escape(text("editor.title", language, name=name)),
        root=markup.escape(root),
        data=embedded({"host": host, "options": options}),
        script=markup.escape(text("editor.script", language)),
    )


def editor_options(language: Language) -> dict[str, object]:
    """What every host hands to ``mount``: words in both languages, the language to begin with, colours."""
    return {"language": language, "words": words("editor"), "fills": FILLS, "special": SPECIAL}


@cache
def editor_module() -> str:
    """The ES module with ``mount`` and ``httpHost``: MapLibre and all parts."""
    parts = "\n".join(_part(f"{name}.js") for name in _PARTS)
    return f"{_maplibre()}\n{parts}\nexport {{ httpHost, widgetHost }};\n"


@cache
def widget_module() -> str:
    """The module for a notebook: the same, with MapLibre's worker as text and the ``render`` that anywidget asks for."""
    worker = json.dumps(shipped_bytes("maplibre/maplibre-gl-csp-worker.js").decode())
    return f"{editor_module()}\nconst WORKER = {worker};\n{_part('widget.js')}"


@cache
def editor_style() -> str:
    """The style sheets of MapLibre and of the editor, whose rules all begin with its own classes."""
    return shipped_bytes("maplibre/maplibre-gl.css").decode() + "\n" + _part("editor.css")


def _maplibre() -> str:
    """MapLibre as a constant of the module: it looks for CommonJS first, and so finds what it is given here."""
    library = shipped_bytes("maplibre/maplibre-gl-csp.js").decode().replace("//# sourceMappingURL=", "// Source map: ")
    return f"const maplibregl = (() => {{\nconst module = {{}}, exports = {{}};\n{library}\nreturn exports;\n}})();"


def _part(name: str) -> str:
    return (files("gridplan.editor") / "assets" / name).read_text(encoding="utf-8")
