"""What a plan's grids, compounds and communities belong to: community, town, class of compound."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from gridplan.analysis.incidents.measures import check_by
from gridplan.plan import Plan

By = Literal["town", "community", "compound_class", "grid"]
BYS: tuple[By, ...] = ("town", "community", "compound_class", "grid")
#: Class of what stands in no compound, or in one whose class nobody knows.
NO_CLASS = "none"
#: Natural villages stand in the table of compounds too, but have no owners.
VILLAGE = "village"


def belonging(plan: Plan, compounds: pd.DataFrame | None = None) -> Mapping[str, pd.DataFrame]:
    """The zones of each level that something can be linked to, and what each belongs to.

    Parameters
    ----------
    compounds : ``id`` and ``class`` of the town's compounds; without it they are those that the plan names, without a class.

    Returns
    -------
    Mapping
        ``grid``, ``compound`` (without natural villages) and ``community``: DataFrames with the index ``code`` (sorted) and the
        columns ``name``, ``town``, ``community``, ``compound_class``, ``grid`` (text, empty where not known) and ``households``.
    """
    grids, communities = pd.DataFrame(plan.grids), plan.communities.set_index("code")
    named = grids[grids["of"].notna()]
    stands = pd.concat(
        [plan.atoms[plan.atoms["compound"].notna()][["compound", "community", "grid"]], _named(named)], ignore_index=True
    )
    known = stands.drop_duplicates("compound").set_index("compound")
    classes = pd.Series(dtype="str") if compounds is None else compounds.set_index("id")["class"].dropna().astype("str")
    estates = pd.Index(known.index if compounds is None else compounds["id"].astype("str")).drop_duplicates().sort_values()
    parent = communities["parent"]
    tables = {
        "grid": pd.DataFrame(
            {
                "code": grids["code"],
                "name": grids["name"],
                "community": grids["community"],
                "compound_class": grids["of"].map(classes),
                "grid": grids["code"],
                "households": grids["households"],
            }
        ),
        "compound": pd.DataFrame(
            {
                "code": estates,
                "name": _names(compounds, estates),
                "community": known["community"].reindex(estates).to_numpy(),
                "compound_class": classes.reindex(estates).to_numpy(),
                "grid": known["grid"].reindex(estates).to_numpy(),
                "households": 0,
            }
        ),
        "community": pd.DataFrame(
            {
                "code": communities.index,
                "name": communities["name"].to_numpy(),
                "community": communities.index,
                "compound_class": None,
                "grid": None,
                "households": communities["households"].to_numpy(),
            }
        ),
    }
    tables["compound"] = tables["compound"][tables["compound"]["compound_class"] != VILLAGE]
    return {level: _told(table, parent) for level, table in tables.items()}


def groups(table: pd.DataFrame, by: Sequence[By]) -> list[pd.Series]:
    """The columns of a table of :func:`belonging` to group by; by nothing: one group.

    Raises
    ------
    InputError
        GP185 ``by`` names something else, or twice.
    """
    check_by(by, BYS)
    return [table[name] for name in BYS if name in by] or [pd.Series("", index=table.index, name="all")]


def _named(grids: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"compound": grids["of"], "community": grids["community"], "grid": grids["code"]})


def _names(compounds: pd.DataFrame | None, ids: pd.Index) -> pd.Series | str:
    if compounds is None or "name" not in compounds.columns:
        return ""
    names: pd.Series = compounds.drop_duplicates("id").set_index("id")["name"].reindex(ids)
    return names.to_numpy()


def _told(table: pd.DataFrame, parent: pd.Series) -> pd.DataFrame:
    made = table.assign(town=table["community"].map(parent))
    for name in ("name", "town", "community", "compound_class", "grid"):
        empty = NO_CLASS if name == "compound_class" else ""
        made[name] = made[name].astype("str").where(made[name].notna(), empty)
    return made.set_index("code").sort_index()
