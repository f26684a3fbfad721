"""Which edits of a draft can be undone and redone, as the edit log tells, whoever served it then."""

from collections.abc import Iterable
from dataclasses import dataclass

from gridplan.errors import StoreError
from gridplan.messages import Phrase
from gridplan.plan.by import By
from gridplan.store.log import FORMER, Edit
from gridplan.store.stages import STEPS


@dataclass(frozen=True)
class Undoable:
    """Numbers of lines of the log: those that undoing and redoing put back, the next one last."""

    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()

    @property
    def counts(self) -> tuple[int, int]:
        """How many there are of each."""
        return len(self.undo), len(self.redo)

    def then(self, operation: str, number: int) -> "Undoable":
        """What can be undone after this operation was done, told in the line of that number."""
        if operation == "undo":
            return Undoable(self.undo[:-1], (*self.redo, number))
        if operation == "redo":
            return Undoable((*self.undo, number), self.redo[:-1])
        return Undoable((*self.undo, number))

    def next(self, operation: str) -> int | None:
        """The line that undoing or redoing puts back."""
        lines = self.undo if operation == "undo" else self.redo
        return lines[-1] if lines else None


def undoable(lines: Iterable[Edit], revision: int) -> Undoable:
    """What can be undone and redone of a draft at this revision.

    Nothing behind what was changed otherwise: by names alone, or by another program, which tells the log nothing.

    Parameters
    ----------
    lines : of the draft, the oldest first.
    """
    found, last = Undoable(), 0
    for line in lines:
        redrawn = line.before is not None and FORMER in line.before
        if redrawn and line.before is not None:
            found = (found if line.before["revision"] == last else Undoable()).then(line.operation, line.number)
        elif line.operation not in STEPS:
            found = Undoable()
        last = line.revision
    return found if last == revision else Undoable()


def own(edit: Edit | None, step: str, plan: str, by: By) -> Edit:
    """The edit, where what is to be undone or redone is one's own.

    Raises
    ------
    StoreError
        GP434 it is somebody else's, or there is nothing.
    """
    if edit is None or edit.who != by.who:
        why = Phrase("redraw.undo.none") if edit is None else Phrase("redraw.undo.other", {"who": edit.who, "at": edit.at})
        raise StoreError("GP434", what=Phrase(f"redraw.step.{step}"), plan=plan, why=why)
    return edit
