"""Towns that are redrawn again and again: what a chain of redraws does, drawn by Hypothesis, carried out from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from gridplan.graph.atom_graph import Ints

#: One step of a chain: what is done to the town and its zones before codes are given again.
KINDS = (
    "shuffle",
    "move",
    "split",
    "merge",
    "swap",
    "resettle",
    "build",
    "demolish",
    "recount",
    "all",
    "one",
    "single",
    "renumber",
)


@dataclass(frozen=True)
class Town:
    """Items by position: a name that stays theirs, households, zone (0..z-1) and by zone the community (0..c-1)."""

    name: Ints
    households: Ints
    zone: Ints
    community: Ints


@dataclass(frozen=True)
class Chain:
    """Where a chain begins and what happens: ``kinds`` one by one, with the ``seed`` that decides to whom."""

    seed: int
    communities: int
    items: int
    empty: bool
    kinds: list[str]


def chains(length: int) -> st.SearchStrategy[Chain]:
    """Chains of just so many redraws, of at most 24 items in 3 communities; ``empty``: no one lives anywhere."""
    return st.builds(
        Chain,
        seed=st.integers(0, 2**32 - 1),
        communities=st.integers(1, 3),
        items=st.integers(1, 24),
        empty=st.booleans(),
        kinds=st.lists(st.sampled_from(KINDS), min_size=length, max_size=length),
    )


def towns(chain: Chain) -> Iterator[Town]:
    """The town at the start, then after each redraw."""
    random = np.random.default_rng(chain.seed)
    most = 1 if chain.empty else 40
    zone = random.integers(0, 6, chain.items)
    town = _whole(
        Town(np.arange(chain.items), random.integers(0, most, chain.items), zone, random.integers(0, chain.communities, 6))
    )
    yield town
    fresh = chain.items
    for kind in chain.kinds:
        if kind == "build":
            count = int(random.integers(1, 4))
            name = np.concatenate([town.name, np.arange(fresh, fresh + count)])
            fresh += count
            households = np.concatenate([town.households, random.integers(0, most, count)])
            # In a zone that is there, or in a new one.
            zones = len(town.community)
            zone = np.concatenate([town.zone, random.integers(0, zones + 1, count)])
            community = np.append(town.community, random.integers(0, chain.communities))
            town = Town(name, households, zone, community)
        elif kind == "demolish":
            left = random.random(len(town.name)) < 0.7
            left[random.integers(len(left))] = True
            town = replace(town, name=town.name[left], households=town.households[left], zone=town.zone[left])
        elif kind == "recount":
            town = replace(town, households=random.integers(0, most, len(town.name)))
        else:
            town = redrawn(town, kind, random, chain.communities)
        town = _whole(town)
        yield town


def redrawn(town: Town, kind: str, random: np.random.Generator, communities: int) -> Town:
    """The same items in other zones, or the zones in other communities."""
    zone, community = town.zone.copy(), town.community.copy()
    items, zones = len(zone), len(community)
    some, one, other = random.random(items) < 0.3, int(random.integers(zones)), int(random.integers(zones))
    if kind == "shuffle":
        zone = random.integers(0, zones, items)
    elif kind == "move":
        zone[some & (zone == one)] = other
    elif kind == "split":
        zone[some & (zone == one)] = zones
        community = np.append(community, community[one])
    elif kind == "merge":
        zone[zone == one] = other
    elif kind == "swap":
        zone = np.where(zone == one, other, np.where(zone == other, one, zone))
    elif kind == "resettle":
        community[one] = random.integers(0, communities)
    elif kind == "all":
        zone = random.integers(0, items, items)
        community = random.integers(0, communities, items)
    elif kind == "one":
        zone[:] = one
    elif kind == "single":
        zone, community = np.arange(items), community[zone]
    else:  # renumber: the same town written down in another order
        mixed, numbers = random.permutation(items), random.permutation(zones)
        where = np.argsort(numbers)
        return Town(town.name[mixed], town.households[mixed], numbers[zone[mixed]], community[where])
    return replace(town, zone=zone, community=community)


def _whole(town: Town) -> Town:
    """The town with zones numbered 0..z-1, none empty."""
    numbers, zone = np.unique(town.zone, return_inverse=True)
    return replace(town, zone=zone, community=town.community[numbers])
