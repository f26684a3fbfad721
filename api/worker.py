"""What runs in the process of a job: a town is loaded, planned, and the plan saved with the job's end."""

import os
import signal
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from gridplan.errors import GridplanError
from gridplan.messages import Phrase
from gridplan.partition import Effort
from gridplan.pipeline import Options, plan_town
from gridplan.plan import Plan, broken_rules
from gridplan.progress import Progress
from gridplan.schemes import load_scheme
from gridplan.store import Job, Store, open_store

#: From which share to which each stage goes; what takes long differs from town to town.
_SHARES = {
    "stage.clean": (0.0, 0.05),
    "stage.cells": (0.05, 0.4),
    "stage.compile": (0.4, 0.45),
    "stage.grids": (0.45, 0.8),
    "stage.search": (0.45, 0.8),
    "stage.units": (0.8, 0.95),
    "stage.compose": (0.95, 0.99),
}


@dataclass(frozen=True)
class Step:
    """How far a job is."""

    share: float
    stage: Phrase


@dataclass(frozen=True)
class Ended:
    """How a job ended: ``error`` is None where it is done; ``trace`` is told of faults of the program alone."""

    error: Phrase | None = None
    trace: str = ""


def work(pipe: Connection, where: str, job: Job, owner: str) -> None:
    """Does the job and tells the server how far it is; ends at once where the server does."""
    # Ctrl-C goes to the server too, which decides what becomes of the job.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_server, args=(pipe,), daemon=True).start()
    try:
        with open_store(where) as store:
            plan, broken = make(store, job.asked, _telling(pipe))
            store.jobs.finish(job.id, owner, plan, {"plan": plan.id, "broken": broken})
        ended = Ended()
    except GridplanError as error:
        ended = Ended(Phrase(error.code, error.facts))
    except Exception:
        ended = Ended(Phrase("GP446"), traceback.format_exc())
    with suppress(OSError):  # the server is gone; the store says how it ended
        pipe.send(ended)


def make(store: Store, asked: Mapping[str, object], progress: Progress) -> tuple[Plan, list[str]]:
    """The plan that was asked for, and the rules that it breaks though every plan must keep them.

    Raises
    ------
    GridplanError
        There is no such town, scheme or former plan; or what ``plan_town`` refuses.
    """
    scheme = load_scheme(str(asked["scheme"]))
    town = store.load_town(str(asked["town"]))
    after, effort, seed = asked.get("after"), asked.get("effort"), asked["seed"]
    assert isinstance(seed, int)
    options = Options(effort=Effort(**effort)) if isinstance(effort, dict) else None
    parent = store.load_plan(str(after)) if after is not None else None
    plan = plan_town(town, scheme=scheme, seed=seed, options=options, parent=parent, progress=progress)
    return plan, broken_rules(plan, scheme)


def _telling(pipe: Connection) -> Progress:
    reached = 0.0
    lock = threading.Lock()  # searches side by side tell of themselves

    def tell(stage: str, done: int, total: int, /) -> None:
        nonlocal reached
        with lock:
            begin, end = _SHARES.get(stage, (reached, reached))
            reached = max(reached, begin + (end - begin) * done / max(total, 1))
            pipe.send(Step(round(reached, 3), Phrase(stage)))

    return tell


def _end_with_server(pipe: Connection) -> None:
    """The server says nothing; that there is an end of the pipe means that it has ended, however."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)
