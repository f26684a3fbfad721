"""People where a rule counts them and the town does not say how many live in a building."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.atoms import Atoms
from gridplan.report import Report

HOUSEHOLD_PEOPLE = 2.62
"""People a household in China (census of 2020), where a community has no count at all."""


def with_people(atoms: Atoms) -> Atoms:
    """The atoms with people in every cell: where they are not known, the mean of the known ones of the community a household.

    What was filled in is in the report, by cell.
    """
    cells = atoms.cells
    people = cells["population"].astype("Int64")
    unknown = people.isna().to_numpy(dtype=bool)
    if not unknown.any():
        return atoms
    known = cells[~unknown].assign(population=people[~unknown].astype("int64"))
    sums = known.groupby("community")[["households", "population"]].sum()
    mean = (
        (sums["population"] / sums["households"].where(sums["households"] > 0))
        .reindex(cells["community"])
        .fillna(HOUSEHOLD_PEOPLE)
    )
    filled = np.rint(cells["households"].to_numpy(np.float64) * mean.to_numpy(np.float64)).astype(np.int64)
    whole = people.where(~unknown, pd.Series(filled, index=cells.index, dtype="Int64"))
    guessed = unknown & (cells["households"] > 0).to_numpy()
    details = [f"population={count}" for count in filled[guessed]]
    report = Report.of("divide", "report.population_estimated", cells["id"][guessed], details)
    return replace(atoms, cells=cells.assign(population=whole), report=atoms.report + report)
