"""An edit writes what it changed alone; the rows of the store are those of the whole plan all the same, after any edit."""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from gridplan.errors import RuleError
from gridplan.plan.model import Plan
from gridplan.store import Editor, Store
from tests.places import demo_plan, village_plan
from tests.plan.redraw.test_sequences import ORDERS
from tests.store.test_redraws import same

LI = Editor("token:li", "planner")


PLACES: dict[str, Callable[[], Plan]] = {"kamppi": demo_plan, "yuehu": village_plan}


def whole(store: Store, plan: str, named: Callable[[Plan, str], Plan]) -> None:
    """The rows of a draft are those of the same plan saved whole, but for their numbers, which are all different."""
    store.save_plan(named(store.load_plan(plan), "whole"))
    database = store.edits._database
    with database.reading() as connection:
        for layer, table in database.dialect.tables.plan.items():
            names = [column for column in table.c if column.name not in ("fid", "plan", "item", "revision")]
            mine, theirs = (
                sorted(map(repr, connection.execute(sa.select(*names).where(table.c.plan == name)))) for name in (plan, "whole")
            )
            if layer not in ("meta", "voided"):
                assert mine == theirs, layer
            if "item" in table.c:
                items = connection.scalars(sa.select(table.c.item).where(table.c.plan == plan)).all()
                assert len(set(items)) == len(items), layer
    store.delete_plan("whole")


@pytest.mark.parametrize(("place", "seed"), [("kamppi", 1), ("yuehu", 2)])
def test_what_is_stored_is_the_whole_plan_after_every_edit(
    store: Store, place: str, seed: int, named: Callable[[Plan, str], Plan]
) -> None:
    parent = PLACES[place]()
    store.save_plan(parent)
    info = store.edits.branch(parent.id, LI)
    rng = random.Random(seed)
    now = store.edits.lines(info.id)[1]
    done = 0
    for step in rng.sample(sorted(ORDERS), 12):
        order = ORDERS[step](now, rng.randrange)
        try:
            now = store.edits.redraw(info.id, [order], LI).after
        except RuleError:
            continue
        same(store.load_plan(info.id), now)
        done += 1
    assert done > 5
    whole(store, info.id, named)
