"""Two drawings of one plan on the same land, and the grids that are not the same in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.rows import Row, Rows
from gridplan.plan.redraw.zones import GridZone

Cells = dict[str, object]


@dataclass(frozen=True)
class Change:
    """What differs in one layer.

    ``put``: other values of rows that stay, by the one column of ``key``. ``gone``: values of the columns ``key`` of rows that
    end or are written anew. ``come``: new rows, and the ``community`` that each lies in.
    """

    layer: str
    key: tuple[str, ...] = ()
    put: Mapping[str, Cells] = field(default_factory=dict)
    gone: Sequence[Row] = ()
    come: Rows | None = None
    community: Sequence[str | None] = ()


class Pair:
    """A drawing before and after, and the grids in which they differ.

    ``old``, ``new``: those grids as they were and as they are. ``counted``: rows of sections with other households.
    """

    def __init__(self, before: Drawing, after: Drawing) -> None:
        self.before, self.after, self.ground = before, after, after.ground
        both = sorted({**before.grids, **after.grids})
        numbers = [number for number in both if before.grids.get(number) is not after.grids.get(number)]
        self.old: list[GridZone] = [before.grids[number] for number in numbers if number in before.grids]
        self.new: list[GridZone] = [after.grids[number] for number in numbers if number in after.grids]

    @property
    def sides(self) -> tuple[tuple[Drawing, list[GridZone]], tuple[Drawing, list[GridZone]]]:
        """Before and after: the drawing, and its grids that differ."""
        return (self.before, self.old), (self.after, self.new)

    @cached_property
    def counted(self) -> list[int]:
        """Rows of sections with other households."""
        was, now = self.before.ground.section_households, self.ground.section_households
        rows: list[int] = [] if was is now else np.flatnonzero(was != now).tolist()
        return rows

    @cached_property
    def renamed(self) -> list[tuple[str, str]]:
        """Level and code of the communities and areas that have another name."""
        was, now = self.before.names, self.after.names
        return sorted(key for key in {*was, *now} if was.get(key) != now.get(key))

    @cached_property
    def same_edits(self) -> int:
        """How many edits the two begin with alike."""
        same = 0
        for was, now in zip(self.before.edits, self.after.edits, strict=False):
            if was is not now and was != now:
                break
            same += 1
        return same

    @cached_property
    def formers(self) -> frozenset[int]:
        """The grids of the parent plan that have land in the grids that differ."""
        return frozenset(former for grid in (*self.old, *self.new) for former in grid.came)

    @cached_property
    def community_of(self) -> dict[str, str]:
        """The community of each grid and unit that can be told of, by code."""
        around = {number for former in self.formers for number in self.after.where[former]}
        zones: dict[str, str] = {}
        for grid in (*(self.after.grids[number] for number in around), *self.new):
            name = self.ground.communities[grid.community]
            zones |= dict.fromkeys((grid.code, *(unit.code for unit in grid.units)), name)
        return zones
