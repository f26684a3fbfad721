"""What is known of plans and towns, in an open connection: list, find, delete. Their tables: ``gridplan.store.frames``."""

import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gridplan.store.dialects import Dialect
from gridplan.store.tables import findable

if TYPE_CHECKING:
    from gridplan.plan import Plan


@dataclass(frozen=True)
class PlanInfo:
    """What a list of plans says of each: ``scheme`` is its name, ``parent`` the plan it was redrawn from or empty."""

    id: str
    name: str
    scheme: str
    seed: int
    parent: str
    grids: int
    units: int
    households: int
    state: str = "draft"
    revision: int = 1

    @classmethod
    def of(cls, plan: "Plan") -> "PlanInfo":
        """The facts of a plan, from its ``meta`` and its tables."""
        return cls(
            id=plan.id,
            name=plan.fact("name"),
            scheme=_scheme_name(plan.fact("scheme")),
            seed=int(plan.fact("seed")),
            parent=plan.fact("parent"),
            grids=len(plan.grids),
            units=len(plan.units),
            households=int(plan.grids["households"].sum()),
        )


def _scheme_name(text: str) -> str:
    """The name in the scheme's TOML; ``meta`` holds the whole text."""
    try:
        return str(tomllib.loads(text).get("name", ""))
    except tomllib.TOMLDecodeError:
        return text


def select_plans(connection: sa.Connection, dialect: Dialect) -> list[PlanInfo]:
    """All plans, ordered by when they were saved."""
    plans = dialect.tables.plans
    columns = [plans.c[field.name] for field in fields(PlanInfo)]
    return [PlanInfo(*row) for row in connection.execute(sa.select(*columns).order_by(plans.c.fid))]


def select_page(connection: sa.Connection, dialect: Dialect, limit: int, after: int) -> tuple[list[PlanInfo], int | None]:
    """Plans after a row number, in the order they were saved; and the number to go on after, where there are more."""
    plans = dialect.tables.plans
    columns = [plans.c[field.name] for field in fields(PlanInfo)]
    query = sa.select(plans.c.fid, *columns).where(plans.c.fid > after).order_by(plans.c.fid).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = rows[:limit]
    return [PlanInfo(*row[1:]) for row in shown], shown[-1][0] if len(rows) > limit else None


def find_info(connection: sa.Connection, dialect: Dialect, plan_id: str, *, lock: bool = False) -> PlanInfo | None:
    """What is known of a plan, if it is there; with ``lock`` nobody else can change it until the transaction ends."""
    plans = dialect.tables.plans
    query = sa.select(*(plans.c[field.name] for field in fields(PlanInfo))).where(plans.c.id == plan_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none() if findable(plan_id) else None
    return None if row is None else PlanInfo(*row)


def select_info(connection: sa.Connection, dialect: Dialect, plan_id: str) -> PlanInfo:
    """What is known of a plan that is there."""
    info = find_info(connection, dialect, plan_id)
    assert info is not None
    return info


def has_plan(connection: sa.Connection, dialect: Dialect, plan_id: str) -> bool:
    """Whether a plan of that id is there."""
    plans = dialect.tables.plans
    return connection.scalar(sa.select(plans.c.fid).where(plans.c.id == plan_id)) is not None


def delete_plan(connection: sa.Connection, dialect: Dialect, plan_id: str) -> bool:
    """Deletes the plan with all its rows; whether it was there."""
    plans = dialect.tables.plans
    return connection.execute(sa.delete(plans).where(plans.c.id == plan_id)).rowcount > 0


def select_towns(connection: sa.Connection, dialect: Dialect) -> list[str]:
    """The names of the towns, ordered by when they were saved."""
    towns = dialect.tables.towns
    if not dialect.has(connection, towns):
        return []
    return [str(name) for name in connection.scalars(sa.select(towns.c.name).order_by(towns.c.fid))]


def delete_town(connection: sa.Connection, dialect: Dialect, name: str) -> None:
    """Deletes the town with all its rows."""
    towns = dialect.tables.towns
    connection.execute(sa.delete(towns).where(towns.c.name == name))
