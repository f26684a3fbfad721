"""The OpenAPI 3.0 document of the paths below a root, collection by collection, as GIS clients read it.

GDAL pushes attribute filters to the server where the properties are declared as parameters of the literal path of
a collection, and QGIS takes its page size from ``components.parameters.limit``; so both are written that way.
"""

from typing import Any

from api.ogc import schemas
from api.ogc.formats import GEOJSON, HTML, JSON, OPENAPI, PROBLEM, SCHEMA
from api.ogc.openapi_writes import REFUSALS, operations
from api.ogc.parameters import DEFAULT_FEATURES, KNOWN, MOST_FEATURES
from api.ogc.roots import Root
from api.tilesets import MATRIX_SET, MVT
from gridplan.messages import Language, text
from gridplan.store import LAST_ZOOM, Collection
from gridplan.store.filters import SUPPORTED_CRS

Json = dict[str, Any]  # a JSON document has any shape

_ANY = {"type": "object"}


def document(root: Root, shown: list[Collection], language: Language) -> Json:
    """The document, with ``servers`` at the root."""
    paths: Json = {
        "/": _get("landing", text("api.about", language), _types(JSON, HTML), ["f"]),
        "/conformance": _get("conformance", "Conformance classes", _types(JSON, HTML), ["f"]),
        "/api": _get("api", "This document", _types(OPENAPI, HTML), ["f"]),
        "/collections": _get("collections", "All collections", _types(JSON, HTML), ["f"]),
    }
    for each in shown:
        paths |= _collection(each, text(f"collection.{each.name}", language))
    for name in ("", *(each.name for each in shown if each.contract.geometry)):
        paths |= _tiles(name)
    if not root.path:
        paths |= _matrix_sets()
    return {
        "openapi": "3.0.3",
        "info": {"title": text("api.dataset", language), "version": "1.0.0", "description": text("api.about", language)},
        "servers": [{"url": root.url or "/"}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "responses": _responses(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _collection(each: Collection, title: str) -> Json:
    here = f"/collections/{each.name}"
    known = ["bbox", "bbox-crs", "crs", "cursor", "datetime", "f", "filter", "filter-crs", "filter-lang", "limit", "sortby"]
    own = [
        {"name": column.name, "in": "query", "description": column.about, "schema": schemas.column_schema(column)}
        for column in each.contract.columns
        if column.name not in KNOWN
    ]
    chosen: Json = {
        "name": "properties",
        "in": "query",
        "description": "properties to be told",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": each.contract.names()}},
    }
    collection = _types(GEOJSON, HTML)
    paths: Json = {
        here: _get(f"{each.name}.about", title, _types(JSON, HTML), ["f"]),
        f"{here}/items": _get(f"{each.name}.items", title, collection, known, [chosen, *own]),
        f"{here}/items/{{featureId}}": _get(f"{each.name}.item", f"{title}: one feature", collection, ["featureId", "crs", "f"]),
    }
    for name in ("schema", "queryables", "sortables", "geojson-schema"):
        paths[f"{here}/{name}"] = _get(f"{each.name}.{name}", f"{title}: {name}", _types(SCHEMA, HTML), ["f"])
    for path in paths.values():
        path["get"]["tags"] = [each.name]
    if each.register:
        refused = {**_refused(), **{status: {"$ref": f"#/components/responses/{key}"} for status, (key, _) in REFUSALS.items()}}
        several, one = operations(each, title, refused)
        paths[f"{here}/items"] |= several
        paths[f"{here}/items/{{featureId}}"] |= one
    return paths


def _tiles(name: str) -> Json:
    """The tiles of a collection, or of all where it is none."""
    here, key, tags = (f"/collections/{name}/tiles", f"{name}.", [name]) if name else ("/tiles", "", ["tiles"])
    tile = {MVT: {"schema": {"type": "string", "format": "binary"}}}
    place = ["tileMatrix", "tileRow", "tileCol"]
    paths: Json = {
        here: _get(f"{key}tilesets", "Tilesets", _types(JSON, HTML), ["f"]),
        f"{here}/{MATRIX_SET}": _get(f"{key}tileset", "The tileset; TileJSON at f=tilejson", _types(JSON, HTML), ["f-tileset"]),
        f"{here}/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(f"{key}tile", "One tile", tile, place),
    }
    for path, described in paths.items():
        described["get"]["tags"] = tags
        if path.endswith("}"):
            described["get"]["responses"]["204"] = {"description": "nothing is in this tile"}
    return paths


def _matrix_sets() -> Json:
    """What tiles lie on: the same below every root, so it is told once."""
    paths: Json = {
        "/tileMatrixSets": _get("tileMatrixSets", "Tile matrix sets", _types(JSON, HTML), ["f"]),
        f"/tileMatrixSets/{MATRIX_SET}": _get("tileMatrixSet", MATRIX_SET, _types(JSON, HTML), ["f"]),
    }
    for described in paths.values():
        described["get"]["tags"] = ["tiles"]
    return paths


def _get(name: str, summary: str, content: Json, parameters: list[str], more: list[Json] | None = None) -> Json:
    # What has a web page speaks a language.
    speaking = [*parameters, *(["lang"] if {"f", "f-tileset"} & set(parameters) else [])]
    refs = [{"$ref": f"#/components/parameters/{parameter}"} for parameter in speaking]
    answers = {"200": {"description": "OK", "content": content}, "304": {"description": "what the client has is still right"}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*refs, *(more or [])],
            "responses": {**answers, **_refused()},
        }
    }


def _refused() -> Json:
    return {status: {"$ref": f"#/components/responses/{key}"} for status, key in _REFUSALS.items()}


def _types(*kinds: str) -> Json:
    return {kind: {"schema": {"type": "string"} if kind == HTML else _ANY} for kind in kinds}


_REFUSALS = {
    "400": "wrong",
    "401": "unknown",
    "403": "forbidden",
    "404": "missing",
    "406": "unacceptable",
    "500": "fault",
    "503": "unavailable",
}


def _responses() -> Json:
    said = {
        "wrong": "A parameter is not known or not right.",
        "unknown": "Nobody said who asks.",
        "forbidden": "This is not for the role of who asks.",
        "missing": "There is nothing there.",
        "unacceptable": "None of the formats there are is wanted.",
        "fault": "The service failed on this request.",
        "unavailable": "The store cannot answer now.",
    }
    said |= dict(REFUSALS.values())
    content = {PROBLEM: {"schema": _PROBLEM}}
    return {name: {"description": words, "content": content} for name, words in said.items()}


_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^GP[0-9]{3}$"},
        "instance": {"type": "string"},
    },
}


