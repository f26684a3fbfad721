"""What a simulated place is made of: the parameters of ``places.toml``, typed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gridplan.errors import InputError


@dataclass(frozen=True)
class BuiltPlace:
    """A place that is given by its buildings.

    Parameters
    ----------
    name, code : the name it is asked for by, and its division code (6 digits).
    households, population : totals, kept exactly.
    urban_households : those in compounds of urban communities; the others live in natural villages.
    urban_zones : grids that they are to make; a community has room for a whole number of them.
    urban_zone_range : households of a community for each of its zones, lowest and highest.
    natural_villages : how many (natural villages or villager groups).
    natural_village_range : their households, lowest and highest.
    natural_village_spread, household_size_spread : standard deviations of the logarithm.
    mixed_towns : towns whose urban communities have natural villages as well.
    mixed_natural_villages : how many each of these has, about.
    named_share : share (0-1) of the communities with natural villages whose buildings name theirs.
    pitch : width and depth of an urban block, from street to street, metres.
    compounds : urban compounds.
    classes : shares of the classes of compound.
    levels_new : floors of towers in new compounds, lowest and highest.
    growth : range of the expected change of households in communities of new areas, and in others.
    core : towns that share one built-up area.
    specials : how many special sites of each kind.
    seats : where the middle of a town's built-up area lies, as parts of the width and height of the place.
    """

    name: str
    code: str
    households: int
    population: int
    urban_households: int
    urban_zones: int
    urban_zone_range: tuple[int, int]
    natural_villages: int
    natural_village_range: tuple[int, int]
    natural_village_spread: float
    mixed_towns: tuple[str, ...]
    mixed_natural_villages: int
    named_share: float
    household_size_spread: float
    pitch: tuple[float, float]
    compounds: int
    classes: Mapping[str, float]
    levels_new: tuple[int, int]
    growth: Mapping[str, tuple[float, float]]
    core: tuple[str, ...]
    specials: Mapping[str, int]
    seats: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class GroupedPlace:
    """A place that is given by the land of its villager groups, without buildings.

    Parameters
    ----------
    name, code : the name it is asked for by, and its division code (6 digits).
    households, population : totals, kept exactly.
    group_range : groups of a village, fewest and most.
    group_spread, household_size_spread : standard deviations of the logarithm.
    """

    name: str
    code: str
    households: int
    population: int
    group_range: tuple[int, int]
    group_spread: float
    household_size_spread: float


Place = BuiltPlace | GroupedPlace


@cache
def _raw() -> dict[str, dict[str, Any]]:
    # Any: what TOML holds, typed by ``place``.
    return tomllib.loads((files("gridplan.simulation") / "places.toml").read_text(encoding="utf-8"))


def place_names() -> list[str]:
    """The places that can be simulated, sorted."""
    return sorted(_raw())


def place(name: str) -> Place:
    """The parameters of a place.

    Raises
    ------
    InputError
        GP150 no such place.

    Examples
    --------
    >>> place("longli").households
    57210
    """
    if name not in _raw():
        raise InputError("GP150", name=name, known=", ".join(place_names()))
    entry = {key: _frozen(value) for key, value in _raw()[name].items()}
    return GroupedPlace(name=name, **entry) if "group_range" in entry else BuiltPlace(name=name, **entry)


def _frozen(value: Any) -> Any:
    # Any: a value of TOML, with its lists made tuples.
    if isinstance(value, list):
        return tuple(value)
    return {key: _frozen(inner) for key, inner in value.items()} if isinstance(value, dict) else value
