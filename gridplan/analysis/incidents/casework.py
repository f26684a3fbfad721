"""The way of an incident: 采集 受理 派遣 处置反馈 核查结案, handed up (吹哨报到), sent back (退回重办), rejected, taken up again.

Pure rules, no clock: whoever takes a step says when. What a step empties (the time of a handling that was sent back) stays in
the edit log of the store.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from gridplan.analysis.incidents.limits import Limits
from gridplan.contracts import HANDLERS
from gridplan.errors import InputError
from gridplan.messages import Phrase

_ZONED = re.compile(r"T.*(Z|[+-]\d\d:?\d\d)$", re.ASCII)
#: Values of an incident by column of the register.
Case = Mapping[str, object]


@dataclass(frozen=True)
class Move:
    """What a step does.

    Attributes
    ----------
    stages : where it may be taken, and the stage that it leads to from there.
    sets : the column that keeps when it was taken.
    takes : what may be said with it.
    """

    stages: Mapping[str, str]
    sets: str | None = None
    takes: tuple[str, ...] = ()


#: The steps in the order of the usual way, then those beside it.
MOVES: Mapping[str, Move] = {
    "accept": Move({"collected": "accepted"}, "accepted_at", takes=("handler",)),
    "dispatch": Move({"accepted": "dispatched"}, "dispatched_at", takes=("handler",)),
    "handle": Move({"dispatched": "handled"}, "handled_at", takes=("outcome",)),
    "close": Move({"handled": "closed"}, "closed_at", takes=("outcome", "satisfaction")),
    "reject": Move({"collected": "rejected", "accepted": "rejected"}, "rejected_at", takes=("outcome",)),
    "escalate": Move({"accepted": "accepted", "dispatched": "dispatched"}, "escalated_at", takes=("handler",)),
    "send_back": Move({"handled": "dispatched"}),
    "reopen": Move({"closed": "dispatched", "rejected": "collected"}),
}
#: The time of each step of the way, and the stages that have got as far.
REACHED: Mapping[str, tuple[str, ...]] = {
    "accepted_at": ("accepted", "dispatched", "handled", "closed", "rejected"),
    "dispatched_at": ("dispatched", "handled", "closed"),
    "handled_at": ("handled", "closed"),
    "closed_at": ("closed",),
    "rejected_at": ("rejected",),
}
_WAY = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "closed_at")
_SINCE_REPORT = ("rejected_at", "escalated_at", "due_at")
#: The columns that the rules of steps are about.
_OF_STEPS = ("stage", "handler", *_WAY, *_SINCE_REPORT)
#: Stages after which nobody waits for anything.
ENDED = ("closed", "rejected")


@dataclass(frozen=True)
class Step:
    """A step that somebody takes.

    Attributes
    ----------
    name : one of ``MOVES``.
    at : when, ISO 8601 with its zone.
    handler : who is to handle it: with ``accept`` and ``dispatch``, not above who handles it now; with ``escalate`` whom it is
        handed up to, the next one without.
    outcome, satisfaction : with the steps that take them.
    """

    name: str
    at: str
    handler: str | None = None
    outcome: str | None = None
    satisfaction: int | None = None


def taken(case: Case, step: Step, limits: Limits) -> dict[str, object]:
    """The columns that the step changes, with their new values.

    Parameters
    ----------
    case : ``kind``, ``stage``, ``handler`` and the times, as the register has them; None or missing for what is empty.
    limits : give ``due_at`` when it is accepted.

    Raises
    ------
    InputError
        GP173 no such step; GP174 it cannot be taken at this stage; GP175 it lies before an earlier one; GP176 what is said
        with it does not belong to it, or the handler is not one that it can go to.

    Examples
    --------
    >>> from gridplan.analysis.incidents.limits import DEFAULT
    >>> case = {"kind": "噪声", "stage": "collected", "reported_at": "2026-03-01T08:30:00Z"}
    >>> taken(case, Step("accept", "2026-03-01T17:00:00+08:00"), DEFAULT)["due_at"]
    '2026-03-06T09:00:00Z'
    """
    move = MOVES.get(step.name)
    if move is None:
        raise InputError("GP173", step=step.name[:80], known=", ".join(MOVES))
    stage = str(case["stage"])
    if stage not in move.stages:
        raise InputError("GP174", step=step.name, stage=stage, known=", ".join(possible_steps(stage)))
    at = moment(step.at)
    latest, column = max((moment(str(case[name])), name) for name in _times(case))
    if at < latest:
        raise InputError("GP175", step=step.name, at=told(at), before=told(latest), column=column)
    after = move.stages[stage]
    changed: dict[str, object] = {} if after == stage else {"stage": after}
    changed |= {name: None for name, stages in REACHED.items() if after not in stages and case.get(name) is not None}
    if after == "collected":
        changed["due_at"] = None
    if step.name == "reopen" and case.get("satisfaction") is not None:
        changed["satisfaction"] = None  # the answer was to a closing that no longer holds; the log keeps it
    if move.sets is not None and (move.sets != "escalated_at" or case.get("escalated_at") is None):
        changed[move.sets] = told(at)
    for name in ("handler", "outcome", "satisfaction"):
        said = getattr(step, name)
        if said is not None and name not in move.takes:
            raise InputError("GP176", step=step.name, name=name, value=str(said)[:80], known="-")
    if "handler" in move.takes:
        changed["handler"] = _handler(case, step)
    changed |= {name: getattr(step, name) for name in ("outcome", "satisfaction") if getattr(step, name) is not None}
    if step.name == "accept":
        changed["due_at"] = told(at + timedelta(hours=limits.of(str(case.get("kind"))).whole_h))
    return changed


def possible_steps(stage: str) -> list[str]:
    """The steps that can be taken at a stage.

    Examples
    --------
    >>> possible_steps("handled")
    ['close', 'send_back']
    """
    return [name for name, move in MOVES.items() if stage in move.stages]


def faults_of_change(before: Case | None, after: Case) -> list[Phrase]:
    """What is wrong with a row that is written as a whole, without steps: none where the steps could have led to it.

    A new row may be at any stage; its times are in order, and none is beyond the stage. A row that is changed goes on to a stage
    that one step leads to, and then says when.
    """
    if before is not None and all(before.get(name) == after.get(name) for name in _OF_STEPS):
        return []
    stage = str(after["stage"])
    faults = []
    if before is not None and before.get("stage") != stage:
        known = sorted({move.stages[str(before["stage"])] for move in MOVES.values() if before["stage"] in move.stages})
        if stage not in known:
            faults.append(_fault("stage", "case.fault.stage", stage=stage, before=str(before["stage"]), known=", ".join(known)))
        elif f"{stage}_at" in REACHED and after.get(f"{stage}_at") is None:
            faults.append(_fault(f"{stage}_at", "case.fault.when", stage=stage))
    for name, stages in REACHED.items():
        if after.get(name) is not None and stage not in stages:
            faults.append(_fault(name, "case.fault.beyond", stage=stage))
    latest = "reported_at"
    for name in (*_WAY[1:], *_SINCE_REPORT):
        bound = latest if name in _WAY else "reported_at"
        if after.get(name) is None:
            continue
        if moment(str(after[name])) < moment(str(after[bound])):
            faults.append(_fault(name, "case.fault.order", value=str(after[name]), column=bound, bound=str(after[bound])))
        elif name in _WAY:
            latest = name
    return faults


def moment(text: str) -> datetime:
    """The time that a text of the contracts says.

    Raises
    ------
    InputError
        GP118 it is none, or names no zone.
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _ZONED.search(text) else _no_moment(text)
    except (ValueError, OverflowError):
        return _no_moment(text)


