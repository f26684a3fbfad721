"""The engine: connected zones in range from a graph of atoms, with proofs where none exist."""

from gridplan.partition.measures import TERMS
from gridplan.partition.model import Effort, Objective, Partition, People, Rule, Units, Verdict
from gridplan.partition.nested import partition_units, units_of_cells
from gridplan.partition.repair import Repair, repair
from gridplan.partition.solve import partition

__all__ = [
    "TERMS",
    "Effort",
    "Objective",
    "Partition",
    "People",
    "Repair",
    "Rule",
    "Units",
    "Verdict",
    "partition",
    "partition_units",
    "repair",
    "units_of_cells",
]
