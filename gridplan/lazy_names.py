"""Names of a package that are loaded when they are first used, so that who needs one does not wait for all (PEP 562)."""

from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """What a package calls its ``__getattr__``: gives each name of ``homes`` from the module that holds it.

    No such name may be that of a module of the package as well: once loaded, the module would be found in its place.

    Examples
    --------
    >>> find = lazy_names("numbers", {"sqrt": "math"})
    >>> find("sqrt")(9.0)
    3.0
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return find
