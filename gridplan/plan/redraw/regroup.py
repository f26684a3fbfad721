"""The units of a grid whose land has changed: what is whole stays, what was cut is put together with what lies beside it.

No search: the units of a grid are cut anew by ``recut``, where the planner asks for it.
"""

from collections.abc import Iterable, Sequence

from gridplan.partition.model import Rule
from gridplan.plan.redraw.ground import Ground, connected
from gridplan.plan.redraw.zones import GridZone, Plot, UnitZone, make_unit


class _Part:
    """Land in the making: pieces that touch, their sections, and whether it is whole, cut, or held by no one."""

    def __init__(self, pieces: Sequence[int], tower: int, units: tuple[UnitZone, ...], ground: Ground, *, whole: bool) -> None:
        self.pieces = list(pieces)
        self.tower, self.units, self.whole = tower, units, whole
        self.households = sum(int(ground.pieces.households[piece]) for piece in pieces)

    @property
    def first(self) -> int:
        return min(self.pieces)


def regroup(ground: Ground, cells: Iterable[int], sources: Iterable[GridZone], community: int) -> tuple[Plot, ...]:
    """The plots of a grid that is to hold these cells, from those of the grids that they were in.

    A unit whose land is all here stays as it is, a tower with all its floors. What is left of a unit that was cut is a unit where
    it is in range; else it joins the neighbour with the longest border that has room for it, and where none has, it is a unit
    out of range. Land where no one lives joins the neighbour with the longest border.
    """
    inside = set(cells)
    rule = ground.unit_rule(community)
    parts: list[_Part] = []
    loose: list[int] = []
    for source in sources:
        for plot in source.plots:
            rows = [piece for piece in plot.pieces if int(ground.cell_of_piece[piece]) in inside]
            if len(rows) == len(plot.pieces):
                parts.append(_Part(plot.pieces, plot.tower, plot.units, ground, whole=True))
            elif rows:
                _cut(ground, plot, rows, parts, loose)
    if rule is not None:
        _join_small(ground, parts, rule)
    _join_loose(ground, parts, loose)
    plots = [_finished(ground, part) for part in parts]
    return tuple(sorted(plots, key=lambda plot: plot.pieces[0]))


def _cut(ground: Ground, plot: Plot, rows: Sequence[int], parts: list[_Part], loose: list[int]) -> None:
    """What is here of a plot that was cut."""
    groups = connected(rows, ground.near_pieces)
    for group in groups:
        if plot.tower in group:
            parts.append(_Part(group, plot.tower, plot.units, ground, whole=False))
        elif not any(int(ground.pieces.households[piece]) for piece in group):
            loose.extend(group)
        else:
            parts.append(_Part(group, -1, plot.units if len(groups) == 1 and plot.tower < 0 else (), ground, whole=False))


def _join_small(ground: Ground, parts: list[_Part], rule: Rule) -> None:
    """Joins what is left of cut units to neighbours that have room, the largest first."""
    owner = {piece: part for part in parts for piece in part.pieces}
    small = [part for part in parts if not part.whole and part.tower < 0 and part.households < rule.low]
    for part in sorted(small, key=lambda part: (-part.households, part.first)):
        if part not in parts or part.households >= rule.low:
            continue
        beside = _borders(ground, part.pieces, owner)
        room = [
            other for other in beside if other.tower < 0 and other is not part and other.households + part.households <= rule.high
        ]
        if not room:
            continue
        host = min(room, key=lambda other: (other.households + part.households < rule.low, -beside[other], other.first))
        _absorb(host, part.pieces, owner)
        host.households += part.households
        parts.remove(part)


def _join_loose(ground: Ground, parts: list[_Part], loose: list[int]) -> None:
    """Joins land where no one lives to what lies beside it, in rounds; what nothing reaches is land of its own."""
    owner = {piece: part for part in parts for piece in part.pieces}
    waiting = sorted(loose)
    while waiting:
        joined: list[tuple[int, _Part]] = []
        for piece in waiting:
            beside = _borders(ground, [piece], owner)
            if beside:
                joined.append((piece, min(beside, key=lambda part: (part.tower >= 0, -beside[part], part.first))))
        if not joined:
            break
        for piece, host in joined:
            _absorb(host, [piece], owner)
        waiting = [piece for piece in waiting if piece not in owner]
    parts += [_Part(group, -1, (), ground, whole=False) for group in connected(waiting, ground.near_pieces)]


def _borders(ground: Ground, pieces: Sequence[int], owner: dict[int, _Part]) -> dict[_Part, float]:
    """Metres of border with each part beside these pieces."""
    beside: dict[_Part, float] = {}
    for piece in pieces:
        own = owner.get(piece)
        for other, length in ground.near_pieces[piece]:
            part = owner.get(other)
            if part is not None and part is not own:
                beside[part] = beside.get(part, 0.0) + length
    return beside


def _absorb(host: _Part, pieces: Sequence[int], owner: dict[int, _Part]) -> None:
    host.pieces += pieces
    host.whole = False
    for piece in pieces:
        owner[piece] = host


def _finished(ground: Ground, part: _Part) -> Plot:
    """The plot: as it was, or with its units put together anew."""
    pieces = tuple(sorted(part.pieces))
    if part.whole:
        return Plot(pieces, part.tower, part.units)
    if part.tower < 0:
        sections = [section for piece in pieces for section in ground.sections_of_piece[piece]]
        code = part.units[0].code if len(part.units) == 1 else ""
        return Plot(pieces, -1, (make_unit(ground, sections, pieces, code=code),))
    floors = set(ground.sections_of_piece[part.tower])
    joined = [section for piece in pieces for section in ground.sections_of_piece[piece] if section not in floors]
    units = []
    for number, unit in enumerate(part.units):
        own = [section for section in unit.sections if section in floors] + (joined if number == 0 else [])
        units.append(make_unit(ground, own, pieces, code=unit.code))
    return Plot(pieces, part.tower, tuple(units))
