"""The names of packages that are loaded when they are used."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import pytest

PACKAGES = (
    "gridplan",
    "gridplan.analysis",
    "gridplan.contracts",
    "gridplan.editor",
    "gridplan.maps",
    "gridplan.papers",
    "gridplan.plan",
    "gridplan.schemes",
    "gridplan.sources",
    "gridplan.store",
    "gridplan.store.dialects",
    "gridplan.store.frames",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_name_is_there_and_not_that_of_a_module(package: str) -> None:
    found = import_module(package)
    assert all(hasattr(found, name) for name in found.__all__)
    # A module of the same name would stand in the way once it is loaded.
    assert {module.name for module in iter_modules(found.__path__)} & set(found.__all__) == set()
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        found.nothing_of_this_name  # noqa: B018


def test_every_package_that_loads_names_late_is_tested() -> None:
    late = {name for name, module in sys.modules.items() if name.startswith("gridplan") and "__getattr__" in vars(module)}
    assert late <= set(PACKAGES)
    assert all(find_spec(package) for package in PACKAGES)
