"""What the buildings of a community stand between, and the buildings before people move in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gridplan.simulation.coverage import Geometries, Ints
from gridplan.simulation.hamlets import Hamlets
from gridplan.simulation.land import Land
from gridplan.simulation.places import BuiltPlace
from gridplan.simulation.roads import Roads

Texts = str | None | Sequence[str | None]


@dataclass(frozen=True)
class Setting:
    """What the buildings of every community stand between: the land, the natural villages, the roads and the railway."""

    place: BuiltPlace
    land: Land
    hamlets: Hamlets
    roads: Roads
    rail: Geometries


@dataclass(frozen=True)
class Member:
    """One community: its ``row``, ``code`` and short ``name``, and what its quota asks for (as in ``Quotas``)."""

    row: int
    code: str
    name: str
    compounds: int
    households: int
    specials: list[str]
    named: bool


@dataclass
class Buildings:
    """Buildings of one community, gathered part by part: columns as in the contract, each a list of parts."""

    shape: list[Geometries] = field(default_factory=list)
    households: list[Ints] = field(default_factory=list)
    levels: list[Ints] = field(default_factory=list)
    entrances: list[Ints] = field(default_factory=list)
    use: list[Geometries] = field(default_factory=list)
    compound: list[Geometries] = field(default_factory=list)
    address: list[Geometries] = field(default_factory=list)

    def add(
        self, shape: Geometries, *, households: Ints, levels: Ints, entrances: Ints, use: Texts, compound: Texts, address: Texts
    ) -> None:
        """Adds a part; ``use``, ``compound`` and ``address`` are one text (or None) for all, or one a building."""
        self.shape.append(shape)
        self.households.append(households)
        self.levels.append(levels)
        self.entrances.append(entrances)
        self.use.append(_column(use, len(shape)))
        self.compound.append(_column(compound, len(shape)))
        self.address.append(_column(address, len(shape)))

    def add_empty(self, shape: Geometries, *, levels: int, use: str, address: str) -> None:
        """Adds buildings without homes."""
        none, one = np.zeros(len(shape), dtype=np.int64), np.ones(len(shape), dtype=np.int64)
        self.add(shape, households=none, levels=levels * one, entrances=one, use=use, compound=None, address=address)


def _column(value: Texts, count: int) -> Geometries:
    column = np.empty(count, dtype=object)
    column[:] = value if value is None or isinstance(value, str) else list(value)
    return column
