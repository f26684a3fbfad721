"""The plan: tables that nobody changes, and the operations that give a plan redrawn from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.contracts import PLAN, conform
from gridplan.errors import RuleError
from gridplan.messages import Phrase
from gridplan.plan.by import NOBODY, By
from gridplan.plan.tables import Tables

if TYPE_CHECKING:
    from gridplan.plan.redraw.drawing import Drawing, Totals
    from gridplan.plan.redraw.orders import Order
    from gridplan.plan.redraw.tables import Drawn


@dataclass(frozen=True)
class Plan(Tables):
    """The tables of a plan bundle (see :class:`gridplan.plan.tables.Tables`), and the operations on its lines.

    Every operation gives a new plan and leaves this one as it is; what did not change is shared, and tables are made when they
    are first asked for. What is redrawn is which atoms (``atoms``: land cells with their buildings) are in which grid, never a
    polygon. Codes stay with the successors of the zones of the parent plan, the plan that redrawing began with; codes of new
    zones were never used before. Each operation is refused (RuleError GP230-GP247) where it would break a rule of the planner:
    a grid in parts, a locked or special grid, atoms that must or may not be together. A grid out of its range is no refusal but a
    finding. ``by`` says who, when and why for the ``history``.

    Examples
    --------
    >>> import gridplan as gp
    >>> plan = gp.read_plan("plan.gpkg")  # doctest: +SKIP
    >>> plan.move(["b17", "b18"], to="522730001001003").merge(["522730001001004", "522730001001005"]).totals  # doctest: +SKIP
    """

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> pd.DataFrame:
            """A layer of a plan that was redrawn, made the first time it is asked for."""
            if name not in PLAN or "_drawing" not in self.__dict__:
                raise AttributeError(name)
            table = self._drawn.table(name)
            object.__setattr__(self, name, table)
            return table

    @classmethod
    def _of(cls, drawing: "Drawing", past: "Plan | None", future: "tuple[Plan, ...]" = ()) -> "Plan":
        """The plan of a drawing; its tables are made when they are asked for."""
        plan = object.__new__(cls)
        for name, value in (("_drawing", drawing), ("_past", past), ("_future", future)):
            object.__setattr__(plan, name, value)
        return plan

    @cached_property
    def _drawn(self) -> "Drawn":
        from gridplan.plan.redraw.tables import Drawn

        return Drawn(self.drawing)

    @property
    def id(self) -> str:
        """The plan's id: as ``meta`` has it; of a plan that was redrawn, a hash of its parent and of every edit since."""
        return self.drawing.id if "meta" not in self.__dict__ and "_drawing" in self.__dict__ else self.fact("plan")

    @property
    def drawing(self) -> "Drawing":
        """The plan as arrays and zones, read once; about 2 s for 50,000 atoms.

        Raises
        ------
        RuleError
            GP230 the plan has no atoms.
        """
        if "_drawing" not in self.__dict__:
            # The engine and what it needs is loaded where lines are redrawn, not where plans are shown.
            from gridplan.plan.redraw.reading import read_drawing

            object.__setattr__(self, "_drawing", read_drawing(self))
        found: Drawing = self.__dict__["_drawing"]
        return found

    @property
    def redrawn(self) -> bool:
        """Whether lines are redrawn from a parent plan, whose zones ``former`` names."""
        return ("_drawing" in self.__dict__ and "atoms" not in self.__dict__) or super().redrawn

    @property
    def totals(self) -> "Totals":
        """Households, grids and units, and how many are out of range with a proof or without; no table is made for it."""
        return self.drawing.totals

    def apply(self, operations: "Order | Iterable[Order]", *, by: By = NOBODY) -> "Plan":
        """The plan after these operations, one after the other: all of them, or none.

        Parameters
        ----------
        operations
            One, or several: mappings with ``operation`` (its name, as the methods of this class are called) and what it needs, as
            the methods take it; or ``undo`` or ``redo`` alone. ``history`` has the same
            JSON, and the web API and the editor take it.

        Raises
        ------
        RuleError
            GP239 an operation that cannot be read; GP231 something that is not there; GP230-GP247 what an operation refuses.
        """
        from gridplan.plan.redraw.orders import applied

        orders = [operations] if isinstance(operations, Mapping) else list(operations)
        if not orders:
            return self
        step = orders[0].get("operation") if len(orders) == 1 and isinstance(orders[0], Mapping) else None
        if step in ("undo", "redo"):
            return self.undo() if step == "undo" else self.redo()
        return Plan._of(applied(self.drawing, orders, by), self)

    def _do(self, operation: str, by: By, **needs: Any) -> "Plan":  # values of JSON
        return self.apply({"operation": operation, **{key: value for key, value in needs.items() if value is not None}}, by=by)

    def move(self, atoms: Sequence[str], *, to: str | None, by: By = NOBODY) -> "Plan":
        """The plan with these atoms (ids) in the grid ``to`` (code); None: in a new grid.

        Raises
        ------
        RuleError
            GP231-GP238 as :class:`Plan`; GP247 no atoms.
        """
        return self._do("move", by, atoms=_listed(atoms), to=to)

    def assign(self, grids: Mapping[str, str], *, new: Mapping[str, Sequence[str]] | None = None, by: By = NOBODY) -> "Plan":
        """The plan with each atom (id) in the grid (code) that it is given, and new grids of atoms by their name.

        A grid that loses all its atoms ends.
        """
        fresh = None if new is None else {name: list(atoms) for name, atoms in new.items()}
        return self._do("assign", by, grids=dict(grids), new=fresh)

    def merge(self, grids: Sequence[str], *, by: By = NOBODY) -> "Plan":
        """The plan with these grids (codes) as one; GP240 where they do not touch."""
        return self._do("merge", by, grids=_listed(grids))

    def split(
        self,
        grid: str,
        *,
        into: int | None = None,
        line: Sequence[Sequence[float]] | None = None,
        atoms: Sequence[str] | None = None,
        by: By = NOBODY,
    ) -> "Plan":
        """The plan with a grid (code) cut: ``into`` so many by the engine, along a ``line`` (lon/lat), or ``atoms`` off it.

        Raises
        ------
        RuleError
            GP241 a line that cuts nothing; GP242 too many; and as :class:`Plan`.
        """
        points = None if line is None else [list(point) for point in line]
        return self._do("split", by, grid=grid, into=into, line=points, atoms=None if atoms is None else _listed(atoms))

    def lock(self, grids: Sequence[str] | None = None, *, by: By = NOBODY) -> "Plan":
        """The plan in which these grids (all: None) keep their land."""
        return self._do("lock", by, grids=None if grids is None else _listed(grids), all=True if grids is None else None)

    def unlock(self, grids: Sequence[str] | None = None, *, by: By = NOBODY) -> "Plan":
        """The plan in which these grids (all: None) may change again."""
        return self._do("unlock", by, grids=None if grids is None else _listed(grids), all=True if grids is None else None)

    def must_link(self, atoms: Sequence[str], *, note: str | None = None, by: By = NOBODY) -> "Plan":
        """The plan in which these atoms stay in one grid; GP244 where they are not in one."""
        return self._do("must_link", by, atoms=_listed(atoms), note=note)

    def cannot_link(self, atoms: Sequence[str], *, note: str | None = None, by: By = NOBODY) -> "Plan":
        """The plan in which no two of these atoms may come into one grid; GP244 where two are."""
        return self._do("cannot_link", by, atoms=_listed(atoms), note=note)

    def cannot_cross(self, line: Sequence[Sequence[float]], *, note: str | None = None, by: By = NOBODY) -> "Plan":
        """The plan in which no grid holds together across a line (lon/lat); GP233 where one does now."""
        return self._do("cannot_cross", by, line=[list(point) for point in line], note=note)

    def release(self, number: int, *, by: By = NOBODY) -> "Plan":
        """The plan without the constraint of that number (``constraints``)."""
        return self._do("release", by, number=number)

    def special(self, atoms: Sequence[str], name: str, *, by: By = NOBODY) -> "Plan":
        """The plan with these atoms as a special grid of that name: without a range, and closed to others."""
        return self._do("special", by, atoms=_listed(atoms), name=name)

    def ordinary(self, grid: str, *, by: By = NOBODY) -> "Plan":
        """The plan in which a special grid (code) is one like the others."""
        return self._do("ordinary", by, grid=grid)

    def rename(self, code: str, name: str, *, level: str = "grid", by: By = NOBODY) -> "Plan":
        """The plan with another name for a grid, or a row of ``level`` community or area."""
        return self._do("rename", by, level=level, code=code, name=name)

    def staff(self, grid: str, *, post: str, person: str, off: bool = False, by: By = NOBODY) -> "Plan":
        """The plan in which a person (id in the register of staff) has a post in a grid, or with ``off`` has it no more."""
        return self._do("staff", by, grid=grid, post=post, person=person, off=off or None)

    def recount(self, households: Mapping[str, int], *, by: By = NOBODY) -> "Plan":
        """The plan with other households of some buildings (by id); GP245 where one is not there."""
        return self._do("recount", by, households={name: _whole(count) for name, count in households.items()})

    def rebalance(self, grids: Sequence[str] | None = None, *, seed: int = 0, by: By = NOBODY) -> "Plan":
        """The plan with the land of these grids, of one community, cut anew by the engine; None: of all that may change."""
        named = {"grids": None, "all": True} if grids is None else {"grids": _listed(grids), "all": None}
        return self._do("rebalance", by, seed=seed or None, **named)

    def recut(self, grids: Sequence[str] | None = None, *, seed: int = 0, by: By = NOBODY) -> "Plan":
        """The plan with the units of these grids cut anew by the engine; None: of those whose units were left out of range."""
        return self._do("recut", by, grids=None if grids is None else _listed(grids), seed=seed or None)

    def repair(
        self, grids: Sequence[str] | None = None, *, most_moved: int | None = None, seed: int = 0, by: By = NOBODY
    ) -> "Plan":
        """The plan with its grids in range again, as few households moved as were found, other lines and codes kept.

        Parameters
        ----------
        grids
            Only these (codes) and those beside them may change; None: all but locked and special ones.
        most_moved
            Households that may move at most in each community; what is left then says so in its finding.

        Returns
        -------
        Plan
            ``outcome`` of it has ``moved`` (households that are in a grid of another code now), ``bound`` (no repair moves
            fewer) and ``proved``. A grid still out of range carries a finding, with a proof where there is no way.

        Notes
        -----
        A tenth of a second to several seconds for a community; see :func:`gridplan.partition.repair` for the method. Units of
        changed grids are cut anew where they were left out of range.
        """
        named = None if grids is None else _listed(grids)
        return self._do("repair", by, grids=named, most_moved=most_moved, seed=seed or None)

    @property
    def outcome(self) -> "Mapping[str, int | bool | None]":
        """What the last operation says of itself: of a repair ``moved``, ``bound`` and ``proved``; of others nothing."""
        return self.drawing.outcome

    def explain(self, grid: str) -> dict[str, Any]:
        """Why a grid looks as it does: its ``grid`` (code) and ``lines``, sentences in English and Chinese.

        They say its size and range, what holds it (locks, constraints), what is wrong and would have to be waived, what each wish
        of the engine costs here, and what the grids beside it could take or give.

        Raises
        ------
        RuleError
            GP231 there is no such grid.
        """
        from gridplan.plan.redraw.explain import explained

        drawing = self.drawing
        return explained(drawing, drawing.grids[drawing.number_of(grid)])

    def undo(self) -> "Plan":
        """The plan before the last operation: the very same tables.

        Raises
        ------
        RuleError
            GP243 there was none since it was opened.
        """
        past: Plan | None = self.__dict__.get("_past")
        if past is None:
            raise RuleError("GP243", what=Phrase("redraw.step.undo"), end=Phrase("redraw.end.undo"))
        return past._again((self, *self.__dict__.get("_future", ())))

    def redo(self) -> "Plan":
        """The plan that was undone last.

        Raises
        ------
        RuleError
            GP243 nothing was undone.
        """
        future: tuple[Plan, ...] = self.__dict__.get("_future", ())
        if not future:
            raise RuleError("GP243", what=Phrase("redraw.step.redo"), end=Phrase("redraw.end.redo"))
        return future[0]._again(future[1:])

    def _again(self, future: "tuple[Plan, ...]") -> "Plan":
        """The same plan, with what can be redone from it."""
        plan = object.__new__(Plan)
        plan.__dict__.update(self.__dict__)
        plan.__dict__["_future"] = future
        return plan

    @property
    def undone(self) -> tuple[int, int]:
        """How many operations can be undone, and redone."""
        if "_kept" in self.__dict__:
            kept: tuple[int, int] = self.__dict__["_kept"]
            return kept
        count, past = 0, self.__dict__.get("_past")
        while past is not None:
            count, past = count + 1, past.__dict__.get("_past")
        return count, len(self.__dict__.get("_future", ()))

    def kept_as(self, name: str, undone: tuple[int, int] = (0, 0)) -> "Plan":
        """The same plan without a past, under an id that stays what it is through further operations, as a store keeps a draft.

        ``undone``: how many operations the store can undo and redo.
        """
        from gridplan.plan.redraw.drawing import altered

        drawing = self.drawing if self.drawing.known_as == name else altered(self.drawing, known_as=name)
        plan = Plan._of(drawing, None)
        plan.__dict__["_kept"] = undone
        return plan

    def noted(self, after: "Plan") -> dict[str, Any]:
        """What ``after``, redrawn from this plan, is put back to this one by (:meth:`put_back`): JSON, as a store keeps it."""
        from gridplan.plan.redraw.undoing import former

        return former(self.drawing, after.drawing)

    def put_back(self, noted: Mapping[str, Any]) -> "Plan":
        """The plan with the very tables that it had before the edit that :meth:`noted` told this of."""
        from gridplan.plan.redraw.undoing import undone

        return Plan._of(undone(self.drawing, noted), self)

    def branch(self) -> "Plan":
        """The same plan with nothing to undo, as the parent of what is redrawn from now on."""
        tables = {layer.name: getattr(self, layer.name) for layer in fields(self)}
        for layer in ("atoms", "pieces", "sections"):
            tables[layer] = conform(tables[layer].assign(former=None), PLAN[layer])
        return Plan(**tables | {"history": tables["history"].iloc[:0]})


def _listed(names: Sequence[str]) -> list[str]:
    """The names, also where one alone was given."""
    return [names] if isinstance(names, str) else list(names)


def _whole(count: object) -> object:
    """A whole number of any kind, as those of numpy, as JSON has it; all else as it is."""
    return int(count) if isinstance(count, Integral) and not isinstance(count, bool) else count
