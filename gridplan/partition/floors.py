"""Units of one tower: whole floors in order from the ground up, by dynamic programming."""

from collections.abc import Sequence

from gridplan.partition.model import Rule
from gridplan.partition.rules import excess


def cut_floors(households: Sequence[int], rule: Rule) -> list[int]:
    """The unit of each floor, 0.. from the ground up: least excess in all, then fewest units out of range, then most even.

    Parameters
    ----------
    households : of each floor or section, from the ground up; never split.
    rule : range and target of a unit; even means least sum of squares of (households - target).

    Returns
    -------
    Unit numbers, not falling. Every division into consecutive floors is considered: where a unit is out of range, no division
    has all in range, and none misses the range by fewer households in all. Cost: floors squared.

    Examples
    --------
    >>> cut_floors([8, 8, 8, 8], Rule(low=10, high=20, target=15))
    [0, 0, 1, 1]
    >>> cut_floors([28, 28, 28], Rule(low=10, high=20, target=15))
    [0, 1, 2]
    """
    best: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)]
    for end in range(1, len(households) + 1):
        options = []
        total = 0
        for start in range(end - 1, -1, -1):
            total += households[start]
            over = excess(rule, total)
            missing, bad, uneven, _ = best[start]
            options.append((missing + over, bad + (over > 0), uneven + (total - rule.target) ** 2, start))
        best.append(min(options))
    unit = [0] * len(households)
    end, ends = len(households), []
    while end > 0:
        ends.append(end)
        end = best[end][3]
    start = 0
    for number, stop in enumerate(reversed(ends)):
        unit[start:stop] = [number] * (stop - start)
        start = stop
    return unit
