"""A plan copied within the database, row by row as it stands there, under another id."""

import sqlalchemy as sa

from gridplan.store.dialects import Dialect
from gridplan.store.plans import PlanInfo

#: The layers whose rows are not those of the parent: what became of its codes is that all were kept, and nothing was edited.
_OWN = ("lineage", "history")


def copy_plan(connection: sa.Connection, dialect: Dialect, info: PlanInfo, made: str, name: str) -> None:
    """Copies the plan ``info`` as the draft ``made``, whose lineage says that every zone was kept."""
    tables = dialect.tables
    row = {**vars(info), "id": made, "name": name, "parent": info.id, "state": "draft", "revision": 1}
    connection.execute(sa.insert(tables.plans), row)
    for layer, table in tables.plan.items():
        if layer not in _OWN:
            _copy_rows(connection, table, info.id, made)
    _keep_all(connection, dialect, made)
    _begin(connection, dialect, made)
    meta = tables.plan["meta"]
    for key, value in (("plan", made), ("parent", info.id), ("name", name)):
        connection.execute(sa.update(meta).where(meta.c.plan == made, meta.c.key == key).values(value=value))
    # Each copy was a change to the triggers; a plan begins with its first revision all the same.
    connection.execute(sa.update(tables.plans).where(tables.plans.c.id == made).values(revision=1))


def _begin(connection: sa.Connection, dialect: Dialect, made: str) -> None:
    """Lines of a copy are redrawn from those of its parent: each zone is its own former one."""
    tables = dialect.tables.plan
    for layer, zone in (("atoms", "grid"), ("pieces", "unit"), ("sections", "unit")):
        table = tables[layer]
        values = {"former": table.c[zone]}
        if layer == "sections":
            values["households_before"] = table.c.households
        connection.execute(sa.update(table).where(table.c.plan == made).values(values))


def _copy_rows(connection: sa.Connection, table: sa.Table, old: str, made: str) -> None:
    names = [column.name for column in table.c if column.name not in ("fid", "plan")]
    # Plain columns, so that shapes are copied as they are and not turned into another form and back.
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in names]
    rows = sa.select(sa.literal(made, sa.Text()), *columns).select_from(table).where(table.c.plan == old).order_by(table.c.fid)
    connection.execute(sa.insert(table).from_select(["plan", *names], rows))


def _keep_all(connection: sa.Connection, dialect: Dialect, made: str) -> None:
    """The lineage of a copy: every grid and unit, kept, ordered by level and code."""
    table = dialect.tables.plan["lineage"]
    kept = sa.union_all(
        *(
            sa.select(
                sa.literal(level, sa.Text()).label("level"), zones.c.fid, zones.c.code, zones.c.community, zones.c.households
            ).where(zones.c.plan == made)
            for level, zones in (("grid", dialect.tables.plan["grids"]), ("unit", dialect.tables.plan["units"]))
        )
    ).subquery()
    number = sa.func.row_number().over(order_by=(kept.c.level, kept.c.fid))
    rows = sa.select(
        sa.literal(made, sa.Text()),
        kept.c.community,
        number,
        kept.c.level,
        kept.c.code,
        kept.c.code.label("same"),
        sa.literal("kept", sa.Text()),
        kept.c.households,
        kept.c.households.label("before"),
    ).order_by(kept.c.level, kept.c.fid)
    names = ["plan", "community", "item", "level", "old", "new", "change", "households", "households_before"]
    connection.execute(sa.insert(table).from_select(names, rows))
