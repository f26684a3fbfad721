"""Posts and who holds them: one worker a grid, vacancies, people beyond the quota, work for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.analysis.people.belonging import BYS, By, belonging, groups
from gridplan.plan import Plan
from gridplan.report import Report

#: The post that every grid has where the plan's scheme sets no quota of workers.
WORKER, WORKER_ZH = "grid worker", "网格员"
_DEPUTY = ("副", "deputy")
COUNTS = ("zones", "quota", "workers", "staffed", "exact", "vacant", "beyond", "shared", "households")


@dataclass(frozen=True)
class Staffing:
    """The tables of :func:`staffing`, and the people that do not count, by id."""

    table: pd.DataFrame
    posts: pd.DataFrame
    report: Report


def staffing(plan: Plan, staff: pd.DataFrame, by: Sequence[By] = (), *, incidents: pd.Series | None = None) -> Staffing:
    """How many posts of a plan are held, against the quotas of its scheme, and the work for each who holds one.

    Parameters
    ----------
    staff : as the register ``staff`` has them, a row a person and zone; ``post`` names a role of ``plan.posts`` in English or
        Chinese, also with something before it (专职网格员).
    by : of ``town``, ``community``, ``compound_class`` and ``grid``; by nothing: the whole plan.
    incidents : how many each grid had, by its code.

    Returns
    -------
    Staffing
        ``table``: what it is told by, then ``level``, ``role``, ``role_zh``, ``zones`` (that have the post), ``quota`` (people
        asked for), ``workers`` (who hold it), ``staffed`` (zones with at least one), ``exact`` (zones with as many as asked),
        ``vacant`` (people lacking), ``beyond`` (people above the quota), ``shared`` (people who hold the same post in another
        zone too), ``households`` of these zones, ``households_per_worker`` and, where ``incidents`` are given,
        ``incidents`` and ``incidents_per_worker``; both are empty where there is nobody. ``posts``: the same of every zone, with
        its code. ``report``: people whose zone the plan does not have, and whose post has no quota there.

    Raises
    ------
    InputError
        GP185 ``by`` names something else, or twice.

    Notes
    -----
    A plan whose scheme sets no quota of workers is held against one worker a grid. Quotas of areas above the communities are
    left out: they are those of their own offices.
    """
    zones = _zones(plan)
    quotas = _quotas(plan, zones)
    roles = quotas[["level", "role", "role_zh"]].drop_duplicates()
    people, report = _placed(staff, zones, quotas, roles)
    held = people.groupby(["zone", "role"]).size().rename("workers").reset_index()
    posts = quotas.merge(held, "left", ["zone", "role"]).fillna({"workers": 0}).astype({"workers": "int64"})
    many = people.groupby(["person", "role"])["zone"].transform("nunique") > 1
    shared = people[many].groupby(["zone", "role"])["person"].nunique().rename("shared").reset_index()
    posts = posts.merge(shared, "left", ["zone", "role"]).fillna({"shared": 0}).astype({"shared": "int64"})
    posts["vacant"] = (posts["quota"] - posts["workers"]).clip(lower=0)
    posts["beyond"] = (posts["workers"] - posts["quota"]).clip(lower=0)
    posts = posts.join(zones, on="zone").sort_values(["level", "role", "zone"], ignore_index=True)
    if incidents is not None:
        posts["incidents"] = posts["zone"].map(incidents).fillna(0).astype("int64")
    return Staffing(_summed(posts, people, by), posts.drop(columns=["grid", "compound_class"]), report)


def _zones(plan: Plan) -> pd.DataFrame:
    """Grids, units and communities by code."""
    known = belonging(plan)
    units = plan.units.set_index("code")[["grid", "households"]]
    upper = known["grid"].drop(columns="households")
    of_units = units.join(upper.drop(columns=["name", "grid"]), on="grid").assign(name="")
    return pd.concat([known["grid"], known["community"], of_units]).astype({"households": "int64"})


def _quotas(plan: Plan, zones: pd.DataFrame) -> pd.DataFrame:
    posts = plan.posts[plan.posts["zone"].isin(zones.index)]
    quotas = posts.rename(columns={"count": "quota"}).reset_index(drop=True)
    if not quotas["role_zh"].str.endswith(WORKER_ZH).any():
        one = {"level": "grid", "zone": plan.grids["code"], "role": WORKER, "role_zh": WORKER_ZH, "quota": 1}
        quotas = pd.concat([quotas, pd.DataFrame(one)], ignore_index=True)
    return quotas.astype({"quota": "int64"})


def _placed(staff: pd.DataFrame, zones: pd.DataFrame, quotas: pd.DataFrame, roles: pd.DataFrame) -> tuple[pd.DataFrame, Report]:
    """The people with a post of the plan: ``person``, ``zone``, ``role``; and the others."""
    names = {post: _role(post, roles) for post in staff["post"].unique()}
    asked = pd.MultiIndex.from_frame(quotas[["zone", "role"]])
    role = staff["post"].map(names)
    known = staff["grid"].isin(zones.index)
    wanted = pd.MultiIndex.from_arrays([staff["grid"], role]).isin(asked)
    phone = staff["phone"] if "phone" in staff.columns else pd.Series(None, index=staff.index, dtype="str")
    # People are told apart by name and telephone; without one, every row is somebody else.
    person = (staff["name"] + "\x1f" + phone).where(phone.notna(), staff["id"])
    people = pd.DataFrame({"person": person, "zone": staff["grid"], "role": role})[wanted]
    nowhere = ~known & staff["grid"].notna()
    report = Report.of("staffing", "report.staff_unknown_zone", staff["id"][nowhere], staff["grid"][nowhere])
    report += Report.of("staffing", "report.staff_no_zone", staff["id"][staff["grid"].isna()])
    other = known & ~wanted
    return people, report + Report.of("staffing", "report.staff_no_quota", staff["id"][other], staff["post"][other])


def _role(post: str, roles: pd.DataFrame) -> str | None:
    """The role that a post is: by its name, or else by the one role that ends as it does."""
    name = post.strip().casefold()
    for role, role_zh in zip(roles["role"], roles["role_zh"], strict=True):
        if name in (role.casefold(), role_zh):
            return str(role)
    alike = [
        role
        for role, role_zh in zip(roles["role"], roles["role_zh"], strict=True)
        for known in (role.casefold(), role_zh)
        if (name.endswith(known) or known.endswith(name)) and all((word in name) == (word in known) for word in _DEPUTY)
    ]
    return str(alike[0]) if len(set(alike)) == 1 else None


def _summed(posts: pd.DataFrame, people: pd.DataFrame, by: Sequence[By]) -> pd.DataFrame:
    """The posts of each group and role added up."""
    told = posts.assign(zones=1, staffed=posts["workers"] > 0, exact=posts["workers"] == posts["quota"])
    names = [name for name in BYS if name in by]
    keys = [*names, "level", "role", "role_zh"]
    groups(told, by)  # refuses what is no column
    counts = [*COUNTS, *(["incidents"] if "incidents" in posts.columns else [])]
    table = told.groupby(keys, sort=True)[counts].sum().astype("int64").reset_index()
    spread = people.merge(posts[["zone", "role", *names]], on=["zone", "role"])
    table["shared"] = _shared(spread, people, names, table)
    for name in ("households", "incidents"):
        if name in table.columns:
            table[f"{name}_per_worker"] = (table[name] / table["workers"]).where(table["workers"] > 0, np.nan)
    return table


def _shared(spread: pd.DataFrame, people: pd.DataFrame, names: list[By], table: pd.DataFrame) -> pd.Series:
    """How many different people of each group hold the same post in several zones of the plan."""
    zones = people.groupby(["person", "role"])["zone"].nunique()
    many = spread[spread.set_index(["person", "role"]).index.isin(zones[zones > 1].index)]
    found = many.groupby([*names, "role"])["person"].nunique().rename("shared").reset_index()
    merged = table[[*names, "role"]].merge(found, "left", [*names, "role"])
    return merged["shared"].fillna(0).astype("int64")
