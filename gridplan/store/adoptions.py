"""Which plan holds in which community: adopting, archiving, and what is adopted now."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import plans
from gridplan.store.database import Database
from gridplan.store.edits import Based, locked
from gridplan.store.log import EditLog, Editor, now
from gridplan.store.plans import PlanInfo
from gridplan.store.redraws import Redraws
from gridplan.store.stages import check_step, put_state, told_state


@dataclass(frozen=True)
class Adopted:
    """The plan that holds in a community, since when, and by whom it was adopted."""

    community: str
    name: str
    plan: str
    at: str
    who: str
    note: str | None


class Adoptions:
    """The adoptions of a database; each change is one transaction with its lines in the edit log."""

    def __init__(self, database: Database, log: EditLog, redraws: Redraws) -> None:
        self._database = database
        self._dialect = database.dialect
        self._log = log
        self._redraws = redraws

    def adopt(
        self,
        plan: str,
        communities: Sequence[str] | None,
        who: Editor,
        *,
        based: Based = None,
        note: str | None = None,
        approval: bool = False,
    ) -> PlanInfo:
        """The plan, which now holds in those of its communities (None: in all); plans that hold nowhere any more are archived.

        Parameters
        ----------
        approval : whether only an approved plan may be adopted, or one that was adopted before.

        Raises
        ------
        StoreError
            GP401 no such plan; GP409 read only; GP424 it is at another revision; GP430 communities that it does not have; GP435
            it is submitted, and not approved yet; GP439 ``approval`` is asked for, and it has none.
        """
        with self._database.writing() as connection:
            # Every plan, in one order, since adopting one may archive others.
            table = self._dialect.tables.plans
            connection.execute(sa.select(table.c.fid).order_by(table.c.fid).with_for_update()).all()
            info = locked(self._database, connection, plan, based)
            check_step(info, "adopt")
            if approval and info.state != "approved" and not self._held(connection, plan):
                raise StoreError("GP439", plan=plan, **told_state(info))
            asked = self._asked(connection, plan, communities)
            before = self._holding(connection)
            fresh = [code for code in asked if before.get(code) != plan]
            if not fresh:
                return info
            at = now()
            rows = [{"community": code, "plan": plan, "at": at, "who": who.name, "note": note} for code in fresh]
            connection.execute(sa.insert(self._dialect.tables.records["adoptions"]), rows)
            adopted = put_state(connection, self._dialect, plan, "adopted")
            replaced = {code: before.get(code) for code in fresh}
            self._log.write(
                connection,
                who,
                plan,
                "adopt",
                revision=adopted.revision,
                before={"state": info.state, "plans": replaced},
                after={"state": "adopted", "plans": dict.fromkeys(fresh, plan)},
                note=note,
            )
            self._archive_unused(connection, who)
        # Only what was committed is kept.
        self._redraws.carry(info, adopted, who.name)
        return adopted

    def archive(self, plan: str, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The draft, put aside; one that is archived stays so.

        Raises
        ------
        StoreError
            GP401, GP409, GP424 as :meth:`adopt`; GP431 it is adopted; GP435 it is submitted or approved.
        """
        with self._database.writing() as connection:
            info = locked(self._database, connection, plan, based)
            check_step(info, "archive")
            return info if info.state == "archived" else self._archived(connection, info, who, note)

    def all(self) -> list[Adopted]:
        """The communities where a plan is adopted, by their codes."""
        tables = self._dialect.tables
        made, communities = tables.records["adoptions"], tables.plan["communities"]
        query = (
            sa.select(made.c.community, communities.c.name, made.c.plan, made.c.at, made.c.who, made.c.note)
            .join(communities, sa.and_(communities.c.plan == made.c.plan, communities.c.code == made.c.community))
            .where(made.c.fid.in_(self._last()))
            .order_by(self._dialect.by_code_point(made.c.community))
        )
        with self._database.reading() as connection:
            return [Adopted(*row) for row in connection.execute(query)]

    def _last(self) -> sa.Select[tuple[int]]:
        """The number of the last adoption of each community."""
        made = self._dialect.tables.records["adoptions"]
        return sa.select(sa.func.max(made.c.fid)).group_by(made.c.community)

    def _held(self, connection: sa.Connection, plan: str) -> bool:
        """Whether the plan holds somewhere, or did."""
        made = self._dialect.tables.records["adoptions"]
        return connection.scalar(sa.select(made.c.fid).where(made.c.plan == plan).limit(1)) is not None

    def _holding(self, connection: sa.Connection) -> dict[str, str]:
        """Community to the plan that holds there."""
        made = self._dialect.tables.records["adoptions"]
        rows = connection.execute(sa.select(made.c.community, made.c.plan).where(made.c.fid.in_(self._last())))
        return {str(community): str(plan) for community, plan in rows}

    def _asked(self, connection: sa.Connection, plan: str, communities: Sequence[str] | None) -> list[str]:
        table = self._dialect.tables.plan["communities"]
        known = [
            str(code) for code in connection.scalars(sa.select(table.c.code).where(table.c.plan == plan).order_by(table.c.fid))
        ]
        if communities is None:
            return known
        strange = [code for code in communities if code not in known]
        if strange or not communities:
            listed = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
            raise StoreError("GP430", plan=plan, codes=", ".join(code[:80] for code in strange[:5]) or "-", known=listed or "-")
        return [code for code in known if code in communities]

    def _archive_unused(self, connection: sa.Connection, who: Editor) -> None:
        """Archives the adopted plans that hold nowhere any more."""
        holding = set(self._holding(connection).values())
        for info in plans.select_plans(connection, self._dialect):
            if info.state == "adopted" and info.id not in holding:
                self._archived(connection, info, who, None)

    def _archived(self, connection: sa.Connection, info: PlanInfo, who: Editor, note: str | None) -> PlanInfo:
        archived = put_state(connection, self._dialect, info.id, "archived")
        before, after = {"state": info.state}, {"state": "archived"}
        self._log.write(connection, who, info.id, "archive", revision=archived.revision, before=before, after=after, note=note)
        return archived
