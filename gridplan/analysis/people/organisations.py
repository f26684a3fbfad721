"""Which grids, compounds and communities have a party group, an owners' committee, a property service: by explicit links."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.analysis.people.belonging import BYS, By, belonging, groups
from gridplan.plan import Plan
from gridplan.report import Report

FORMS = ("alone", "assigned", "joint")
#: The form of a row that counts links of any form.
ANY = "any"
COLUMNS = ("level", "kind", "form", "bodies", "links", "covered", "zones", "share")


@dataclass(frozen=True)
class OrganisationCoverage:
    """The table of :func:`organisation_coverage`, and the links that do not count, by id."""

    table: pd.DataFrame
    report: Report


def organisation_coverage(
    plan: Plan, organisations: pd.DataFrame, by: Sequence[By] = (), *, compounds: pd.DataFrame | None = None
) -> OrganisationCoverage:
    """How many grids, compounds and communities of a plan have at least one body of each kind.

    Bodies are not zones: 818 party groups on 908 grids cover as many grids as their links name, a joint group all that it
    serves, and several in one grid only that one. So numbers of bodies are never divided by numbers of grids.

    Parameters
    ----------
    organisations : as the register ``organisations`` has them, a row a link.
    by : of ``town`` (code of the area above the communities), ``community``, ``compound_class`` (new, old, unmanaged, none) and
        ``grid``; by nothing: the whole plan.
    compounds : ``id`` and ``class`` of the town's compounds, what links at level compound name; without it those of the plan,
        whose class is not known. Natural villages are none.

    Returns
    -------
    OrganisationCoverage
        ``table``: what it is told by, then ``level`` (of the zones: grid, compound, community), ``kind``, ``form`` (any; of
        party groups also alone, assigned and joint), ``bodies`` (distinct ones with a link there), ``links``, ``covered`` (zones
        with at least one), ``zones`` (all there are) and ``share`` = covered / zones. Rows are there for every kind that some
        body of the level has, also where nothing is covered; sorted. A zone with groups of two forms counts in both forms, once
        in any. ``report``: links that name no zone of the plan, and links that stand there twice, which count once.

    Raises
    ------
    InputError
        GP185 ``by`` names something else, or twice.
    """
    tables = belonging(plan, compounds)
    links = organisations.sort_values("id", kind="stable", ignore_index=True)
    again = links.duplicated(["organisation", "kind", "level", "zone"])
    known = pd.Series(False, index=links.index)
    for level, zones in tables.items():
        known |= (links["level"] == level) & links["zone"].isin(zones.index)
    counting = links[known & ~again]
    names = [name for name in BYS if name in by]
    parts = [_level(level, zones, counting[counting["level"] == level], by) for level, zones in tables.items()]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=[*names, *COLUMNS])], ignore_index=True)
    report = Report.of("organisations", "report.organisation_unknown", links["id"][~known], links["zone"][~known])
    report += Report.of("organisations", "report.organisation_again", links["id"][known & again], links["zone"][known & again])
    return OrganisationCoverage(table[[*names, *COLUMNS]], report)


def _level(level: str, zones: pd.DataFrame, links: pd.DataFrame, by: Sequence[By]) -> pd.DataFrame:
    """The rows of one level."""
    total = zones.groupby(groups(zones, by), sort=True).size()
    parts = []
    for kind in sorted(links["kind"].unique()):
        of_kind = links[links["kind"] == kind]
        for form in (ANY, *(FORMS if kind == "party_group" else ())):
            chosen = of_kind if form == ANY else of_kind[of_kind["form"] == form]
            there = zones.loc[chosen["zone"]].assign(
                organisation=chosen["organisation"].to_numpy(), zone=chosen["zone"].to_numpy()
            )
            grouped = there.groupby(groups(there, by), sort=True)
            found = pd.DataFrame(
                {
                    "bodies": grouped["organisation"].nunique(),
                    "links": grouped.size(),
                    "covered": grouped["zone"].nunique(),
                }
            )
            rows = found.reindex(total.index, fill_value=0).astype("int64").assign(zones=total)
            parts.append(rows.assign(level=level, kind=kind, form=form, share=rows["covered"] / rows["zones"]))
    if not parts:
        return pd.DataFrame()
    made = pd.concat(parts)
    order = [name for name in BYS if name in by]
    return made.reset_index().sort_values(order, kind="stable", ignore_index=True) if order else made.reset_index(drop=True)
