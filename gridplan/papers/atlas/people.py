"""Who is responsible for a grid: the roles, and names and telephones only where the reader may see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.messages import Language, catalogue, text
from gridplan.plan.model import Plan
from gridplan.report import Report

_KEY = "atlas.role."
#: The roles of a grid where the scheme asks for none: who a resident looks for.
USUAL = ("grid_leader", "grid_worker")
#: A role that each card has, whatever the scheme asks for.
ALWAYS = ("police",)


@dataclass(frozen=True)
class Contact:
    """A line of a contact card; ``name`` and ``phone`` are empty where they are to be filled in by hand."""

    role: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class People:
    """The staff by the code of the grid, unit or community, and the roles that a plan asks for.

    ``staff`` has (code of zone) -> (post, name, phone) and is empty where the reader may not see who they are.
    """

    staff: Mapping[str, Sequence[tuple[str, str, str]]]
    posts: Mapping[str, Sequence[tuple[str, str, int]]]

    @classmethod
    def of(cls, plan: Plan, staff: pd.DataFrame | None, *, shown: Sequence[str] | None = None) -> "People":
        """The people of the plan.

        Parameters
        ----------
        staff : columns of the register ``staff``; None: nobody is named.
        shown : only these posts are named, by any of their names; None: all.
        """
        posts: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for post in plan.posts.itertuples():
            posts[post.zone].append((post.role, post.role_zh, int(post.count)))
        named: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        if staff is not None:
            allowed = None if shown is None else {_known(post) for post in shown}
            rows = staff.fillna("").sort_values(["grid", "post", "id"], kind="stable")
            known = {str(row.id): row for row in rows.itertuples()}
            held = {(str(row.grid), str(row.post), str(row.id)) for row in rows.itertuples() if row.grid}
            assigned = {(row.grid, row.post, row.person) for row in plan.assignments.itertuples() if row.person in known}
            for zone, post, person in sorted(held | assigned):
                if allowed is None or _known(post) in allowed:
                    named[zone].append((post, str(known[person].name), str(known[person].phone)))
        return cls(named, posts)

    def card(self, grid: str, community: str, language: Language) -> list[Contact]:
        """The lines of the card of a grid: its roles with who holds them, and others named for it; leaders first."""
        asked = self._asked(grid, language) or [(key, text(f"{_KEY}{key}", language), 1) for key in USUAL]
        asked += [(key, text(f"{_KEY}{key}", language), 1) for key in ALWAYS if key not in {known for known, _, _ in asked}]
        return self._lines((grid, community), asked, language)

    def posts_of(self, zone: str, language: Language, *, usual: Sequence[str] = ()) -> list[Contact]:
        """The lines of the posts of a grid or community itself, with who holds them; ``usual`` where the scheme asks for none."""
        asked = self._asked(zone, language) or [(key, text(f"{_KEY}{key}", language), 1) for key in usual]
        return self._lines((zone,), asked, language)

    def _asked(self, zone: str, language: Language) -> list[tuple[str, str, int]]:
        return [(_known(role), zh if language == "zh" else role, count) for role, zh, count in self.posts.get(zone, ())]

    def _lines(self, zones: Sequence[str], asked: Sequence[tuple[str, str, int]], language: Language) -> list[Contact]:
        """The roles that are asked for with who holds them in these zones, and others named for these; leaders first."""
        found = [(_known(post), post, name, phone) for zone in zones for post, name, phone in self.staff.get(zone, ())]
        lines: list[tuple[str, Contact]] = []
        for key, role, count in asked:
            holders = [each for each in found if each[0] == key]
            lines += [(key, Contact(role, name, phone)) for _, _, name, phone in holders]
            lines += [(key, Contact(role))] * max(0, min(count, 4) - len(holders))
        told = {key for key, _, _ in asked}
        lines += [(key, Contact(_said(key, post, language), name, phone)) for key, post, name, phone in found if key not in told]
        ranks = [key.removeprefix(_KEY) for key in catalogue() if key.startswith(_KEY)]
        lines.sort(key=lambda each: ranks.index(each[0]) if each[0] in ranks else len(ranks))
        return [line for _, line in lines]

    def worker(self, grid: str) -> Contact | None:
        """Who works in a grid, where named."""
        holders = [each for each in self.staff.get(grid, ()) if _known(each[0]) == "grid_worker"]
        return Contact("grid_worker", *holders[0][1:]) if holders else None

    def leader(self, unit: str) -> Contact | None:
        """The leader of a unit, where named."""
        holders = self.staff.get(unit, ())
        return Contact("unit_leader", holders[0][1], holders[0][2]) if holders else None


def staff_elsewhere(plan: Plan, staff: pd.DataFrame) -> Report:
    """The ids of staff who are named for no grid, unit or community of the plan, and have no post in it."""
    zones = {*plan.grids["code"], *plan.units["code"], *plan.communities["code"]}
    there = staff["grid"].isin(zones) | staff["id"].isin(set(plan.assignments["person"]))
    return Report.of("atlas", "report.staff_elsewhere", staff.loc[~there, "id"], staff.loc[~there, "grid"].fillna(""))


def _known(post: str) -> str:
    """The role that a post means, whichever language names it; else the post as it is."""
    return _roles().get(post.strip().casefold(), post.strip())


def _said(key: str, post: str, language: Language) -> str:
    return text(f"{_KEY}{key}", language) if f"{_KEY}{key}" in catalogue() else post


def _roles() -> dict[str, str]:
    entries = catalogue()
    return {
        name.casefold(): key.removeprefix(_KEY)
        for key, entry in entries.items()
        if key.startswith(_KEY)
        for name in (entry["en"], entry["zh"], key.removeprefix(_KEY), *entry["zh"].split("、"))
    }
