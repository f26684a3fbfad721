"""What bringing one zone into range must move at least, whatever the zones around it do: best-first over its changes."""

import heapq
from collections.abc import Mapping, Set

from gridplan.partition.repair_ground import Ground, limits


def least(ground: Ground, mask: int, label_of: Mapping[int, int], over: Set[int], under: Set[int], steps: int) -> float:
    """Households that move into or out of the zone ``mask`` at least, by the charges below, whatever else is done.

    A move from a zone of ``over`` is charged to it; one between two zones of which the source is in ``under`` and the target in
    either by half to each; any other from a zone of ``under`` to it; any other to its target, where that is in either. So
    no move is charged twice, and what zones must be charged at least adds up.

    Sets of items lost and gained are tried in the order of what they cost and what is still missing at least; after ``steps``
    of them the answer is what is next. Gains that reach the edge of ``ground`` may be had beyond it for what is missing.
    """
    rule = ground.rule
    fewest, most, _ = limits(rule)
    label = label_of[mask & -mask]
    above = label in over

    # What is in several zones today moves anyhow, and the rest of what it costs is charged to none.
    size = [each if len(home) == 1 else 0 for each, home in zip(ground.size, ground.home, strict=True)]

    def lost(row: int) -> float:
        return size[row] * (1.0 if label in over else 0.5)

    def gained(row: int, source: int) -> float:
        return size[row] * (0.0 if source in over else 0.5 if source in under else 1.0)

    whole = ground.items(mask)
    start = ground.counted(mask)
    # The zone may also end; or a new one, all of it moved, may lie within it.
    ended = min(sum(lost(row) for row in whole), rule.low * (1.0 if label in over else 0.5))
    cheap = 0.0 if over else 0.5 if len(under) > 1 else 1.0
    if size != ground.size:
        above, cheap = False, 0.0

    def missing(weight: int) -> float:
        """Households that must still be charged."""
        return float(max(weight - rule.high, 0)) if above else cheap * max(rule.low - weight, 0)

    heap: list[tuple[float, int, float, int, int, int]] = [(missing(start[0]), 0, 0.0, mask, *start)]
    seen = {mask}
    number = 0
    for _ in range(steps):
        if not heap:
            return ended
        value, _, cost, now, weight, people = heapq.heappop(heap)
        if value >= ended:
            return ended
        heavy, light = weight > rule.high or people > most, weight < rule.low or people < fewest
        if not heavy and (now & ground.outside or (not light and ground.part(now & -now, now) == now)):
            return value
        options: list[tuple[int, float, int]] = []
        if not light or heavy:
            edge = ground.border(mask & ~now | ground.border(mask)) & now & mask
            options += [(row, lost(row), -1) for row in ground.items(edge)]
        if not heavy:
            for row in ground.items(ground.border(now) & ~mask):
                options.append((row, gained(row, label_of[ground.nodes[row] & -ground.nodes[row]]), 1))
        for row, price, sign in options:
            then = now ^ ground.nodes[row]
            if then and then not in seen:
                seen.add(then)
                number += 1
                counted = weight + sign * ground.weight[row], people + sign * ground.people[row]
                total = cost + price
                heapq.heappush(heap, (max(value, total + missing(counted[0])), -number, total, then, *counted))
    return min(heap[0][0], ended) if heap else ended
