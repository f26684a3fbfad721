"""Operations as they are written down: one JSON form for Python, notebooks, the editor, HTTP and the history."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gridplan.errors import RuleError
from gridplan.messages import Phrase
from gridplan.plan.by import By
from gridplan.plan.redraw import engine, operations, repairing
from gridplan.plan.redraw.drawing import Drawing, Edit, altered

MOST_NAME = 200
MOST_SEED = 2**63 - 1
Order = Mapping[str, Any]
"""An operation: ``operation``, its name, and what it needs."""


def is_name(text: str) -> bool:
    """Whether a text can be a name."""
    return bool(text.strip()) and len(text) <= MOST_NAME and text.isprintable()


class _Read:
    """The values of an order, each checked as it is read."""

    def __init__(self, drawing: Drawing, order: Order) -> None:
        self.drawing, self.order = drawing, order
        self.name = str(order.get("operation"))

    def wrong(self, why: str) -> RuleError:
        """What is said of an order that cannot be read."""
        return RuleError("GP239", operation=self.name, why=why)

    def only(self, *keys: str) -> None:
        """Nothing, where there are no keys but these.

        Raises
        ------
        RuleError
            GP239 there are others.
        """
        strange = [key for key in self.order if key not in ("operation", *keys)]
        if strange:
            raise self.wrong(f"{strange[0]}: ? ({', '.join(keys)})")

    def value(self, key: str, kinds: type | tuple[type, ...], expected: str) -> Any:
        """The value of a key, of these types."""
        found = self.order.get(key)
        if not isinstance(found, kinds) or isinstance(found, bool):
            raise self.wrong(f"{key}: {expected}")
        return found

    def texts(self, key: str) -> list[str]:
        """A list of texts, none twice."""
        found = self.value(key, (list, tuple), "[text, ...]")
        if not all(isinstance(one, str) for one in found):
            raise self.wrong(f"{key}: [text, ...]")
        return list(dict.fromkeys(found))

    def text(self, key: str) -> str:
        """A text that is not blank."""
        found = str(self.value(key, str, "text")).strip()
        if not is_name(found):
            raise self.wrong(f"{key}: 1-{MOST_NAME}")
        return found

    def count(self, key: str, *, least: int) -> int:
        """A whole number."""
        found = int(self.value(key, int, f"{least}, {least + 1}, ..."))
        if found < least:
            raise self.wrong(f"{key}: {found} < {least}")
        return found

    def atoms(self) -> list[int]:
        """The rows of the atoms that ``atoms`` names."""
        known = self.drawing.ground.row_of_cell
        rows = []
        for name in self.texts("atoms"):
            if name not in known:
                raise RuleError(
                    "GP231", what=Phrase("redraw.what.atom"), code=name[:80], known=", ".join(self.drawing.ground.cell_ids[:5])
                )
            rows.append(known[name])
        if not rows:
            raise RuleError("GP247")
        return rows

    def grid(self, key: str) -> int:
        """The number of the grid that the key names."""
        return self.drawing.number_of(str(self.value(key, str, "text")))

    def grids(self) -> list[int]:
        """The numbers of the grids that ``grids`` names, or of all."""
        if self.order.get("all") is True and "grids" not in self.order:
            return sorted(self.drawing.grids)
        return [self.drawing.number_of(code) for code in self.texts("grids")]

    def line(self) -> list[tuple[float, float]]:
        """The points of ``line``: two at least, longitude and latitude."""
        expected = "[[lon, lat], [lon, lat], ...]"
        points: list[tuple[float, float]] = []
        for point in self.value("line", (list, tuple), expected):
            numbers = isinstance(point, list | tuple) and len(point) == 2 and all(isinstance(each, int | float) for each in point)
            if not numbers or not all(math.isfinite(each) for each in point) or abs(point[0]) > 180 or abs(point[1]) > 90:
                raise self.wrong(f"line: {expected}")
            if not points or points[-1] != (float(point[0]), float(point[1])):
                points.append((float(point[0]), float(point[1])))
        if len(points) < 2:
            raise self.wrong(f"line: {expected}")
        return points


def _move(read: _Read) -> Drawing:
    read.only("atoms", "to")
    return operations.move(read.drawing, read.atoms(), None if read.order.get("to") is None else read.grid("to"))


def _assign(read: _Read) -> Drawing:
    read.only("grids", "new")
    given = read.value("grids", Mapping, "{atom: grid}")
    target = {}
    for name, code in given.items():
        one = _Read(read.drawing, {"operation": read.name, "atoms": [name], "to": code})
        target[one.atoms()[0]] = one.grid("to")
    fresh = read.value("new", Mapping, "{name: [atom, ...]}") if "new" in read.order else {}
    first = read.drawing.next_number
    for number, (name, atoms) in enumerate(fresh.items(), start=first):
        one = _Read(read.drawing, {"operation": read.name, "atoms": atoms, "name": name})
        called, rows = one.text("name"), one.atoms()
        if not target.keys().isdisjoint(rows):
            raise read.wrong(f"new: {called}: [atom, ...]")
        target |= dict.fromkeys(rows, number)
    after = operations.assign(read.drawing, target)
    for number, name in enumerate(fresh, start=first):
        after = operations.named(after, number, name.strip())
    return after


def _merge(read: _Read) -> Drawing:
    read.only("grids")
    return operations.merge(read.drawing, read.grids())


def _split(read: _Read) -> Drawing:
    read.only("grid", "into", "line", "atoms")
    grid = read.grid("grid")
    ways = [key for key in ("into", "line", "atoms") if read.order.get(key) is not None]
    if len(ways) != 1:
        raise read.wrong("into | line | atoms")
    if ways == ["into"]:
        return engine.split_into(read.drawing, grid, read.count("into", least=2))
    if ways == ["line"]:
        return operations.split_by_line(read.drawing, grid, read.line())
    atoms = read.atoms()
    outside = [row for row in atoms if read.drawing.of_cell[row] != grid]
    if outside:
        drawing, one = read.drawing, outside[0]
        codes = {"grid": drawing.grids[grid].code, "other": drawing.grids[drawing.of_cell[one]].code}
        raise RuleError("GP249", atom=drawing.ground.cell_ids[one], **codes)
    return operations.move(read.drawing, atoms, None)


def _lock(read: _Read) -> Drawing:
    read.only("grids", "all")
    return (operations.lock if read.name == "lock" else operations.unlock)(read.drawing, read.grids())


def _link(read: _Read) -> Drawing:
    read.only("atoms", "note")
    if len(read.atoms()) < 2:
        raise read.wrong("atoms: 2, 3, ...")
    return operations.link(read.drawing, read.name, read.atoms(), read.text("note") if "note" in read.order else None)


def _cross(read: _Read) -> Drawing:
    read.only("line", "note")
    return operations.cannot_cross(read.drawing, read.line(), read.text("note") if "note" in read.order else None)


def _release(read: _Read) -> Drawing:
    read.only("number")
    return operations.release(read.drawing, read.count("number", least=1))


def _special(read: _Read) -> Drawing:
    read.only("atoms", "name")
    return operations.special(read.drawing, read.atoms(), read.text("name"))


def _ordinary(read: _Read) -> Drawing:
    read.only("grid")
    return operations.ordinary(read.drawing, read.grid("grid"))


def _rename(read: _Read) -> Drawing:
    read.only("level", "code", "name")
    level, name = read.text("level"), read.text("name")
    if level == "grid":
        return operations.named(read.drawing, read.grid("code"), name)
    tables = {"community": read.drawing.ground.tables.communities, "area": read.drawing.ground.tables.areas}
    if level not in tables:
        raise read.wrong("level: grid | community | area")
    code = read.text("code")
    known = tables[level]["code"].tolist()
    if code not in known:
        raise RuleError("GP231", what=Phrase(f"redraw.what.{level}"), code=code, known=", ".join(known[:5]) or "-")
    return altered(read.drawing, names={**read.drawing.names, (level, code): name})


def _staff(read: _Read) -> Drawing:
    read.only("grid", "post", "person", "off")
    off = read.order.get("off", False)
    if not isinstance(off, bool):
        raise read.wrong("off: true | false")
    return operations.staffed(read.drawing, read.grid("grid"), read.text("post"), read.text("person"), off=off)


def _recount(read: _Read) -> Drawing:
    read.only("households")
    return operations.recounted(read.drawing, dict(read.value("households", Mapping, "{building: households}")))


def _rebalance(read: _Read) -> Drawing:
    read.only("grids", "all", "seed")
    if read.order.get("all") is True and "grids" not in read.order:
        return engine.all_rebalanced(read.drawing, seed=_seed(read))
    grids = read.grids()
    if not grids:
        raise read.wrong("grids: [text, ...]")
    return engine.rebalanced(read.drawing, grids, seed=_seed(read))


def _recut(read: _Read) -> Drawing:
    read.only("grids", "all", "seed")
    chosen = read.grids() if "grids" in read.order or "all" in read.order else engine.untidy(read.drawing)
    locked = [number for number in chosen if number in read.drawing.locked]
    if locked and "all" not in read.order:
        raise RuleError("GP232", grid=read.drawing.grids[locked[0]].code)
    return engine.recut(read.drawing, [number for number in chosen if number not in locked], seed=_seed(read))


def _repair(read: _Read) -> Drawing:
    read.only("grids", "most_moved", "seed")
    grids = read.grids() if "grids" in read.order else None
    most = read.count("most_moved", least=0) if "most_moved" in read.order else None
    return repairing.repaired(read.drawing, grids, most_moved=most, seed=_seed(read))


def _seed(read: _Read) -> int:
    seed = read.count("seed", least=0) if "seed" in read.order else 0
    if seed > MOST_SEED:
        raise read.wrong(f"seed: 0-{MOST_SEED}")
    return seed


OPERATIONS: Mapping[str, Callable[[_Read], Drawing]] = {
    "move": _move,
    "assign": _assign,
    "merge": _merge,
    "split": _split,
    "lock": _lock,
    "unlock": _lock,
    "must_link": _link,
    "cannot_link": _link,
    "cannot_cross": _cross,
    "release": _release,
    "special": _special,
    "ordinary": _ordinary,
    "rename": _rename,
    "staff": _staff,
    "recount": _recount,
    "rebalance": _rebalance,
    "recut": _recut,
    "repair": _repair,
}
"""What a plan can be changed by."""


def applied(drawing: Drawing, orders: Iterable[Order], by: By) -> Drawing:
    """The drawing after these operations, one after the other, each with its line in the history; all of them, or none.

    Raises
    ------
    RuleError
        GP239 an operation that cannot be read; GP231 something that is not there; and what the operation itself refuses.
    """
    for order in orders:
        if not isinstance(order, Mapping):
            raise RuleError("GP239", operation=str(order)[:40], why="{operation: ...}")
        name = order.get("operation")
        if not isinstance(name, str) or name not in OPERATIONS:
            raise RuleError("GP239", operation=str(name)[:40], why=", ".join((*OPERATIONS, "undo", "redo")))
        after = OPERATIONS[name](_Read(altered(drawing, outcome={}), order))
        edit = Edit(json.dumps(order, ensure_ascii=False, sort_keys=True), by.who, by.at, by.note)
        drawing = altered(after, edits=(*drawing.edits, edit))
    return drawing
