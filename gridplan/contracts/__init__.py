"""The tables that pass between stages and leave the program: columns, types, units, geometry; and their check.

A stage checks what it is given at its border and trusts it inside. The same contracts make the columns of
the store and of the documentation, so a table is described once.
"""

from typing import TYPE_CHECKING

from gridplan.contracts.measured import MEASURED
from gridplan.contracts.model import SHOWN, Column, Contract, Kind
from gridplan.contracts.plan import OFFERED, PLAN
from gridplan.contracts.registers import HANDLERS, ORGANISATIONS, PERSONAL, REGISTERS, STAGES, TAKEN_ENDS, TAKEN_IDS
from gridplan.contracts.town import REPORT, SITE_KINDS, TOWN
from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.contracts.conforming import conform as conform

__all__ = [
    "HANDLERS",
    "MEASURED",
    "OFFERED",
    "ORGANISATIONS",
    "PERSONAL",
    "PLAN",
    "REGISTERS",
    "REPORT",
    "SHOWN",
    "SITE_KINDS",
    "STAGES",
    "TAKEN_ENDS",
    "TAKEN_IDS",
    "TOWN",
    "Column",
    "Contract",
    "Kind",
    "conform",
]

# What a table is like is asked by programs that have none; the check alone needs pandas.
__getattr__ = lazy_names(__name__, {"conform": "gridplan.contracts.conforming"})
