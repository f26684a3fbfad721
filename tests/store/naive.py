"""Filters worked out row by row in plain Python, to hold both stores against. Unknown is None."""

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import shapely

Node = Any  # a tree of CQL2 JSON
Row = Mapping[str, Any]

_COMPARE = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# Of a first time from s to e and a second one from t to f.
_INTERVALS: Mapping[str, Callable[[Any, Any, Any, Any], bool | None]] = {
    "t_contains": lambda s, e, t, f: both(lt(s, t), lt(f, e)),
    "t_during": lambda s, e, t, f: both(lt(t, s), lt(e, f)),
    "t_finishedBy": lambda s, e, t, f: both(eq(e, f), lt(s, t)),
    "t_finishes": lambda s, e, t, f: both(eq(e, f), lt(t, s)),
    "t_meets": lambda s, e, t, f: eq(e, t),
    "t_metBy": lambda s, e, t, f: eq(s, f),
    "t_overlappedBy": lambda s, e, t, f: both(both(lt(t, s), lt(s, f)), lt(f, e)),
    "t_overlaps": lambda s, e, t, f: both(both(lt(s, t), lt(t, e)), lt(e, f)),
    "t_startedBy": lambda s, e, t, f: both(eq(s, t), lt(f, e)),
    "t_starts": lambda s, e, t, f: both(eq(s, t), lt(e, f)),
    "t_after": lambda s, e, t, f: lt(f, s),
    "t_before": lambda s, e, t, f: lt(e, t),
    "t_equals": lambda s, e, t, f: both(eq(s, t), eq(e, f)),
    "t_disjoint": lambda s, e, t, f: either(lt(f, s), lt(e, t)),
    "t_intersects": lambda s, e, t, f: negated(either(lt(f, s), lt(e, t))),
}


def both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def negated(one: bool | None) -> bool | None:
    return None if one is None else not one


def either(one: bool | None, other: bool | None) -> bool | None:
    return negated(both(negated(one), negated(other)))


def lt(one: Any, other: Any) -> bool | None:
    return None if one is None or other is None else bool(one < other)


def eq(one: Any, other: Any) -> bool | None:
    return None if one is None or other is None else bool(one == other)


class Day(str):
    """A date: what is compared with it is cut to its day."""


class Moment(str):
    """A time, in order."""


def value(node: Node, row: Row) -> Any:
    """What a node is on a row."""
    if not isinstance(node, dict):
        return node if isinstance(node, bool | str) else float(node)
    if "property" in node:
        found = row[node["property"]]
        return (
            Moment(found.rstrip("Z").rstrip("0").rstrip(".").rstrip("0"))
            if node["property"] in ("begun", "ended") and found
            else found
        )
    if "timestamp" in node:
        return Moment(node["timestamp"].rstrip("Z").rstrip("0").rstrip(".").rstrip("0"))
    if "date" in node:
        return Day(node["date"])
    if "type" in node:
        return shapely.geometry.shape(node)
    name, operands = node["op"], node["args"]
    if name in ("casei", "accenti"):
        text = value(operands[0], row)
        return None if text is None else text.casefold() if name == "casei" else _bare(text)
    if name in ("+", "-", "*", "/", "div", "%"):
        values = [value(operand, row) for operand in operands]
        made = _arithmetic(name, *(_operand(number) for number in values))
        return made if made is None or all(type(number) is float for number in values) else _Inexact(made)
    return truth(node, row)


def _bare(text: str) -> str:
    parted = unicodedata.normalize("NFD", text)
    marks = (range(0x300, 0x370), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x20D0, 0x2100), range(0xFE20, 0xFE30))
    return unicodedata.normalize("NFC", "".join(one for one in parted if not any(ord(one) in block for block in marks)))


def _operand(number: Any) -> float | None:
    """Columns of floats beyond 10^30 are unknown in arithmetic, and those below 10^-30 are nothing."""
    if isinstance(number, _Column):
        return None if abs(number) > 1e30 else 0.0 if abs(number) < 1e-30 else float(number)
    return None if number is None else float(number)


class _Inexact(float):
    """A number that is no literal, so that whole numbers beside it are taken as floats."""


class _Column(_Inexact):
    """A value of a column of floats."""


def _arithmetic(name: str, one: float | None, other: float | None) -> float | None:
    if one is None or other is None or (name in ("/", "div", "%") and other == 0):
        return None
    if name in ("div", "%"):
        whole = float(math.trunc(one / other))
        return whole if name == "div" else one - other * whole
    return float({"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[name](one, other))


def _inexact(number: Any) -> bool:
    return isinstance(number, _Inexact) or (isinstance(number, float) and not (number.is_integer() and abs(number) <= 2**53))


def _compared(name: str, one: Any, other: Any) -> bool | None:
    if one is None or other is None:
        return None
    if isinstance(one, Day) or isinstance(other, Day):
        one, other = one[:10], other[:10]
    if _inexact(one) or _inexact(other):
        one, other = float(one), float(other)
    if isinstance(one, str):
        one, other = one.encode("utf-32-be"), other.encode("utf-32-be")
    return bool(_COMPARE[name](one, other))


def _ends(node: Node, row: Row) -> tuple[Any, Any]:
    if isinstance(node, dict) and "interval" in node:
        low, high = node["interval"]
        start = Moment("") if low == ".." else value(low if isinstance(low, dict) else {"timestamp": low}, row)
        end = Moment("~") if high == ".." else value(high if isinstance(high, dict) else {"timestamp": high}, row)
        return start, end
    found = value(node, row)
    return found, found


def _like(text: str | None, pattern: str) -> bool | None:
    if text is None:
        return None
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    made = "".join({"%": ".*", "_": "."}.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(made, text, re.DOTALL) is not None


def truth(node: Node, row: Row) -> bool | None:
    """Whether a filter holds on a row."""
    if not (isinstance(node, dict) and "op" in node):
        found = value(node, row)
        return None if found is None else bool(found)
    name, operands = node["op"], node["args"]
    if name in ("and", "or"):
        return (both if name == "and" else either)(*(truth(operand, row) for operand in operands))
    if name == "not":
        return negated(truth(operands[0], row))
    if name == "isNull":
        return value(operands[0], row) is None
    if name == "like":
        return _like(value(operands[0], row), operands[1])
    if name == "in":
        return reduce(either, (_compared("=", value(operands[0], row), value(choice, row)) for choice in operands[1]))
    if name == "between":
        middle, low, high = (value(operand, row) for operand in operands)
        return both(_compared(">=", middle, low), _compared("<=", middle, high))
    if name.startswith("t_"):
        return _INTERVALS[name](*_ends(operands[0], row), *_ends(operands[1], row))
    one, other = (value(operand, row) for operand in operands)
    if name.startswith("s_"):
        return None if one is None or other is None else bool(getattr(shapely, name[2:])(one, other))
    return _compared(name, one, other)


def holds(tree: Node, row: tuple[Any, ...]) -> bool:
    """Whether a filter keeps a row of the table of things."""
    names = ("name", "说明", "of", "count", "limit", "area", "share", "made", "begun", "ended", "geom")
    values = dict(zip(names, row, strict=True))
    for name in ("area", "share"):
        values[name] = None if values[name] is None else _Column(values[name])
    values["geom"] = None if values["geom"] is None else shapely.geometry.shape(values["geom"])
    return truth(tree, values) is True
