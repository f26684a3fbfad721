"""Drafts in memory as their lines are redrawn, so that an edit costs what it changes."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import frames
from gridplan.store.database import Database
from gridplan.store.log import EditLog
from gridplan.store.plans import PlanInfo
from gridplan.store.undoing import Undoable, undoable

if TYPE_CHECKING:
    from gridplan.plan import Plan

#: Plans that are kept in memory as they are redrawn.
KEPT = 4

#: Former states of each, so that other editors are told just what changed.
PAST = 50


@dataclass(frozen=True)
class Redrawn:
    """What redrawing did: the draft and its lines before and after."""

    info: PlanInfo
    before: "Plan"
    after: "Plan"


@dataclass(frozen=True)
class State:
    """The lines of a plan at a revision, who made it so (None: it was read), and what can be undone."""

    revision: int
    plan: "Plan"
    who: str | None
    undone: Undoable = field(default_factory=Undoable)


class Redraws:
    """Plans in memory at the revision that the database tells, the last ones that were redrawn."""

    def __init__(self, database: Database, log: EditLog) -> None:
        self._database = database
        self._log = log
        self._kept: OrderedDict[str, tuple[State, ...]] = OrderedDict()
        self._lock = Lock()

    def state(self, connection: sa.Connection, info: PlanInfo) -> State:
        """The plan as it is at that revision, with what can be undone."""
        states = self.states(info.id)
        if states and states[-1].revision == info.revision:
            return states[-1]
        plan, undone = frames.select_plan(connection, self._database.dialect, info.id), Undoable()
        if plan.redrawn:
            undone = undoable(self._log.of_scope(connection, info.id), info.revision)
            plan = plan.kept_as(info.id, undone.counts)
        state = State(info.revision, plan, None, undone)
        self.keep(info.id, state)
        return state

    def states(self, plan: str) -> tuple[State, ...]:
        """The last states of a plan that are in memory, the newest last."""
        with self._lock:
            return self._kept.get(plan, ())

    def keep(self, plan: str, state: State) -> None:
        """Keeps the state of a plan in memory, unless one as new is there already and this one was read."""
        with self._lock:
            there = self._kept.get(plan, ())
            # Who read it may have been overtaken by an edit.
            if state.who is None and there and there[-1].revision >= state.revision:
                return
            past = [self._past(one) for one in there if one.revision < state.revision]
            self._kept[plan] = (*past[-PAST:], state)
            self._kept.move_to_end(plan)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def carry(self, before: PlanInfo, after: PlanInfo, who: str) -> None:
        """Keeps the plan of one revision as that of the next one, which changed no line of it."""
        states = self.states(before.id)
        if states and states[-1].revision == before.revision:
            self.keep(after.id, replace(states[-1], revision=after.revision, who=who))

    @staticmethod
    def _past(state: State) -> State:
        """A former state: what it shares with the others alone, without the tables that were made of it."""
        plan = state.plan
        return replace(state, plan=plan.kept_as(plan.id, plan.undone)) if plan.redrawn else state


def may_be_redrawn(plan: "Plan") -> None:
    """Nothing, where the plan is a branch, whose former zones are known.

    Raises
    ------
    StoreError
        GP433 it is not.
    """
    if not plan.redrawn:
        raise StoreError("GP433", plan=plan.id)
