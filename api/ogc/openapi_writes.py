"""The part of the OpenAPI document that changes registers (OGC API - Features - Part 4)."""

from typing import Any

from api.bodies import MERGE_PATCH
from api.ogc import schemas
from api.ogc.formats import GEOJSON, JSON
from gridplan.contracts import Column
from gridplan.store import Collection

Json = dict[str, Any]  # a JSON document has any shape

_TAG: Json = {"name": "If-Match", "in": "header", "description": "ETag that the change is based on", "schema": {"type": "string"}}
_CRS: Json = {"name": "Content-Crs", "in": "header", "description": "<URI> of the CRS of the body", "schema": {"type": "string"}}
_FEATURE_ID: Json = {"$ref": "#/components/parameters/featureId"}
#: Refusals that changes add to those of every request; names in ``components.responses``.
REFUSALS = {
    "405": ("fixed", "This is not changed one by one."),
    "409": ("taken", "There is a feature of this id already."),
    "412": ("changed", "It is not what If-Match names."),
    "413": ("large", "The body is too large."),
    "415": ("other", "Bodies of this type are not taken."),
}


def operations(each: Collection, title: str, refused: Json) -> tuple[Json, Json]:
    """What changes the features of a register at their common address, and what changes one at its own."""
    feature = {kind: {"schema": _feature(each, whole=True)} for kind in (GEOJSON, JSON)}
    patch = {MERGE_PATCH: {"schema": _feature(each, whole=False)}}
    created = {"201": {"description": "made", "headers": {"Location": _header("its address"), "ETag": _header("its ETag")}}}
    changed = {"204": {"description": "changed", "headers": {"ETag": _header("its new ETag")}}}
    told = {"200": {"description": "OK", "headers": {"Allow": _header("the methods there are")}}}
    deleted = {"204": {"description": "deleted"}}

    def operation(name: str, about: str, parameters: list[Json], answers: Json, body: Json | None = None) -> Json:
        sent = {} if body is None else {"requestBody": {"required": True, "content": body}}
        described = {"operationId": f"{each.name}.{name}", "summary": f"{title}: {about}", "tags": [each.name]}
        return {**described, "parameters": parameters, **sent, "responses": {**answers, **refused}}

    several = {
        "post": operation("create", "make a feature", [_CRS], created, feature),
        "options": operation("options", "what may be done", [], told),
    }
    one = {
        "put": operation("replace", "replace a feature", [_FEATURE_ID, _TAG, _CRS], {**created, **changed}, feature),
        "patch": operation("update", "update a feature", [_FEATURE_ID, _TAG, _CRS], changed, patch),
        "delete": operation("delete", "delete a feature", [_FEATURE_ID, _TAG], deleted),
        "options": operation("item.options", "what may be done", [_FEATURE_ID], told),
    }
    return several, one


def _header(about: str) -> Json:
    return {"description": about, "schema": {"type": "string"}}


def _feature(each: Collection, *, whole: bool) -> Json:
    """The schema of a feature as it is sent; in a patch nothing is needed and anything may be taken away."""
    contract = each.contract
    geometry: Json = {"type": "object", "nullable": True}
    if not contract.geometry:
        geometry["enum"] = [None]
    properties = {column.name: _column(column, nullable=column.nullable) for column in contract.columns}
    needed = [column.name for column in contract.columns if not column.nullable and column.name != each.identity]
    found: Json = {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": geometry,
            "properties": {"type": "object", "properties": properties, "additionalProperties": False},
        },
    }
    if whole:
        found["required"] = ["type", "properties"]
        found["properties"]["properties"]["required"] = needed
    return found


def _column(column: Column, *, nullable: bool) -> Json:
    found = schemas.column_schema(column)
    if nullable:
        found["nullable"] = True
    return found
