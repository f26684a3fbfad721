"""JSON schemas of collections (OGC API - Features - Part 5): what a feature holds, what it can be asked by, sorted by."""

from collections.abc import Mapping
from typing import Any

from gridplan.contracts import Column
from gridplan.store import Collection

Json = dict[str, Any]  # a JSON document has any shape

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[str, Json] = {
    "text": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
}
#: Columns that hold the id of a feature of another collection.
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "grids": {"community": "communities"},
    "units": {"grid": "grids"},
    "buildings": {"grid": "grids"},
    "sections": {"building": "buildings", "unit": "units"},
    "atoms": {"community": "communities", "grid": "grids"},
    "nodes": {"building": "buildings", "grid": "grids"},
}
#: When a feature of the collection was, for the parameter datetime.
INSTANTS: Mapping[str, str] = {"incidents": "reported_at"}


def feature_schema(collection: Collection, address: str, title: str) -> Json:
    """The logical schema: every property and the geometry, with their roles."""
    contract = collection.contract
    properties: Json = {}
    if collection.identity not in contract.names():
        about = "number of the row, which is the id of the feature and none of its properties"
        properties[collection.identity] = {
            "title": "item",
            "description": about,
            "type": "integer",
            "x-ogc-role": "id",
            "readOnly": True,
        }
    properties |= _queryable(collection)
    return _schema(address, title, properties) | {
        "required": [column.name for column in contract.columns if not column.nullable and column.name != collection.identity]
    }


def queryables(collection: Collection, address: str, title: str) -> Json:
    """What a filter may name: every property and the geometry."""
    return _schema(address, title, _queryable(collection)) | {"additionalProperties": False}


def sortables(collection: Collection, address: str, title: str) -> Json:
    """What pages may be sorted by: every property."""
    properties = {column.name: _property(collection, column) for column in collection.contract.columns}
    return _schema(address, title, properties) | {"additionalProperties": False}


def geojson_schema(collection: Collection, address: str, title: str) -> Json:
    """The schema of a feature as GeoJSON writes it, by which clients know the types of columns before they read rows."""
    properties = {column.name: _property(collection, column) for column in collection.contract.columns}
    geometry: Json = {"type": "null"}
    if collection.contract.geometry:
        geometry = {"oneOf": [{"type": "null"}, *(_geojson(kind) for kind in collection.contract.geometry)]}
    return _schema(
        address,
        title,
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer" if collection.identity == "item" else "string"},
            "geometry": geometry,
            "properties": {"type": "object", "properties": properties},
        },
    ) | {"required": ["type", "geometry", "properties"]}


def column_schema(column: Column) -> Json:
    """The type of a column, with its values or their bounds."""
    found = dict(_TYPES[column.kind])
    if column.values:
        found["enum"] = list(column.values)
    if column.minimum is not None:
        found["minimum"] = column.minimum
    if column.maximum is not None:
        found["maximum"] = column.maximum
    if column.longest is not None:
        found["maxLength"] = column.longest
    return found


def _queryable(collection: Collection) -> Json:
    """Every property, and the geometry."""
    properties: Json = {column.name: _property(collection, column) for column in collection.contract.columns}
    if collection.contract.geometry:
        properties["geometry"] = {"x-ogc-role": "primary-geometry", "format": _shape(collection.contract.geometry)}
    return properties


def _property(collection: Collection, column: Column) -> Json:
    found = {"title": column.name, "description": column.about, **column_schema(column)}
    if column.name == collection.identity:
        found["x-ogc-role"] = "id"
    elif column.name in _REFERENCES.get(collection.name, ()):
        found |= {"x-ogc-role": "reference", "x-ogc-collectionId": _REFERENCES[collection.name][column.name]}
    elif column.name == INSTANTS.get(collection.name):
        found["x-ogc-role"] = "primary-instant"
    return found


def _schema(address: str, title: str, properties: Json) -> Json:
    return {"$schema": _DIALECT, "$id": address, "type": "object", "title": title, "properties": properties}


def _shape(kinds: tuple[str, ...]) -> str:
    plain = [kind.lower() for kind in kinds]
    if plain == ["polygon", "multipolygon"]:
        return "geometry-polygon-or-multipolygon"
    return f"geometry-{plain[0]}" if len(plain) == 1 else "geometry-any"


def _geojson(kind: str) -> Json:
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [kind]}, "coordinates": {"type": "array"}},
    }