def _parameters() -> Json:
    crs = {"type": "string", "format": "uri", "enum": list(SUPPORTED_CRS), "default": SUPPORTED_CRS[0]}

    def query(name: str, about: str, schema: Json) -> Json:
        form = {"style": "form", "explode": False}
        return {"name": name, "in": "query", "required": False, "description": about, "schema": schema, **form}

    def path(name: str, most: int) -> Json:
        return {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": most}}

    last = 2**LAST_ZOOM - 1
    sizes = [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]
    box = {"type": "array", "oneOf": sizes, "items": {"type": "number"}}
    names = {"type": "array", "items": {"type": "string"}}
    languages = {"type": "string", "enum": ["cql2-text", "cql2-json", "cql-text"], "default": "cql2-text"}
    cut = "features of a page; more than the maximum gets the maximum"
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": DEFAULT_FEATURES}
    return {
        "bbox": query("bbox", "features that share a point with this box", box),
        "bbox-crs": query("bbox-crs", "CRS of bbox", crs),
        "crs": query("crs", "CRS of the answer", crs),
        "cursor": query("cursor", "where the page begins, as next and prev links say", {"type": "string"}),
        "datetime": query("datetime", "an instant or interval (RFC 3339) for collections with a time", {"type": "string"}),
        "f": query("f", "format", {"type": "string", "enum": ["json", "html"]}),
        "f-tileset": query("f", "format", {"type": "string", "enum": ["json", "tilejson", "html"]}),
        "featureId": {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}},
        "filter": query("filter", "CQL2", {"type": "string"}),
        "filter-crs": query("filter-crs", "CRS of geometries in the filter", crs),
        "filter-lang": query("filter-lang", "language of the filter", languages),
        "lang": query("lang", "language of what is said; Accept-Language without it", {"type": "string", "enum": ["en", "zh"]}),
        "limit": query("limit", cut, limit),
        **{name: path(name, most) for name, most in (("tileMatrix", LAST_ZOOM), ("tileRow", last), ("tileCol", last))},
        "sortby": query("sortby", "properties, each with + or - before it", names),
    }
