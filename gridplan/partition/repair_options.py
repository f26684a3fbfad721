"""The steps of a repair: items pushed over a border, parts joined, zones split, merged and dissolved."""

from collections.abc import Iterator

from gridplan.partition.repair_ground import Ground, limits
from gridplan.partition.repair_states import NONE, State, Zone, moved
from gridplan.partition.subsets import bits

SEEDS = 8
"""Places from which the halves of a zone grow, where it is split."""

HALVES = 12
"""Ways to split a zone that are looked at."""


def options(ground: Ground, state: State, number: int, fresh: int, whole: bool) -> Iterator[State]:
    """The states after one step that may help zone ``number``."""
    zone = state.zones[number]
    low, high = ground.rule.low, ground.rule.high
    fewest, most, _ = limits(ground.rule)
    pieces = ground.parts(zone.mask)
    border = ground.border(zone.mask)
    beside = [(label, other) for label, other in state.zones.items() if label != number and other.mask & border]
    unused = fresh if not state.zones.get(fresh, NONE).mask else fresh + 1
    if len(pieces) > 1:
        yield from _joined(ground, state, number, pieces, beside, unused)
        return
    clash = any(ground.nodes[row] & zone.mask and foes & zone.mask for row, foes in ground.foe.items())
    if zone.weight > high or zone.people > most or clash:
        for label, other in beside:
            for mask in _pushed(ground, zone.mask, ground.border(other.mask)):
                if mask != zone.mask:
                    yield moved(ground, state, number, label, mask)
        if whole and (zone.weight >= 2 * low or clash):
            yield from _split(ground, state, number, unused)
    if zone.weight < low or zone.people < fewest:
        for label, other in beside:
            for mask in _pushed(ground, other.mask, border):
                yield moved(ground, state, label, number, mask)
            if whole:
                yield moved(ground, state, number, label, zone.mask)
                yield moved(ground, state, label, number, other.mask)
        if whole:
            yield from _dissolved(ground, state, number)


def _pushed(ground: Ground, mask: int, beside: int) -> Iterator[int]:
    """What may leave a zone across its border with ``beside``: each item there, with the parts that it would cut off."""
    for row in ground.items(mask & beside):
        yield _with_cut_off(ground, mask, ground.nodes[row])


def _with_cut_off(ground: Ground, mask: int, gone: int) -> int:
    """``gone`` and whatever of ``mask`` holds together with its largest part no more."""
    rest = mask & ~gone
    if not rest:
        return gone
    key = mask, gone
    if key not in ground.cut:
        ground.cut[key] = _cut_off(ground, mask, rest, gone)
    return ground.cut[key]


def _cut_off(ground: Ground, mask: int, rest: int, gone: int) -> int:
    beside = ground.border(gone) & rest
    if not beside or ground.part(beside & -beside, beside) == beside or ground.part(beside & -beside, rest) == rest:
        return gone
    for piece in ground.parts(rest)[1:]:
        gone |= ground.closed(piece)
    return gone & mask


def _joined(
    ground: Ground, state: State, number: int, pieces: list[int], beside: list[tuple[int, Zone]], unused: int
) -> Iterator[State]:
    """A stray part of a zone goes to a zone beside it or becomes one; or the land between joins them."""
    stray = ground.closed(pieces[1])
    around = ground.border(pieces[1])
    for label, other in beside:
        if other.mask & around:
            yield moved(ground, state, number, label, stray)
    yield moved(ground, state, number, unused, stray)
    if len(pieces) > 2:
        return
    # The way with fewest households from one part to the other.
    for label, other in beside:
        link = _way(ground, pieces[0], pieces[1], other.mask)
        if link:
            yield moved(ground, state, label, number, ground.closed(link) & other.mask)


def _way(ground: Ground, start: int, goal: int, within: int) -> int:
    """Nodes of ``within`` that join ``start`` with ``goal``, as few as can be; 0 where none do."""
    rings = [ground.border(start) & within]
    seen = rings[0]
    near_goal = ground.border(goal)
    while rings[-1] and not rings[-1] & near_goal:
        fresh = ground.border(rings[-1]) & within & ~seen
        seen |= fresh
        rings.append(fresh)
    if not rings[-1]:
        return 0
    way, ahead = 0, rings[-1] & near_goal
    for ring in reversed(rings):
        pick = min(bits(ring & ahead), key=lambda node: (ground.weight[ground.item[node]], node))
        way |= 1 << pick
        ahead = ground.near[pick]
    return way


def _split(ground: Ground, state: State, number: int, unused: int) -> Iterator[State]:
    """The zone in two; the half with fewer households to move is the new one."""
    zone = state.zones[number]
    for half in _halves(ground, zone):
        a, b = moved(ground, state, number, unused, half), moved(ground, state, number, unused, zone.mask & ~half)
        yield min(a, b, key=lambda state: (state.cost, state.fault))


def _halves(ground: Ground, zone: Zone) -> list[int]:
    """Connected halves of a zone, grown from many places: the most even ones of each and those just in range, few in all."""
    if zone.mask in ground.halves:
        return ground.halves[zone.mask]
    low, high = ground.rule.low, ground.rule.high
    rows = ground.items(zone.mask)
    found: dict[int, int] = {}
    for seed in rows[:: max(1, len(rows) // SEEDS)]:
        part = ground.nodes[seed]
        while True:
            half = _with_cut_off(ground, zone.mask, part)
            weight = ground.counted(half)[0]
            rest = zone.weight - weight
            if not rest or half == zone.mask:
                break
            found[half] = max(low - weight, 0) + max(low - rest, 0) + max(weight - high, 0) + max(rest - high, 0)
            ahead = ground.border(half) & zone.mask
            if not ahead or weight > high:
                break
            part = half | ground.nodes[_next(ground, half, ahead)]
    least = sorted(
        found, key=lambda half: (found[half], min(ground.counted(half)[0], zone.weight - ground.counted(half)[0]), half)
    )
    ground.halves[zone.mask] = least[:HALVES]
    return least[:HALVES]


def _next(ground: Ground, part: int, ahead: int) -> int:
    """The item that a part grows by: the one that most of its neighbours tie to it, then the lowest."""
    return min(
        ground.items(ahead),
        key=lambda row: (
            -(ground.border(ground.nodes[row]) & part).bit_count() / max(ground.border(ground.nodes[row]).bit_count(), 1),
            row,
        ),
    )


def _dissolved(ground: Ground, state: State, number: int) -> Iterator[State]:
    """The zone ends: its items go, from the border inwards, to the zone beside that has most room."""
    high = ground.rule.high
    while state.zones[number].mask:
        zone = state.zones[number]
        border = ground.border(zone.mask)
        beside = [(other.weight, label) for label, other in state.zones.items() if label != number and other.mask & border]
        if not beside:
            return
        label = min(beside)[1]
        rows = ground.items(zone.mask & ground.border(state.zones[label].mask))
        row = min(rows, key=lambda row: (ground.border(ground.nodes[row]) & zone.mask).bit_count())
        mask = _with_cut_off(ground, zone.mask, ground.nodes[row])
        state = moved(ground, state, number, label, mask)
        if state.zones[label].weight > high + ground.rule.low:
            return
    yield state
