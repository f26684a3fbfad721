"""By what else atoms are found than by their own id: buildings that share their land, addresses, compounds and sites by name."""

import pandas as pd

from gridplan.editor.rows import Row
from gridplan.plan import Plan
from gridplan.sources.town import Town


def places(plan: Plan, town: Town | None = None) -> Row:
    """Words, and the row of the atom that each leads to; of several atoms the first.

    Parameters
    ----------
    town : the town that was planned; a plan holds no addresses and no names of compounds.
    """
    row = pd.Series(range(len(plan.atoms)), index=plan.atoms["id"])
    sections = plan.sections[["building", "piece"]].dropna().drop_duplicates("building")
    land = plan.pieces.set_index("id")["atom"]
    of_building = row.reindex(land.reindex(sections["piece"])).set_axis(sections["building"])
    found = [of_building[of_building.index != plan.atoms["id"].reindex(of_building).to_numpy()]]
    found += [_first(plan, name) for name in ("compound", "site")]
    if town is not None:
        for table, column, rows in (
            (town.buildings, "address", of_building),
            (town.compounds, "name", _first(plan, "compound")),
            (town.special_sites, "name", _first(plan, "site")),
        ):
            if table is not None and column in table:
                named = table[["id", column]].dropna()
                found.append(rows.reindex(named["id"]).set_axis(named[column]))
    words = pd.concat(found).dropna()
    return {"words": [str(word) for word in words.index], "atom": words.astype(int).tolist()}


def _first(plan: Plan, column: str) -> "pd.Series[int]":
    """The row of the first atom of each value of a column."""
    values = plan.atoms[column].dropna().drop_duplicates()
    return pd.Series(plan.atoms.index.get_indexer(values.index), index=values)
