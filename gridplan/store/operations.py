"""The operations that lines and names of a plan are edited by: what each needs, and what it changes.

A new operation is a class with ``parse`` and ``apply`` and a line in :data:`OPERATIONS`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import sqlalchemy as sa

from gridplan.errors import RequestError, StoreError
from gridplan.messages import Fact, Phrase
from gridplan.store.dialects import Dialect

MOST_OPERATIONS = 1_000
_MOST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

#: Layer -> code -> column -> value: the cells that an edit changed.
Cells = dict[str, dict[str, dict[str, object]]]


@dataclass
class Changes:
    """What an edit changed, as it was and as it became; cells changed twice are told once."""

    before: Cells = field(default_factory=dict)
    after: Cells = field(default_factory=dict)

    def add(self, layer: str, code: str, column: str, before: object, after: object) -> None:
        """Takes note of one cell."""
        self.before.setdefault(layer, {}).setdefault(code, {}).setdefault(column, before)
        self.after.setdefault(layer, {}).setdefault(code, {})[column] = after


class Operation(Protocol):
    """One operation, parsed."""

    @classmethod
    def parse(cls, given: Mapping[str, object], where: str, faults: list[Phrase]) -> Self | None:
        """The operation that JSON describes; None, and what is wrong with it in ``faults``."""

    def apply(self, connection: sa.Connection, dialect: Dialect, plan: str, changes: Changes) -> None:
        """Does it, and notes what it changed.

        Raises
        ------
        StoreError
            GP426 the plan has nothing of that code.
        """


#: The layers whose rows have a name, by what a row is called.
_NAMED: Mapping[str, str] = {"grid": "grids", "community": "communities", "area": "areas"}


@dataclass(frozen=True)
class Rename:
    """A grid, community or area gets another name."""

    level: str
    code: str
    name: str

    @classmethod
    def parse(cls, given: Mapping[str, object], where: str, faults: list[Phrase]) -> Self | None:
        """From ``level``, ``code`` and ``name``."""
        texts = _texts(given, ("level", "code", "name"), where, faults)
        if texts is None:
            return None
        level, code, name = texts
        known = ", ".join(_NAMED)
        if level not in _NAMED:
            faults.append(fault(f"{where}.level", "body.fault.choice", value=level[:80], known=known))
        if not name.strip() or len(name) > _MOST_NAME or _CONTROL.search(name):
            faults.append(fault(f"{where}.name", "body.fault.name", value=name[:80], most=_MOST_NAME))
        return cls(level, code, name)

    def apply(self, connection: sa.Connection, dialect: Dialect, plan: str, changes: Changes) -> None:
        """Changes the name alone; no code, no line."""
        layer = _NAMED[self.level]
        before = cells_now(connection, dialect, plan, layer, self.code, ["name"])
        if before is None:
            raise StoreError("GP426", plan=plan, level=self.level, code=self.code[:80])
        put_cells(connection, dialect, plan, layer, self.code, {"name": self.name})
        changes.add(layer, self.code, "name", before["name"], self.name)


OPERATIONS: Mapping[str, type[Operation]] = {"rename": Rename}

#: What is done on lines, by :meth:`gridplan.Plan.apply`: named here, since the engine is only loaded where one is asked for.
LINES = (
    "move",
    "assign",
    "merge",
    "split",
    "lock",
    "unlock",
    "must_link",
    "cannot_link",
    "cannot_cross",
    "release",
    "special",
    "ordinary",
    "staff",
    "recount",
    "rebalance",
    "recut",
    "repair",
    "undo",
    "redo",
)


def names_alone(given: object) -> bool:
    """Whether what is given is no list of operations on lines: names alone, or nothing that can be read."""
    return not isinstance(given, list) or not any(isinstance(one, Mapping) and one.get("operation") in LINES for one in given)


def listed_operations(given: object) -> list[dict[str, Any]]:
    """The operations that a JSON list holds, not looked at yet.

    Raises
    ------
    RequestError
        GP586 it is no such list.
    """
    if (
        not isinstance(given, list)
        or not 1 <= len(given) <= MOST_OPERATIONS
        or not all(isinstance(one, Mapping) for one in given)
    ):
        raise RequestError("GP586", count=1, faults=(fault("operations", "body.fault.list", most=MOST_OPERATIONS),))
    return [dict(one) for one in given]


def parse_operations(given: object) -> list[tuple[str, Operation]]:
    """The operations that a JSON list describes, each with its name.

    Raises
    ------
    RequestError
        GP586 with every fault: an unknown operation or key, a value that cannot be used.
    """
    faults: list[Phrase] = []
    parsed: list[tuple[str, Operation]] = []
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_OPERATIONS:
        raise RequestError("GP586", count=1, faults=(fault("operations", "body.fault.list", most=MOST_OPERATIONS),))
    for place, one in enumerate(given):
        where = f"operations[{place}]"
        name = one.get("operation") if isinstance(one, Mapping) else None
        if not isinstance(one, Mapping) or not isinstance(name, str) or name not in OPERATIONS:
            if name is None:
                faults.append(fault(f"{where}.operation", "row.fault.missing", expected=" / ".join((*OPERATIONS, *LINES))))
            else:
                faults.append(fault(where, "body.fault.operation", value=str(name)[:80], known=", ".join((*OPERATIONS, *LINES))))
            continue
        operation = OPERATIONS[name].parse(one, where, faults)
        if operation is not None:
            parsed.append((name, operation))
    if faults:
        raise RequestError("GP586", count=len(faults), faults=tuple(faults))
    return parsed


def cells_now(
    connection: sa.Connection, dialect: Dialect, plan: str, layer: str, code: str, columns: list[str]
) -> dict[str, object] | None:
    """Those columns of the row with that code, as they are; None where there is no such row."""
    table = dialect.tables.plan[layer]
    query = sa.select(*(table.c[name] for name in columns)).where(table.c.plan == plan, table.c.code == code)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def put_cells(connection: sa.Connection, dialect: Dialect, plan: str, layer: str, code: str, cells: Mapping[str, object]) -> None:
    """Changes columns of the row with that code."""
    table = dialect.tables.plan[layer]
    connection.execute(sa.update(table).where(table.c.plan == plan, table.c.code == code).values(dict(cells)))


def fault(where: str, key: str, **facts: Fact) -> Phrase:
    """A fault of a body: where, and what it is."""
    return Phrase("row.fault", {"where": where[:120], "what": Phrase(key, facts)})


def _texts(given: Mapping[str, object], names: tuple[str, ...], where: str, faults: list[Phrase]) -> list[str] | None:
    """The values of these keys where all are texts and there are no others."""
    count = len(faults)
    known = ("operation", *names)
    faults += [fault(f"{where}.{name}", "body.fault.unknown", known=", ".join(known)) for name in given if name not in known]
    texts = []
    for name in names:
        value = given.get(name)
        if isinstance(value, str):
            texts.append(value)
        else:
            faults.append(fault(f"{where}.{name}", "body.fault.text"))
    return texts if len(faults) == count else None
