"""The states that a plan goes through, which step leads from which to which, and what is said of a step that it cannot take."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.messages import Phrase
from gridplan.store import plans
from gridplan.store.dialects import Dialect
from gridplan.store.plans import PlanInfo


@dataclass(frozen=True)
class Step:
    """A step: the states that a plan may take it from, and the one that it is in afterwards (None: it is gone)."""

    needs: tuple[str, ...]
    gives: str | None


#: An adopted plan may be adopted in further communities; one that was put aside may be adopted once more.
STEPS: Mapping[str, Step] = {
    "submit": Step(("draft",), "submitted"),
    "take_back": Step(("submitted",), "draft"),
    "approve": Step(("submitted",), "approved"),
    "send_back": Step(("submitted", "approved"), "draft"),
    "adopt": Step(("draft", "approved", "adopted", "archived"), "adopted"),
    "archive": Step(("draft", "archived"), "archived"),
    "delete": Step(("draft", "archived"), None),
}


def check_step(info: PlanInfo, step: str) -> None:
    """Nothing, where a plan in its state may take the step.

    Raises
    ------
    StoreError
        GP431 it is adopted, and stays; GP435 its state is another.
    """
    if info.state in STEPS[step].needs:
        return
    if info.state == "adopted" and step in ("archive", "delete"):
        raise StoreError("GP431", plan=info.id)
    raise StoreError("GP435", plan=info.id, step=Phrase(f"plan.step.{step}"), **told_state(info))


def check_draft(info: PlanInfo) -> None:
    """Nothing, where the plan may be edited.

    Raises
    ------
    StoreError
        GP425 it is no draft.
    """
    if info.state != "draft":
        raise StoreError("GP425", plan=info.id, **told_state(info))


def told_state(info: PlanInfo) -> dict[str, Phrase]:
    """The state of a plan in words, and what may be done with it ``then``."""
    return {"state": Phrase(f"plan.state.{info.state}"), "then": Phrase(f"plan.then.{info.state}", {"plan": info.id})}


def put_state(connection: sa.Connection, dialect: Dialect, plan: str, state: str) -> PlanInfo:
    """The plan in that state, at its next revision: what is said of it is another thing now."""
    table = dialect.tables.plans
    changed = sa.update(table).where(table.c.id == plan).values(state=state, revision=table.c.revision + 1)
    connection.execute(changed)
    return plans.select_info(connection, dialect, plan)
