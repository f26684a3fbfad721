"""What holds for incidents that are written row by row, beside the contract of every register."""

from dataclasses import replace

import shapely
import sqlalchemy as sa

from gridplan.analysis.incidents.casework import faults_of_change
from gridplan.analysis.incidents.measures import PLAUSIBLE
from gridplan.contracts import TAKEN_ENDS, TAKEN_IDS
from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.checked_rows import Json, Row
from gridplan.store.dialects import Dialect


def check_case(register: str, before: Json | None, row: Row) -> None:
    """Nothing, where an incident that is written as a whole is as its steps could have made it; GP583 where it is not."""
    if register != "incidents":
        return
    faults = faults_of_change(before, row.values)
    if before is None:
        faults = [*faults, *_faults_of_new(row)]
    if faults:
        raise RequestError("GP583", collection=register, count=len(faults), faults=tuple(faults))


def _faults_of_new(row: Row) -> list[Phrase]:
    """What is wrong with a new incident: an id that an address of the service has, a place at 0, 0, a time long ago."""
    found = []
    if row.id is not None and (row.id in TAKEN_IDS or row.id.endswith(TAKEN_ENDS)):
        found.append(_fault("id", "row.fault.id_taken", value=row.id[:80]))
    if row.shape is not None and (row.shape.x, row.shape.y) == (0, 0):
        found.append(_fault("geometry", "row.fault.nowhere"))
    reported = str(row.values["reported_at"])
    if reported < PLAUSIBLE[0]:
        found.append(_fault("properties.reported_at", "row.fault.long_ago", value=reported, first=PLAUSIBLE[0][:10]))
    return found


def _fault(where: str, key: str, **facts: str) -> Phrase:
    return Phrase("row.fault", {"where": where, "what": Phrase(key, facts)})


def in_its_grid(connection: sa.Connection, dialect: Dialect, row: Row) -> Row:
    """The incident with the grid that was in force where and when it was reported, unless it names one itself."""
    if row.shape is None or row.values["grid"] is not None:
        return row
    tables = dialect.tables
    made, grids = tables.records["adoptions"], tables.plan["grids"]
    last = sa.select(sa.func.max(made.c.fid)).where(made.c.at <= row.values["reported_at"]).group_by(made.c.community)
    here = dialect.relates(grids, "intersects", shapely.to_wkb(row.shape), decides=True)
    held = sa.and_(made.c.plan == grids.c.plan, made.c.community == grids.c.community, made.c.fid.in_(last))
    query = sa.select(grids.c.code).join(made, held).where(here).order_by(dialect.by_code_point(grids.c.code)).limit(1)
    return replace(row, values={**row.values, "grid": connection.scalar(query)})
