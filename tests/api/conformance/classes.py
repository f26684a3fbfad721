"""Conformance classes, and which test shows which requirement of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_SPEC = "http://www.opengis.net/spec"
Test = TypeVar("Test", bound=Callable[..., Any])  # a test takes what fixtures it likes


@dataclass(frozen=True)
class ConformanceClass:
    """A conformance class: its standard, its name, and further URIs that clients know it by."""

    standard: str
    name: str
    also: tuple[str, ...] = ()

    @property
    def uris(self) -> tuple[str, ...]:
        return f"{_SPEC}/{self.standard}/conf/{self.name}", *self.also


def _draft(name: str) -> tuple[str, ...]:
    """Part 5 was published as Part 3 of Common; clients look for the name that it had before."""
    return (f"{_SPEC}/ogcapi-features-5/1.0/conf/{name}",)


COMMON = ConformanceClass("ogcapi-common-1/1.0", "core")
COLLECTIONS = ConformanceClass("ogcapi-common-2/1.0", "collections")
CORE = ConformanceClass("ogcapi-features-1/1.0", "core")
OAS30 = ConformanceClass("ogcapi-features-1/1.0", "oas30")
HTML = ConformanceClass("ogcapi-features-1/1.0", "html")
GEOJSON = ConformanceClass("ogcapi-features-1/1.0", "geojson")
CRS = ConformanceClass("ogcapi-features-2/1.0", "crs")
QUERYABLES = ConformanceClass("ogcapi-features-3/1.0", "queryables")
PARAMETERS = ConformanceClass("ogcapi-features-3/1.0", "queryables-query-parameters")
FILTER = ConformanceClass("ogcapi-features-3/1.0", "filter")
FEATURES_FILTER = ConformanceClass("ogcapi-features-3/1.0", "features-filter")
SCHEMAS = ConformanceClass("ogcapi-common-3/1.0", "schemas", _draft("schemas"))
ROLES = ConformanceClass("ogcapi-common-3/1.0", "advanced-property-roles", _draft("core-roles-features"))
REFERENCES = ConformanceClass("ogcapi-common-3/1.0", "references", _draft("feature-references"))
RETURNABLES = ConformanceClass("ogcapi-common-3/1.0", "returnables-and-receivables", _draft("returnables-and-receivables"))
SCHEMA_QUERYABLES = ConformanceClass("ogcapi-common-3/1.0", "queryables", _draft("queryables"))
SORTABLES = ConformanceClass("ogcapi-common-3/1.0", "sortables", _draft("sortables"))


CREATE = ConformanceClass("ogcapi-features-4/1.0", "create-replace-delete")
UPDATE = ConformanceClass("ogcapi-features-4/1.0", "update")
FEATURES = ConformanceClass("ogcapi-features-4/1.0", "features")
LOCKING = ConformanceClass("ogcapi-features-4/1.0", "optimistic-locking-etags")


def cql2(name: str) -> ConformanceClass:
    """A class of CQL2."""
    return ConformanceClass("cql2/1.0", name)


@dataclass(frozen=True)
class Shown:
    """One requirement and the test that shows it."""

    conformance: ConformanceClass
    requirement: str
    module: str
    test: str

    @property
    def identifier(self) -> str:
        """The requirement as the standard writes it."""
        return f"/req/{self.conformance.name}/{self.requirement}"


#: Filled as the tests are imported.
SHOWN: list[Shown] = []


def shows(conformance: ConformanceClass, *requirements: str) -> Callable[[Test], Test]:
    """Marks a test as one that shows these requirements of a class."""

    def mark(test: Test) -> Test:
        SHOWN.extend(Shown(conformance, each, test.__module__.rpartition(".")[2], test.__name__) for each in requirements)
        return test

    return mark
