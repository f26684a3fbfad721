"""The tables that pass between stages and leave the program: columns, types, units, geometry; and their check.

A stage checks what it is given at its border and trusts it inside. The same contracts make the columns of
the store and of the documentation, so a table is described once.
"""

from gridplan.contracts.model import SHOWN, Column, Contract, Kind, conform
from gridplan.contracts.plan import PLAN
from gridplan.contracts.registers import PERSONAL, REGISTERS, STAGES
from gridplan.contracts.town import REPORT, SITE_KINDS, TOWN

__all__ = [
    "PERSONAL",
    "PLAN",
    "REGISTERS",
    "REPORT",
    "SHOWN",
    "SITE_KINDS",
    "STAGES",
    "TOWN",
    "Column",
    "Contract",
    "Kind",
    "conform",
]
