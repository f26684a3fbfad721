"""Changes of plans: edits by operations, their reverts, branches, deletion. Each with its line in the edit log."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.plan.by import By
from gridplan.store import frames, plans
from gridplan.store.branching import copy_plan
from gridplan.store.database import Database
from gridplan.store.log import FORMER, EditLog, Editor, now
from gridplan.store.operations import (
    OPERATIONS,
    Cells,
    Changes,
    cells_now,
    listed_operations,
    names_alone,
    parse_operations,
    put_cells,
)
from gridplan.store.plans import PlanInfo
from gridplan.store.redraws import Redrawn, Redraws, State, may_be_redrawn
from gridplan.store.stages import check_draft, check_step
from gridplan.store.undoing import own

if TYPE_CHECKING:
    from gridplan.plan import Plan

#: The revisions that a change may be based on; None: any.
Based = frozenset[int] | None

_CELLS = (*OPERATIONS, "edit", "revert")


class Edits:
    """The changes of the plans of a database. Each is one transaction: it and its line in the log, or neither.

    ``based`` are the revisions of the plan that a change may be based on.
    """

    def __init__(self, database: Database, log: EditLog) -> None:
        self._database = database
        self._log = log
        self.redraws = Redraws(database, log)

    def edit(self, plan: str, operations: object, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The draft after all the operations, in their order; where one cannot be done, none is.

        Parameters
        ----------
        operations : a JSON list as parsed, not checked yet; see ``gridplan.store.operations``.

        Raises
        ------
        RequestError
            GP586 what is wrong with the operations.
        StoreError
            GP401 no such plan; GP409 read only; GP424 it is at another revision; GP425 it is no draft; GP426 it has nothing of
            that code.
        """
        if not names_alone(operations):
            return self.redraw(plan, operations, who, based=based, note=note).info
        parsed = parse_operations(operations)
        with self._database.writing() as connection:
            check_draft(locked(self._database, connection, plan, based))
            changes = Changes()
            for _, operation in parsed:
                operation.apply(connection, self._database.dialect, plan, changes)
            names = sorted({name for name, _ in parsed})
            return self._logged(connection, plan, who, names[0] if len(names) == 1 else "edit", changes, note)

    def redraw(self, plan: str, operations: object, who: Editor, *, based: Based = None, note: str | None = None) -> Redrawn:
        """The draft after operations on its lines (:meth:`gridplan.Plan.apply`), in their order; all of them, or none.

        Raises
        ------
        RequestError
            GP586 it is no list of operations.
        RuleError
            GP230-GP247 what an operation refuses.
        StoreError
            GP401, GP409, GP424, GP425 as :meth:`edit`; GP433 it is no branch; GP434 nothing of one's own to undo.
        """
        orders = listed_operations(operations)
        with self._database.writing() as connection:
            info = locked(self._database, connection, plan, based)
            check_draft(info)
            state = self.redraws.state(connection, info)
            before = state.plan
            may_be_redrawn(before)
            after = self._after(connection, state, orders, By(who.name, now(), note)).kept_as(plan)
            frames.write_changes(connection, self._database.dialect, before, after)
            made = plans.select_info(connection, self._database.dialect, plan)
            names = sorted({str(order.get("operation")) for order in orders})
            operation = names[0] if len(names) == 1 else "redraw"
            number = self._log.write(
                connection,
                who,
                plan,
                operation,
                revision=made.revision,
                before={"revision": info.revision, FORMER: before.noted(after)},
                after={"operations": orders},
                note=note,
            )
        undone = state.undone.then(operation, number)
        after = after.kept_as(plan, undone.counts)
        # Only what was committed is kept.
        self.redraws.keep(plan, State(made.revision, after, who.name, undone))
        return Redrawn(made, before, after)

    def _after(self, connection: sa.Connection, state: State, orders: Sequence[Mapping[str, Any]], by: By) -> "Plan":
        """The plan after these operations; what is undone or redone was noted in the log."""
        step = orders[0].get("operation")
        if len(orders) > 1 or step not in ("undo", "redo"):
            return state.plan.apply(orders, by=by)
        number = state.undone.next(step)
        plan = state.plan
        edit = own(None if number is None else self._log.one(connection, plan.id, number), step, plan.id, by)
        return plan.put_back(cast("dict[str, Any]", (edit.before or {})[FORMER]))

    def tried(self, plan: str, operations: object, *, based: Based = None) -> Redrawn:
        """What :meth:`redraw` would give, as far as it is about lines; nothing is written.

        Raises
        ------
        RequestError, RuleError, StoreError
            GP586, GP230-GP247, GP401, GP424, GP425, GP433 as :meth:`redraw`.
        """
        orders = listed_operations(operations)
        info, before = self.lines(plan)
        _check_based(info, based)
        check_draft(info)
        may_be_redrawn(before)
        return Redrawn(info, before, before.apply(orders))

    def lines(self, plan: str) -> tuple[PlanInfo, "Plan"]:
        """The plan and its lines as they are, from memory where they did not change.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        with self._database.reading() as connection:
            info = plans.find_info(connection, self._database.dialect, plan)
            if info is None:
                raise StoreError("GP401", plan=plan[:80], where=self._database.where, known="GET /plans")
            return info, self.redraws.state(connection, info).plan

    def revert(self, plan: str, number: int, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The draft after what a former edit changed was put back, as an edit of its own.

        Raises
        ------
        StoreError
            GP401, GP409, GP424, GP425 as :meth:`edit`; GP427 it is none that can be put back; GP428 no such edit; GP429 what
            it changed was changed since.
        """
        dialect = self._database.dialect
        with self._database.writing() as connection:
            check_draft(locked(self._database, connection, plan, based))
            edit = self._log.one(connection, plan, number)
            # Of what was redrawn no cells are told: that is undone.
            if edit.operation not in _CELLS or edit.before is None or FORMER in edit.before:
                raise StoreError("GP427", edit=number, operation=edit.operation)
            was, became = cast("Cells", edit.before or {}), cast("Cells", edit.after or {})
            changes = Changes()
            for layer, rows in became.items():
                for code, cells in rows.items():
                    here = cells_now(connection, dialect, plan, layer, code, list(cells))
                    if here != cells:
                        raise StoreError("GP429", edit=number, where=f"{layer} {code}", now=_shown(here), then=_shown(cells))
                    put_cells(connection, dialect, plan, layer, code, was[layer][code])
                    for column, value in cells.items():
                        changes.add(layer, code, column, value, was[layer][code][column])
            return self._logged(connection, plan, who, "revert", changes, note or f"edit {number}")

    def branch(self, plan: str, who: Editor, *, name: str | None = None, note: str | None = None) -> PlanInfo:
        """A copy of a plan as a draft that has it as its parent; the plan itself stays as it is.

        Raises
        ------
        StoreError
            GP401 no such plan; GP409 read only.
        """
        made = secrets.token_hex(6)
        with self._database.writing() as connection:
            info = locked(self._database, connection, plan, None)
            copy_plan(connection, self._database.dialect, info, made, name or info.name)
            after = {"parent": plan, "parent_revision": info.revision}
            self._log.write(connection, who, made, "branch", revision=1, after=after, note=note)
            return plans.select_info(connection, self._database.dialect, made)

    def delete(self, plan: str, who: Editor, *, based: Based = None) -> None:
        """The plan is there no more; the log keeps that it was.

        Raises
        ------
        StoreError
            GP401, GP409, GP424 as :meth:`edit`; GP431 it is adopted; GP435 it is submitted or approved.
        """
        with self._database.writing() as connection:
            info = locked(self._database, connection, plan, based)
            check_step(info, "delete")
            plans.delete_plan(connection, self._database.dialect, plan)
            before = {"name": info.name, "scheme": info.scheme, "seed": info.seed, "parent": info.parent, "state": info.state}
            self._log.write(connection, who, plan, "delete", revision=info.revision, before=before)

    def _logged(
        self, connection: sa.Connection, plan: str, who: Editor, operation: str, changes: Changes, note: str | None
    ) -> PlanInfo:
        """The plan with the revision that the triggers gave it, told to the log."""
        info = plans.select_info(connection, self._database.dialect, plan)
        codes = [code for rows in changes.after.values() for code in rows]
        item = codes[0] if len(codes) == 1 else None
        self._log.write(
            connection,
            who,
            plan,
            operation,
            revision=info.revision,
            item=item,
            before=changes.before,
            after=changes.after,
            note=note,
        )
        return info


def locked(database: Database, connection: sa.Connection, plan: str, based: Based) -> PlanInfo:
    """The plan as it is; nobody else can change it until the transaction ends.

    Raises
    ------
    StoreError
        GP401 no such plan; GP424 it is at another revision than those it should be at.
    """
    info = plans.find_info(connection, database.dialect, plan, lock=True)
    if info is None:
        raise StoreError("GP401", plan=plan[:80], where=database.where, known="GET /plans")
    _check_based(info, based)
    return info


def _check_based(info: PlanInfo, based: Based) -> None:
    if based is not None and info.revision not in based:
        raise StoreError("GP424", plan=info.id, current=info.revision)


def _shown(cells: object) -> str:
    return json.dumps(cells, ensure_ascii=False)[:120]
