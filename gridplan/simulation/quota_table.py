"""What each community of a place is to hold: zones, compounds, natural villages, households and people."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.simulation.coverage import Flags, Floats, Ints
from gridplan.simulation.divisions import Divisions, kind_of
from gridplan.simulation.places import BuiltPlace
from gridplan.simulation.quotas import shared


@dataclass(frozen=True)
class Quotas:
    """One row a community, in order of code.

    Parameters
    ----------
    urban : whether it has compounds.
    zones : grids that its compounds are to make.
    households : those in compounds.
    compounds : how many.
    specials : special sites by kind, one dict of counts a community, kinds in the order of the place.
    natural_villages : how many it is to have, about.
    named : whether the buildings of its natural villages name theirs.
    """

    urban: Flags
    zones: Ints
    households: Ints
    compounds: Ints
    specials: list[list[str]]
    natural_villages: Ints
    named: Flags


def make_quotas(place: BuiltPlace, divisions: Divisions, rng: np.random.Generator) -> Quotas:
    """The quotas of a place; zones, households in compounds and special sites add up to the place's numbers exactly."""
    rows = divisions.communities
    urban = np.array([kind_of(name) == "urban" for name in rows["name"]])
    weight = np.where(urban, np.exp(rng.normal(0, 0.45, len(rows))), 0.0)
    core = rows["town"].isin(place.core).to_numpy()
    weight *= np.where(core, 1.0, np.where(rows["town"].isin(place.mixed_towns), 0.35, 0.8))
    zones = shared(place.urban_zones, weight, least=np.where(urban, 1, 0))
    low, high = place.urban_zone_range
    wish = zones * np.exp(rng.normal(0, 0.05, len(rows)))
    households = shared(place.urban_households, wish, least=zones * low, most=zones * high)
    compounds = shared(place.compounds, households, least=np.where(urban, 1, 0))
    return Quotas(
        urban=urban,
        zones=zones,
        households=households,
        compounds=compounds,
        specials=_specials(place, urban, households, rng),
        natural_villages=_natural_villages(place, rows, urban, rng),
        named=_named(place, rows["town"], urban, rng),
    )


def _named(place: BuiltPlace, town: pd.Series, urban: Flags, rng: np.random.Generator) -> Flags:
    """The share of the villages of each town, and of its communities, that the place states; at least one where it is above 0."""
    order = rng.permutation(len(urban))
    rank = pd.Series(order).groupby([town, urban]).rank().to_numpy()
    size = pd.Series(order).groupby([town, urban]).transform("size").to_numpy()
    named: Flags = rank <= np.ceil(place.named_share * size)
    return named


def _specials(place: BuiltPlace, urban: Flags, households: Ints, rng: np.random.Generator) -> list[list[str]]:
    """Each special site in a community drawn by its households, at most as many a community as it has room for."""
    found: list[list[str]] = [[] for _ in urban]
    for kind, count in place.specials.items():
        weight = np.where(urban, households, 0) / (1.0 + np.array([len(kinds) for kinds in found])) ** 3
        for row in rng.choice(len(urban), size=count, replace=False, p=weight / weight.sum()).tolist():
            found[row].append(kind)
    return found


def _natural_villages(place: BuiltPlace, rows: pd.DataFrame, urban: Flags, rng: np.random.Generator) -> Ints:
    mixed = urban & rows["town"].isin(place.mixed_towns).to_numpy()
    weight: Floats = np.where(urban, 0.0, np.exp(rng.normal(0, 0.3, len(rows))))
    result = np.where(mixed, place.mixed_natural_villages, 0).astype(np.int64)
    return result + shared(place.natural_villages - int(result.sum()), weight, least=np.where(urban, 0, 1))
