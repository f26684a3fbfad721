"""Codes of a drawing: kept by the successors of former zones, never used before by all others.

The rule is that of ``gridplan.plan.succession``, kept up zone by zone. A number that a new zone was given stays with it as long
as it lives; where it ends before it was ever published, the number may be given again.
"""

from collections.abc import Iterable, Mapping

from gridplan.errors import RuleError
from gridplan.plan.redraw.ground import Formers
from gridplan.plan.redraw.zones import Came
from gridplan.schemes.model import Level

Strength = tuple[int, int, int, int]


def holder(former: int, candidates: Mapping[int, Came]) -> int:
    """The zone that has most of a former one: its successor. By households then, households now, sections, land; then number."""
    return min(candidates, key=lambda zone: (*(-value for value in candidates[zone][former]), zone))


def inherited(came: Came, held: Iterable[int], formers: Formers, parent: str) -> str | None:
    """The code of the former zone that gave most, among those ``held`` by this zone and of the same parent."""
    own = [former for former in held if formers.parents[former] == parent and formers.codes[former] not in formers.voided]
    if not own:
        return None
    return formers.codes[min(own, key=lambda former: (*(-value for value in came[former]), formers.codes[former]))]


def new_code(level: Level, parent: str, formers: Formers, live: Iterable[int]) -> str:
    """A code that no former zone of the parent ever had and no zone has now: above all of them, else the lowest gap.

    Raises
    ------
    RuleError
        GP267 the parent has no codes left.
    """
    used = set(formers.used.get(parent, ())) | set(live)
    number = max(used, default=0) + 1
    if number > level.code.capacity:
        number = next((gap for gap in range(1, level.code.capacity + 1) if gap not in used), 0)
    if not number:
        facts = {"count": 1, "used": len(used), "most": level.code.capacity}
        raise RuleError("GP267", parent=parent, level=level.name, pattern=level.code.text, **facts)
    return level.code.code(parent, number)


def is_own(code: str, parent: str, level: Level, formers: Formers) -> bool:
    """Whether a code is one that was given to a new zone of this parent: no former zone had it."""
    if not code:
        return False
    try:
        above, number = level.code.split(code)
    except RuleError:
        return False
    return above == parent and number not in formers.used.get(parent, ())
