"""What describes tiles: the list of tilesets, OGC's tileset metadata, TileJSON 3.0, and the tile matrix set."""

import math
from collections.abc import Sequence
from typing import Any

import orjson

from api.ogc.formats import HTML, JSON
from api.ogc.roots import Root
from api.ogc.schemas import column_schema
from gridplan.cartography.credits import credit
from gridplan.contracts import REGISTERS
from gridplan.messages import Language, text
from gridplan.store import LAST_NEEDED, LAST_ZOOM, TILE_LAYERS, Store

Json = dict[str, Any]  # a JSON document has any shape

MVT = "application/vnd.mapbox-vector-tile"
MATRIX_SET = "WebMercatorQuad"

_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
#: Half the width of the world in EPSG:3857, and the scale of its first matrix at 0.28 mm a pixel.
_HALF_M = math.pi * 6_378_137.0
_FIRST_SCALE = 2 * _HALF_M / 256 / 0.00028
#: TileJSON's names of types.
_KINDS = {"int": "Number", "float": "Number", "bool": "Boolean", "text": "String", "time": "String"}


def tilesets(store: Store, root: Root, service: str, place: str, layers: Sequence[str], language: Language) -> Json:
    """The list of tilesets of a root or collection at the address ``place``."""
    short = {
        "title": _title(layers, language),
        "dataType": "vector",
        "crs": _CRS,
        "tileMatrixSetURI": _URI,
        "links": [_link(f"{place}/tiles/{MATRIX_SET}", "self", JSON), _scheme(service)],
    }
    return {"tilesets": [short], "links": _here(f"{place}/tiles")}


def tileset(store: Store, root: Root, service: str, place: str, layers: Sequence[str], language: Language) -> Json:
    """The tileset as OGC 17-083r4 describes one."""
    here = f"{place}/tiles/{MATRIX_SET}"
    item = _link(f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", MVT) | {"templated": True}
    document: Json = {
        "title": _title(layers, language),
        "dataType": "vector",
        "crs": _CRS,
        "tileMatrixSetURI": _URI,
        "layers": [_layer(root, name, language) for name in layers],
        "links": [
            *_here(here),
            item,
            _scheme(service),
            _link(f"{here}?f=tilejson", "alternate", JSON, "TileJSON 3.0"),
        ],
    }
    box = extent(store, root, layers)
    if box is not None:
        document["boundingBox"] = {"lowerLeft": box[:2], "upperRight": box[2:], "crs": _CRS84, "orderedAxes": ["Lon", "Lat"]}
    return document


def tilejson(store: Store, root: Root, service: str, place: str, layers: Sequence[str], language: Language) -> Json:
    """The tileset as TileJSON 3.0."""
    document: Json = {
        "tilejson": "3.0.0",
        "name": _title(layers, language),
        "scheme": "xyz",
        "tiles": [f"{place}/tiles/{MATRIX_SET}/{{z}}/{{y}}/{{x}}"],
        "minzoom": min(TILE_LAYERS[name].first for name in layers),
        "maxzoom": LAST_NEEDED,
        "vector_layers": [
            {
                "id": name,
                "description": text(f"collection.{name}", language),
                "fields": {
                    column.name: f"{_KINDS[column.kind]}: {column.about}" for column in TILE_LAYERS[name].contract.columns
                },
                "minzoom": TILE_LAYERS[name].first,
                "maxzoom": LAST_NEEDED,
            }
            for name in layers
        ],
    }
    box = extent(store, root, layers)
    if box is not None:
        document["bounds"] = box
    said = "" if set(layers) <= set(REGISTERS) else credit(_source(store, root), language)
    return document | {"attribution": said} if said else document


def matrix_sets(service: str) -> Json:
    """The list of tile matrix sets."""
    links = _here(f"{service}/tileMatrixSets/{MATRIX_SET}")
    return {"tileMatrixSets": [{"id": MATRIX_SET, "title": MATRIX_SET, "uri": _URI, "crs": _CRS, "links": links}]}


def matrix_set(service: str) -> Json:
    """WebMercatorQuad, with the matrices that its register lists."""
    matrices = [
        {
            "id": str(zoom),
            "scaleDenominator": _FIRST_SCALE / 2**zoom,
            "cellSize": 2 * _HALF_M / 256 / 2**zoom,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": [-_HALF_M, _HALF_M],
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": 2**zoom,
            "matrixHeight": 2**zoom,
        }
        for zoom in range(LAST_ZOOM + 1)
    ]
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": _URI,
        "crs": _CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
        "links": _here(f"{service}/tileMatrixSets/{MATRIX_SET}"),
    }


def _layer(root: Root, name: str, language: Language) -> Json:
    layer = TILE_LAYERS[name]
    return {
        "id": name,
        "title": text(f"collection.{name}", language),
        "dataType": "vector",
        "geometryDimension": 0 if layer.contract.geometry == ("Point",) else 2,
        "minTileMatrix": str(layer.first),
        "maxTileMatrix": str(LAST_ZOOM),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                column.name: {"description": column.about, **column_schema(column)} for column in layer.contract.columns
            },
        },
        "links": [_link(f"{root.url}/collections/{name}", "collection", JSON)],
    }


def _title(layers: Sequence[str], language: Language) -> str:
    return text(f"collection.{layers[0]}", language) if len(layers) == 1 else text("api.dataset", language)


def _scheme(service: str) -> Json:
    return _link(f"{service}/tileMatrixSets/{MATRIX_SET}", _SCHEME, JSON)


def _here(address: str) -> list[Json]:
    """A document itself, and its page."""
    return [_link(address, "self", JSON), _link(f"{address}?f=html", "alternate", HTML)]


def _link(href: str, rel: str, kind: str, title: str | None = None) -> Json:
    found = {"href": href, "rel": rel, "type": kind}
    return found if title is None else {**found, "title": title}


def extent(store: Store, root: Root, layers: Sequence[str]) -> list[float] | None:
    """West, south, east, north of all the layers; None where they have no shapes."""
    boxes = [box for name in layers if (box := store.items.extent(root.dataset, name)) is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _source(store: Store, root: Root) -> dict[str, str]:
    """What the plan was made from, as its ``meta`` tells it."""
    found = store.items.item(root.dataset, "meta", "source")
    told: dict[str, str] = orjson.loads(orjson.loads(found.text)["properties"]["value"])
    return told
