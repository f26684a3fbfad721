"""Pages load nothing from outside, and are written whole or not at all."""

import hashlib
import json
import re
from pathlib import Path

import folium
import folium.plugins
import pytest
from branca.element import Figure

from gridplan.errors import OutputError
from gridplan.maps import offline, write_page
from gridplan.maps.shipped import embedded

ASSETS = Path(offline.__file__).parent / "assets"


def page() -> offline.OfflineMap:
    return offline.OfflineMap(name="test", location=(30.0, 104.0), zoom=12, max_zoom=20)


def test_everything_is_inside() -> None:
    html = offline.finished(page(), title="A < B", language="zh")
    assert "<title>A &lt; B</title>" in html
    assert '<html lang="zh-CN">' in html
    assert "Vladimir Agafonkin" in html, "the copyright line of Leaflet stays"
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.", html)
    assert "url(images" not in html


@pytest.mark.parametrize(
    "part",
    [
        '<script src="https://cdn.example.org/x.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example.org/x.css"/>',
        '<img src="//cdn.example.org/x.png">',
        '<iframe title="x" src=other.html></iframe>',
        "<style>body { background: url(https://example.org/x.png) }</style>",
        "<style>body { background: url('x.png') }</style>",
        "<style>@import 'x.css';</style>",
        "<script>fetch('https://example.org/data.json')</script>",
        "<script>new WebSocket('wss://example.org')</script>",
    ],
)
def test_anything_outside_is_refused(part: str) -> None:
    figure = page()
    root = figure.get_root()
    assert isinstance(root, Figure)
    root.html.add_child(folium.Element(part))
    with pytest.raises(OutputError, match="GP610"):
        offline.finished(figure, title="x", language="en")


def test_folium_as_it_comes_is_refused() -> None:
    with pytest.raises(OutputError, match="GP610"):
        offline.finished(folium.Map((30, 104)), title="x", language="en")
    plugin = page()
    screen = folium.plugins.Fullscreen()  # type: ignore[no-untyped-call]  # folium types it only in part
    plugin.add_child(screen)
    with pytest.raises(OutputError, match="GP610"):
        offline.finished(plugin, title="x", language="en")


def test_embedded_json_ends_no_script_and_says_the_same() -> None:
    value = {"a": "</script><!--<script>", "b": "https://example.org/?x&y", "c": "\u2028社区", "d": [1.5, None]}
    text = embedded(value)
    assert "<" not in text
    assert "//" not in text
    assert json.loads(text) == value


def test_shipped_files_are_the_published_ones() -> None:
    table = (ASSETS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| (?:leaflet|maplibre-gl) .* \| ([0-9a-f]{64}) \|$", table, re.MULTILINE)
    folders = [ASSETS / name for name in ("leaflet", "maplibre")]
    shipped = {path.relative_to(ASSETS).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert {name for name, _ in rows} == shipped
    for name, digest in rows:
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == digest, name


def test_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("before")
    write_page("<p>网格</p>", target)
    assert target.read_text(encoding="utf-8") == "<p>网格</p>"
    folder = tmp_path / "taken"
    folder.mkdir()
    for bad in (tmp_path / "missing" / "map.html", folder):
        with pytest.raises(OutputError, match="GP601"):
            write_page("<p>x</p>", bad)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.html", "taken"]
