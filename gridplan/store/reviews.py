"""Drafts on their way to be adopted: submitted, taken back, approved, sent back. Each step with its line in the edit log."""

from collections.abc import Callable

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.messages import Phrase
from gridplan.store.database import Database
from gridplan.store.edits import Based, locked
from gridplan.store.log import Edit, EditLog, Editor
from gridplan.store.plans import PlanInfo
from gridplan.store.redraws import Redraws
from gridplan.store.stages import STEPS, check_step, put_state

#: The steps that are told of a plan: all but its end.
TOLD = tuple(name for name, step in STEPS.items() if step.gives is not None)


class Reviews:
    """The steps of a plan between draft and adopted; each is one transaction with its line in the log.

    ``based`` are the revisions of the plan that a step may be based on. Who takes a step is compared with who submitted the
    plan where the service knows people apart (:class:`gridplan.store.Editor`).
    """

    def __init__(self, database: Database, log: EditLog, redraws: Redraws) -> None:
        self._database = database
        self._log = log
        self._redraws = redraws

    def submit(self, plan: str, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The draft, handed in: nobody edits it before it was taken back, sent back or adopted.

        Raises
        ------
        StoreError
            GP401 no such plan; GP409 read only; GP424 it is at another revision; GP435 it is no draft; GP436 it has findings
            that are not proved, and no note says why it is submitted all the same.
        """

        def check(connection: sa.Connection) -> None:
            count = self._open_findings(connection, plan)
            if count and not _said(note):
                raise StoreError("GP436", plan=plan, why=Phrase("plan.note.findings", {"count": count}))

        return self._take(plan, "submit", who, based, note, check)

    def take_back(self, plan: str, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The submitted plan as a draft again, taken back by the one who submitted it.

        Raises
        ------
        StoreError
            GP401, GP409, GP424 as :meth:`submit`; GP435 it is not submitted; GP438 somebody else submitted it.
        """

        def check(connection: sa.Connection) -> None:
            by = self._submitted_by(connection, plan)
            if who.known and by != who.name:
                raise StoreError("GP438", plan=plan, by=by or "-")

        return self._take(plan, "take_back", who, based, note, check)

    def approve(self, plan: str, who: Editor, *, based: Based = None, note: str | None = None) -> PlanInfo:
        """The submitted plan, approved by somebody else than the one who submitted it.

        Raises
        ------
        StoreError
            GP401, GP409, GP424 as :meth:`submit`; GP435 it is not submitted; GP437 the same person submitted it.
        """

        def check(connection: sa.Connection) -> None:
            if who.known and self._submitted_by(connection, plan) == who.name:
                raise StoreError("GP437", plan=plan, who=who.name)

        return self._take(plan, "approve", who, based, note, check)

    def send_back(self, plan: str, who: Editor, *, note: str, based: Based = None) -> PlanInfo:
        """The submitted or approved plan as a draft again; ``note`` says what is to be changed.

        Raises
        ------
        StoreError
            GP401, GP409, GP424 as :meth:`submit`; GP435 it is neither; GP436 the note is empty.
        """

        def check(_: sa.Connection) -> None:
            if not _said(note):
                raise StoreError("GP436", plan=plan, why=Phrase("plan.note.send_back"))

        return self._take(plan, "send_back", who, based, note, check)

    def steps(self, plan: str, *, limit: int = 20) -> list[Edit]:
        """The last steps that the plan took, the newest first."""
        return self._log.history(plan, limit=limit, operations=TOLD)

    def may(self, info: PlanInfo, who: Editor, *, approval: bool) -> list[str]:
        """The steps that somebody may take with a plan as it is now; ``approval`` as for :meth:`Adoptions.adopt`."""
        found = [name for name in TOLD if info.state in STEPS[name].needs and info.state != STEPS[name].gives]
        if info.state == "submitted" and who.known:
            with self._database.reading() as connection:
                own = self._submitted_by(connection, info.id) == who.name
            found.remove("approve" if own else "take_back")
        if approval and info.state != "approved":
            found = [name for name in found if name != "adopt"]
        return found

    def _open_findings(self, connection: sa.Connection, plan: str) -> int:
        """How many findings of a plan are not proved."""
        table = self._database.dialect.tables.plan["findings"]
        count = sa.select(sa.func.count()).where(table.c.plan == plan, table.c.proof.is_(sa.false()))
        return int(connection.scalar(count) or 0)

    def _submitted_by(self, connection: sa.Connection, plan: str) -> str | None:
        """Who submitted the plan last."""
        edits = self._database.dialect.tables.records["edits"]
        last = sa.select(edits.c.who).where(edits.c.scope == plan, edits.c.operation == "submit").order_by(edits.c.fid.desc())
        found: str | None = connection.scalar(last.limit(1))
        return found

    def _take(
        self, plan: str, step: str, who: Editor, based: Based, note: str | None, check: Callable[[sa.Connection], None]
    ) -> PlanInfo:
        """The plan after a step, unless ``check`` or its state forbid it."""
        state = STEPS[step].gives
        assert state is not None
        with self._database.writing() as connection:
            info = locked(self._database, connection, plan, based)
            check_step(info, step)
            check(connection)
            made = put_state(connection, self._database.dialect, plan, state)
            before, after = {"state": info.state}, {"state": state}
            self._log.write(connection, who, plan, step, revision=made.revision, before=before, after=after, note=note)
        # Only what was committed is kept.
        self._redraws.carry(info, made, who.name)
        return made


def _said(note: str | None) -> bool:
    return note is not None and bool(note.strip())
