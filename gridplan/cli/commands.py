"""What each command does. Its module is loaded when it is called, so that none waits for what another one needs."""

import argparse
import gc
from collections.abc import Callable, Mapping
from importlib import import_module

from gridplan.cli.console import Screen
from gridplan.settings import Settings

Command = Callable[[argparse.Namespace, Screen, Settings], int]

#: Module of this package and function, by the command.
HOMES: Mapping[str, tuple[str, str]] = {
    "import": ("making", "imported"),
    "import staff": ("people", "imported"),
    "import organisations": ("people", "imported"),
    "import incidents": ("incidents", "imported"),
    "incidents": ("incidents", "incidents"),
    "boundaries": ("boundaries", "boundaries"),
    "simulate": ("making", "simulated"),
    "plan": ("making", "planned"),
    "audit": ("results", "audited"),
    "export": ("results", "exported"),
    "map": ("mapping", "drawn"),
    "atlas": ("atlas", "written"),
    "redraw": ("redrawing", "redrawn"),
    "update": ("redrawing", "updated"),
    "lineage": ("results", "compared"),
    "compare": ("comparing", "compared"),
    "coverage": ("coverage", "covered"),
    "incidents rates": ("rates", "rated"),
    "incidents repeats": ("rates", "repeated"),
    "staffing": ("rates", "staffed"),
    "organisations": ("rates", "linked"),
    "serve": ("serving", "serve"),
    "partition": ("making", "partitioned"),
    "demo": ("demo", "demo"),
    "schemes": ("schemes", "schemes"),
    "doctor": ("doctor", "doctor"),
    "migrate": ("migration", "migrate"),
    "token": ("tokens", "token"),
}


def command_of(name: str) -> Command:
    """The function of a command, which gives its exit code."""
    module, function = HOMES[name]
    # What modules are made of stays, so collecting garbage between them finds none and costs a tenth of the time.
    gc.disable()
    try:
        found: Command = getattr(import_module(f"gridplan.cli.{module}"), function)
    finally:
        gc.enable()
    return found
