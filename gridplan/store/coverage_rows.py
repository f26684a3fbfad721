"""Rows of what is told of coverage, and how they follow from sums over buildings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Measured:
    """What is known of the distances of a town.

    Attributes
    ----------
    town : its identity, that of the ``meta`` of its plans.
    at, who : when they were measured, and for whom.
    about : what they were measured with: name of the town, kinds of services, limits, counts.
    """

    town: str
    at: str
    who: str
    about: Mapping[str, object]

    @property
    def kinds(self) -> list[str]:
        """The kinds of services, sorted."""
        found = self.about.get("kinds")
        return [str(kind) for kind in found] if isinstance(found, list) else []


class Covered(NamedTuple):
    """A row of :func:`gridplan.coverage`."""

    level: str
    code: str
    name: str | None
    kind: str
    within_m: int
    buildings: int
    buildings_within: int
    households: int
    households_within: int
    population: int | None
    population_within: int | None
    share: float | None
    method: str | None


class Shared(NamedTuple):
    """A row of :func:`gridplan.analysis.services.offered.capacity_table`."""

    level: str
    code: str
    name: str | None
    kind: str
    within_m: int
    services: int
    assumed: int
    left_out: int
    capacity: float | None
    people: float
    per_1000: float | None
    people_without: float | None


def shared_row(
    by: str, code: str, name: str | None, kind: str, within_m: int, offer: Mapping[str, Any], sums: Sequence[Any]
) -> Shared:
    """The row of people, people times capacity, people with none, and buildings that nobody knows of."""
    people, weighted, without, unknown = (float(each) for each in sums)
    known = unknown == 0 and offer["services"] > 0
    counts = (int(offer["services"]), int(offer["assumed"]), int(offer["left_out"]))
    per_1000 = weighted / people if known and people else None
    return Shared(by, code, name, kind, within_m, *counts, offer["capacity"], people, per_1000, without if known else None)


def covered_row(by: str, code: str, name: str | None, kind: str, sums: Sequence[int], within: int, place: int) -> Covered:
    """The row of five sums over all buildings, and three for each distance, of which it has that at ``place``."""
    buildings, households, people, unknown, straight = sums[:5]
    buildings_within, households_within, people_within = sums[5 + 3 * place : 8 + 3 * place]
    method = "network" if straight == 0 else "straight" if straight == buildings else "mixed"
    return Covered(
        by,
        code,
        name,
        kind,
        within,
        buildings,
        buildings_within,
        households,
        households_within,
        people if unknown == 0 else None,
        people_within if unknown == 0 else None,
        households_within / households if households else None,
        method if buildings else None,
    )