def _no_moment(text: str) -> NoReturn:
    raise InputError("GP118", name="at", value=text[:80], expected="2026-03-01T08:30:00Z")


def told(at: datetime) -> str:
    """The time as the contracts have it, to the second."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _times(case: Case) -> list[str]:
    """The columns of the steps that were taken."""
    return [name for name in (*_WAY, "rejected_at", "escalated_at") if case.get(name) is not None]


def _handler(case: Case, step: Step) -> str:
    """Who handles it after the step."""
    now = str(case.get("handler") or HANDLERS[0])
    first = case.get("handler") is None and step.name == "accept"
    wanted = step.handler
    if wanted is not None and wanted not in HANDLERS:
        raise InputError("GP176", step=step.name, name="handler", value=wanted[:80], known=", ".join(HANDLERS))
    above = HANDLERS[HANDLERS.index(now) + 1 :]
    if step.name == "escalate":
        if not above or (wanted is not None and wanted not in above):
            raise InputError("GP176", step=step.name, name="handler", value=wanted or now, known=", ".join(above) or "-")
        return wanted or above[0]
    if wanted in above and not first:
        below = HANDLERS[: HANDLERS.index(now) + 1]
        raise InputError("GP176", step=step.name, name="handler", value=str(wanted), known=", ".join(below))
    return wanted or now


def _fault(where: str, key: str, **facts: str) -> Phrase:
    return Phrase("row.fault", {"where": f"properties.{where}", "what": Phrase(key, facts)})
