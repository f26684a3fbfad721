"""OGC API - Common - Part 3 (23-058r2, also Features Part 5): schemas, roles, references, queryables, sortables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.api.conformance.api import Api, Json
from tests.api.conformance.classes import (
    PARAMETERS,
    QUERYABLES,
    REFERENCES,
    RETURNABLES,
    ROLES,
    SCHEMA_QUERYABLES,
    SCHEMAS,
    SORTABLES,
    shows,
)
from tests.api.conformance.test_items import parameter

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
#: A property of findings has the name of a parameter of the standard: it is asked for by a filter.
TAKEN = ("limit",)


def schemas(api: Api, kind: str) -> Iterator[tuple[str, Json]]:
    """That schema of every collection, found by its link."""
    for each in api.json("/collections")["collections"]:
        (address,) = (link["href"] for link in each["links"] if link["rel"] == _REL + kind)
        answer = api.ask(address, accept="application/schema+json")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/schema+json"
        yield each["id"], answer.json()


def roles(schema: Json, *names: str) -> list[str]:
    return [key for key, each in schema["properties"].items() if each.get("x-ogc-role") in names]


def validator_of(schema: Json) -> "Draft202012Validator":
    """What checks values against the schema, once that is found to be one."""
    from jsonschema import Draft202012Validator  # it compiles grammars when imported, which each worker would

    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check_schema(api: Api, schema: Json) -> None:
    validator_of(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert not urlsplit(schema["$id"]).query
    assert api.json(schema["$id"], accept="application/schema+json") == schema
    for name, each in schema["properties"].items():
        if name == "geometry":
            assert "type" not in each
            assert each["format"].startswith("geometry-")
        else:
            assert each["type"] in ("string", "integer", "number", "boolean")
            assert each["title"]
        assert all(key.startswith("x-ogc-") for key in each if key.startswith("x-"))


@shows(SCHEMAS, "json-schema", "properties", "additional-keywords", "role", "role-id")
@shows(RETURNABLES, "link", "op", "response")
def test_schema_tells_every_property_and_its_role(api: Api) -> None:
    for name, schema in schemas(api, "schema"):
        check_schema(api, schema)
        (identity,) = roles(schema, "id")
        assert schema["properties"][identity]["type"] in ("string", "integer")
        validator = validator_of(schema)
        for feature in api.items(name)["features"]:
            logical = {key: value for key, value in feature["properties"].items() if value is not None}
            assert set(feature["properties"]) <= set(schema["properties"])
            assert logical.setdefault(identity, feature["id"]) == feature["id"]
            validator.validate(logical)


@shows(ROLES, "role-primary-geometry", "role-primary-instant", "primary-temporal-constraints")
def test_geometry_and_time_have_their_roles(api: Api) -> None:
    for name, schema in schemas(api, "schema"):
        assert roles(schema, "primary-geometry") == (["geometry"] if "geometry" in schema["properties"] else [])
        instants = roles(schema, "primary-instant", "primary-interval-start", "primary-interval-end")
        assert instants == (["reported_at"] if name == "incidents" else [])


@shows(REFERENCES, "role-reference")
def test_references_name_features_of_other_collections(api: Api) -> None:
    seen = 0
    for name, schema in schemas(api, "schema"):
        for key in roles(schema, "reference"):
            there = schema["properties"][key]["x-ogc-collectionId"]
            other = api.json(f"/collections/{there}/schema")
            assert other["properties"][roles(other, "id")[0]]["type"] == schema["properties"][key]["type"]
            ids = api.found(there)
            values = {feature["properties"][key] for feature in api.items(name)["features"]}
            assert values <= ids, (name, key)
            seen += len(values)
    assert seen > 5


@shows(QUERYABLES, "get-queryables-op", "get-queryables-response", "queryables-link")
@shows(SCHEMA_QUERYABLES, "link", "op", "response")
def test_queryables_are_a_schema(api: Api) -> None:
    for name, schema in schemas(api, "queryables"):
        check_schema(api, schema)
        assert schema["additionalProperties"] is False
        features = api.items(name)["features"]
        assert set(features[0]["properties"] if features else ()) <= set(schema["properties"])


@shows(QUERYABLES, "expression-construction")
@shows(SCHEMA_QUERYABLES, "response")
def test_filter_names_queryables_alone(api: Api) -> None:
    for name, schema in schemas(api, "queryables"):
        for key in schema["properties"]:
            api.items(name, filter=f'"{key}" IS NULL', limit=1)
        assert api.refused(f"/collections/{name}/items", filter="nothing IS NULL")["code"] == "GP542"
        assert api.refused(f"/collections/{name}/items", filter="fid > 0")["code"] == "GP542"


@shows(PARAMETERS, "parameters")
def test_every_queryable_is_a_parameter_of_the_same_schema(api: Api) -> None:
    for name, schema in schemas(api, "queryables"):
        for key, each in schema["properties"].items():
            if key in TAKEN or key == "geometry":
                continue
            found = parameter(api, key, name)
            about = {
                word: value for word, value in each.items() if not word.startswith("x-") and word not in ("title", "description")
            }
            assert found["schema"] == about
            assert found["in"] == "query"


@shows(SORTABLES, "link", "op", "response")
def test_sortables_are_what_pages_are_sorted_by(api: Api) -> None:
    for name, schema in schemas(api, "sortables"):
        check_schema(api, schema)
        assert schema["additionalProperties"] is False
        assert "geometry" not in schema["properties"]
        for key in schema["properties"]:
            values = [feature["properties"][key] for feature in api.items(name, sortby=key)["features"]]
            assert values == ordered(values)
            falling = [feature["properties"][key] for feature in api.items(name, sortby=f"-{key}")["features"]]
            known = [value for value in falling if value is not None]
            assert known == ordered(known)[::-1]
            assert falling[: len(known)] == known
        assert api.refused(f"/collections/{name}/items", sortby="nothing")["code"] == "GP542"
        assert api.refused(f"/collections/{name}/items", sortby="geometry")["code"] == "GP542"


def ordered(values: list[Any]) -> list[Any]:  # of one type
    """The values in order, those that are missing last."""
    known: list[Any] = [value for value in values if value is not None]
    return sorted(known) + [None] * (len(values) - len(known))


@shows(SORTABLES, "response")
@pytest.mark.parametrize(
    "sort", ["", ",", "code,", "code,code", "code desc", "-", "--code", "%2Bcode", "code;DROP TABLE plans", "fid"]
)
def test_order_that_is_none_is_refused(api: Api, sort: str) -> None:
    assert api.refused("/collections/grids/items", sortby=sort)["code"] in ("GP542", "GP549")
