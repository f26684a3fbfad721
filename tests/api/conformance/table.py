"""docs/conformance.md: which test shows which requirement, and whether it passes on each kind of store."""

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

import tests.api.conformance as package
from tests.api.conformance.classes import SHOWN, ConformanceClass, Shown

DOCUMENT = Path(__file__).parents[3] / "docs" / "conformance.md"
STORES = ("geopackage", "postgis")
HEAD = """# Conformance

The conformance classes that `/conformance` declares, and the tests of each requirement in `tests/api/conformance`. Every test
runs on both kinds of store and, where it asks for plans, below all three roots: `/`, `/plans/{plan}`, `/adopted/{community}`.
`python -m tests.api.conformance` runs them and writes this page; a test fails where the page and the tests differ. The classes of
OGC API Tiles are tested in `tests/api/test_tiles.py`.

Findings have a property `limit`, which cannot be a parameter beside the standard's own `limit`: it is asked for by a filter.
A PUT whose feature has another id than the address is refused, as /req/features/geojson-create-replace allows, and not obeyed
with the id ignored (/req/create-replace-delete/put-rid).
"""


def shown() -> list[Shown]:
    """What the tests of the package show, in the order of the modules."""
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("test_"):
            import_module(f"{package.__name__}.{module.name}")
    return sorted(SHOWN, key=lambda each: each.module)


def passed_on(each: Shown, outcomes: Mapping[tuple[str, str], Mapping[str, bool]]) -> tuple[str, ...]:
    """The word for each store: outcomes are by module and test, then by store; a test without a store is for both."""
    found = outcomes[each.module, each.test]
    return tuple("pass" if found.get(store, found.get("")) else "FAIL" for store in STORES)


def table(rows: Iterable[tuple[Shown, tuple[str, ...]]]) -> str:
    """The page."""
    by_class: dict[ConformanceClass, dict[str, dict[str, tuple[str, ...]]]] = {}
    for each, words in rows:
        by_class.setdefault(each.conformance, {}).setdefault(each.requirement, {})[f"{each.module}.{each.test}"] = words
    parts = [HEAD]
    for conformance, requirements in by_class.items():
        parts.append("\n## " + "\n".join(f"{uri}  " if uri != conformance.uris[-1] else uri for uri in conformance.uris) + "\n")
        parts.append("| requirement | test | GeoPackage | PostGIS |\n|---|---|---|---|")
        for requirement, tests in requirements.items():
            for test, words in tests.items():
                parts.append(f"| /req/{conformance.name}/{requirement} | `{test}` | {' | '.join(words)} |")
    return "\n".join(parts) + "\n"
