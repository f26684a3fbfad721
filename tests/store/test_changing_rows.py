"""Pages of rows that another program keeps changing: each is of one state, and its cursors lead on."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from gridplan.plan.model import Plan
from gridplan.store import Cursor, Dataset, ItemPage, ItemQuery, Store, open_store
from gridplan.store.database import Row, Statement, Values
from tests.samples import PLAN_ID
from tests.store.test_layer_index import UNITS, with_units
from tests.store.test_tiles import run

Named = Callable[[Plan, str], Plan]
OTHER = "5a3c0ffee00000ff"
#: Half of the units go to another plan, and come back, with other numbers each time.
AWAY = f"UPDATE units SET plan = '{OTHER}', households = households + 1 WHERE plan = '{PLAN_ID}' AND fid % 2 = 0"
BACK = f"UPDATE units SET plan = '{PLAN_ID}', households = households + 1 WHERE plan = '{OTHER}'"
EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
SORT = (("households", True), ("code", False))


class Meddled:
    """A store in whose rows another program makes a change just before the store's n-th statement."""

    def __init__(self, store: Store, where: str) -> None:
        self._store, self._where = store, where
        self._rows = store.items._database.rows
        self.statements = 0
        self._nth = 0
        self._change = ""
        store.items._database.rows = self._meddle  # type: ignore[method-assign]  # where statements pass

    def page(self, query: ItemQuery, *, change: str, nth: int) -> ItemPage:
        self.statements, self._nth, self._change = 0, nth, change
        return self._store.items.page(query)

    def _meddle(self, statement: Statement, values: Values) -> list[Row]:
        self.statements += 1
        if self.statements == self._nth:
            run(self._where, self._change)
        return self._rows(statement, values)


@pytest.mark.parametrize(
    "query",
    [
        ItemQuery("units", Dataset(PLAN_ID)),
        ItemQuery("units", Dataset(PLAN_ID), box=EVERYWHERE),
        ItemQuery("units", Dataset(PLAN_ID), cursor=Cursor(2**40, before=True)),
        ItemQuery("units", Dataset(PLAN_ID), sort=SORT),
        ItemQuery("units", Dataset(PLAN_ID), sort=SORT, box=EVERYWHERE, properties=("code", "households")),
    ],
    ids=["all", "box", "back", "sorted", "sorted box"],
)
def test_a_page_is_of_one_state(store: Store, where: str, plan: Plan, named: Named, query: ItemQuery) -> None:
    whole = with_units(plan)
    store.save_plan(whole)
    store.save_plan(named(replace(whole, units=whole.units.iloc[:0]), OTHER))
    change, other, nth, counts = AWAY, BACK, 1, set()
    while True:
        before = store.items.page(query)
        with open_store(where) as fresh:
            meddled = Meddled(fresh, where)
            page = meddled.page(query, change=change, nth=nth)
        if meddled.statements < nth:
            break
        after = store.items.page(query)
        assert after.scope.revision > before.scope.revision
        assert page in (before, after), f"changed before statement {nth}"
        assert page.after is None or len(page.after.values) == len(query.sort)
        counts |= {before.matched, after.matched}
        change, other, nth = other, change, nth + 1
    assert counts == {UNITS, UNITS // 2}
    assert nth > 3, "a page takes more than two statements where nothing is in memory"


def test_truncate_is_a_change(emptied_postgis_url: str, plan: Plan) -> None:
    with open_store(emptied_postgis_url) as store:
        store.save_plan(plan)
        before = store.items.page(ItemQuery("units", Dataset(PLAN_ID)))
        services = store.scopes.scope(Dataset(), store.scopes.collection("services")).revision
        with psycopg.connect(emptied_postgis_url) as connection:
            connection.execute("TRUNCATE units")
            connection.execute("TRUNCATE services")
        after = store.items.page(ItemQuery("units", Dataset(PLAN_ID)))
        assert before.matched
        assert (after.matched, after.texts) == (0, [])
        assert after.scope.revision > before.scope.revision
        assert store.scopes.scope(Dataset(), store.scopes.collection("services")).revision > services
