"""Drafts in memory as their lines are redrawn, so that an edit costs what it changes."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import frames
from gridplan.store.database import Database
from gridplan.store.plans import PlanInfo

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
    """The lines of a plan at a revision, and who made it so (None: it was read)."""

    revision: int
    plan: "Plan"
    who: str | None


class Redraws:
    """Plans in memory at the revision that the database tells, the last ones that were redrawn."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, tuple[State, ...]] = OrderedDict()
        self._lock = Lock()

    def plan(self, connection: sa.Connection, info: PlanInfo) -> "Plan":
        """The plan as it is at that revision, with what can be undone since it was first asked for here."""
        states = self.states(info.id)
        if states and states[-1].revision == info.revision:
            return states[-1].plan
        plan = frames.select_plan(connection, self._database.dialect, info.id)
        plan = plan.kept_as(info.id) if plan.redrawn else plan
        self.keep(info, plan, None)
        return plan

    def states(self, plan: str) -> tuple[State, ...]:
        """The last states of a plan that are in memory, the newest last."""
        with self._lock:
            return self._kept.get(plan, ())

    def keep(self, info: PlanInfo, plan: "Plan", who: str | None) -> None:
        """Keeps the plan in memory as the one of that revision, unless a state as new is there already and this one was read."""
        with self._lock:
            there = self._kept.get(info.id, ())
            # Who read it may have been overtaken by an edit, and what was read has nothing to undo.
            if who is None and there and there[-1].revision >= info.revision:
                return
            states = [state for state in there if state.revision < info.revision]
            self._kept[info.id] = (*states[-PAST:], State(info.revision, plan, who))
            self._kept.move_to_end(info.id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def carry(self, before: PlanInfo, after: PlanInfo, who: str) -> None:
        """Keeps the plan of one revision as that of the next one, which changed no line of it."""
        states = self.states(before.id)
        if states and states[-1].revision == before.revision:
            self.keep(after, states[-1].plan, who)


def may_be_redrawn(plan: "Plan") -> None:
    """Nothing, where the plan is a branch, whose former zones are known.

    Raises
    ------
    StoreError
        GP433 it is not.
    """
    if not plan.redrawn:
        raise StoreError("GP433", plan=plan.id)
