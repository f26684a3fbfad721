"""Every root of the service over every kind of store, with a plan that is adopted and registers that are filled."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from shapely.geometry import Point

from gridplan.settings import Settings
from gridplan.store import Store, open_store
from gridplan.store.tables import GEOMETRY
from tests.api.conformance.api import ROOTS, Api
from tests.api.served import Served, served
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, RURAL, sample_plan, spot

STORES = ("geopackage", "postgis")
Rows = Sequence[dict[str, Any]]  # values of the columns by name

SERVICES: Rows = (
    {"id": "clinic", "name": "东风卫生站", "kind": "clinic", "capacity": 40.0, "at": spot(0, 0)},
    {"id": "école/1?", "name": "École d'été", "kind": "school", "capacity": None, "at": spot(2, 1)},
    {"id": "nowhere", "name": None, "kind": "service_centre", "capacity": 0.5, "at": None},
)
INCIDENTS: Rows = (
    {"id": "i1", "kind": "lamp", "stage": "collected", "reported_at": "2026-03-01T08:30:00Z", "at": spot(0, 1)},
    {"id": "i2", "kind": "noise", "stage": "closed", "reported_at": "2026-03-02T00:00:00Z", "at": spot(1, 1)},
    {"id": "i3", "kind": "lamp", "stage": "rejected", "reported_at": "2026-03-02T23:59:59.5Z", "at": None},
)
STAFF: Rows = ({"id": "s1", "name": "王芳", "post": "grid worker"}, {"id": "s2", "name": "<b>李</b>", "post": "unit leader"})
ORGANISATIONS: Rows = (
    {"id": "o1", "organisation": "p", "name": "第一党支部", "kind": "party_group", "form": "joint", "level": "grid", "zone": "g"},
    {
        "id": "o2",
        "organisation": "w",
        "name": "业委会",
        "kind": "owners_committee",
        "form": None,
        "level": "compound",
        "zone": "c",
    },
)
ROWS = {"services": SERVICES, "incidents": INCIDENTS, "staff": STAFF, "organisations": ORGANISATIONS}


@pytest.fixture(scope="package", params=STORES)
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the sample plan, adopted by its village, and some rows in each register."""
    with ExitStack() as stack:
        where = str(tmp_path_factory.mktemp("conformance") / "plans.gpkg")
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        stock(store)
        yield stack.enter_context(served(store, Settings()))


@pytest.fixture(params=ROOTS)
def api(request: pytest.FixtureRequest, stocked: Served) -> Api:
    """Each root."""
    return Api(stocked.url, ROOTS[request.param], stocked.client)


@pytest.fixture
def whole(stocked: Served) -> Api:
    """The root of the service, which alone has the registers."""
    return Api(stocked.url, "", stocked.client)


def stock(store: Store) -> None:
    """Fills the registers and adopts the plan, as another program would."""
    database, dialect = store._database, store._database.dialect
    with database.writing() as connection:
        for name, rows in ROWS.items():
            table = dialect.tables.registers[name]
            columns = {key: [row[key] for row in rows] for key in rows[0] if key != "at"}
            if "at" in rows[0]:
                shapes: list[Point | None] = [row["at"] for row in rows]
                columns[GEOMETRY] = list(dialect.encode(np.array(shapes, dtype=object)))
            dialect.load(connection, table, columns)
        adopted = {"community": RURAL, "plan": PLAN_ID, "at": "2026-01-01T00:00:00Z", "who": "x"}
        connection.execute(sa.insert(dialect.tables.records["adoptions"]), [adopted])
