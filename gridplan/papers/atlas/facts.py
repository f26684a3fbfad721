"""What the sheets say of grids: facts, findings, units, services and organisations, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from gridplan.messages import Language, catalogue, text, word
from gridplan.papers.atlas.ground import Ground
from gridplan.papers.atlas.numbers import ORIGINS, listed
from gridplan.papers.atlas.people import People

#: Services listed beside a grid, and how far away they may be.
_MOST_SERVICES, _SERVICES_M = 6, 1500.0
#: What a unit may have of a building, in the order in which it is said.
_SORTS = ("whole", "part", "floors", "empty")


@dataclass(frozen=True)
class UnitRow:
    """A unit as the table shows it: number in the grid, households, buildings, leader, whether it has a finding."""

    number: str
    households: int
    buildings: str
    leader: str
    finding: bool


@dataclass(frozen=True)
class Finding:
    """A finding on a grid or on units of it: what it says and what would have to be waived."""

    proof: bool
    message: str
    waiver: str


@dataclass(frozen=True)
class Facts:
    """What is said of the grids of a plan, in one language."""

    ground: Ground
    people: People
    organisations: pd.DataFrame | None
    language: Language

    def say(self, key: str, **facts: str | int | float) -> str:
        """The text of a message."""
        return text(key, self.language, **facts)

    def of_grid(self, row: int) -> dict[str, str]:
        """The facts of a grid as labels and values."""
        grid = self.ground.grids.rows.iloc[row]
        people = "" if pd.isna(grid["population"]) else f"{int(grid['population']):,}"
        told = {
            "code": str(grid["code"]),
            "community": self.name_of(str(grid["community"])),
            "town": self.town_of(str(grid["community"])),
            "kind": self.say(f"cli.kind.{grid['kind']}"),
            "households": f"{int(grid['households']):,}",
            "people": people,
            "units": f"{int(grid['units']):,}",
            "buildings": f"{int(grid['buildings']):,}",
            "area": self.area(float(grid["area_m2"])),
            "status": self.say(f"atlas.status.{grid['status']}"),
        }
        told |= self._organisations(row)
        return {self.label(key): value for key, value in told.items() if value}

    def area(self, square_metres: float) -> str:
        """An area in hectares, of large ones in square kilometres."""
        if square_metres >= 1e6:
            return self.say("atlas.km2", area=f"{square_metres / 1e6:,.2f}")
        return self.say("atlas.ha", area=f"{square_metres / 1e4:,.2f}")

    def label(self, key: str) -> str:
        """What a fact is called."""
        key = "blocks" if key == "buildings" and self.ground.blocks else key
        return self.say(f"atlas.fact.{key}") if f"atlas.fact.{key}" in catalogue() else key

    def name_of(self, community: str) -> str:
        """The name of a community, else its code."""
        return str(self.ground.community_of.get(community, {}).get("name") or community)

    def town_of(self, community: str) -> str:
        """The name of the area above a community; empty where it is not known."""
        parent = self.ground.community_of.get(community, {}).get("parent")
        names = dict(zip(self.ground.plan.areas["code"], self.ground.plan.areas["name"], strict=True))
        return str(names.get(parent, ""))

    def _organisations(self, row: int) -> dict[str, str]:
        """The bodies that are linked to the grid or its community, by kind."""
        if self.organisations is None:
            return {}
        grid = self.ground.grids.rows.iloc[row]
        linked = self.organisations[self.organisations["zone"].isin([grid["code"], grid["community"], grid["of"]])]
        found: dict[str, list[str]] = {}
        for each in linked.sort_values(["kind", "name", "id"]).fillna("").itertuples():
            form = self.say(f"atlas.form.{each.form}") if f"atlas.form.{each.form}" in catalogue() else ""
            found.setdefault(f"organisation.{each.kind}", []).append(f"{each.name}{form}")
        return {key: self.say("atlas.and").join(dict.fromkeys(names)) for key, names in found.items()}

    @cached_property
    def _findings(self) -> Mapping[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        zh = self.language == "zh"
        for row in self.ground.plan.findings.itertuples():
            message, waiver = (row.message_zh, row.waiver_zh) if zh else (row.message, row.waiver)
            found.setdefault(str(row.zone), []).append(
                Finding(bool(row.proof), str(message), "" if pd.isna(waiver) else str(waiver))
            )
        return found

    def findings(self, row: int) -> list[str]:
        """The findings on a grid with what would have to be waived, then how many of its units have one."""
        own = self._findings.get(self.ground.code_of(row), [])
        said = [
            self.say(f"atlas.finding.{'proved' if each.proof else 'open'}", message=each.message)
            + (self.say("atlas.waiver", waiver=each.waiver) if each.waiver else "")
            for each in own
        ]
        units = sum(unit.finding for unit in self.units(row))
        return said + ([self.say("atlas.finding.units", count=units)] if units else [])

    def units(self, row: int) -> list[UnitRow]:
        """The units of a grid by code."""
        code = self.ground.code_of(row)
        among = self._ids(row)
        units = self.ground.units.rows.iloc[self.ground.units_of.get(code, [])]
        made = []
        for unit in units.sort_values("code").itertuples():
            leader = self.people.leader(unit.code)
            made.append(
                UnitRow(
                    str(unit.code).removeprefix(code),
                    int(unit.households),
                    self._buildings(str(unit.code), among),
                    " ".join(filter(None, (leader.name, leader.phone))) if leader else "",
                    unit.code in self._findings,
                )
            )
        return made

    def _buildings(self, unit: str, among: Sequence[str]) -> str:
        """The buildings of a unit: floors where it shares a tower, that it has a part of one, those without homes last."""
        parts = {name: part for name, part in self.ground.parts_of.get(unit, {}).items() if name in self.ground.numbers}
        sorts: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for name, part in parts.items():
            whole = self.ground.whole.get(name, 0)
            sort = (
                "empty" if part.households == 0 else "floors" if part.floors else "part" if part.households < whole else "whole"
            )
            sorts.setdefault((sort, part.floors if sort == "floors" else ()), []).append(name)
        said = []
        for sort, floors in sorted(sorts, key=lambda each: (_SORTS.index(each[0]), each[1])):
            joined = self.say("atlas.and").join(listed(sorts[sort, floors], self.ground.numbers, among))
            if floors:
                said.append(self.say("atlas.floors", buildings=joined, floors="-".join(map(str, dict.fromkeys(floors)))))
            else:
                said.append(self.say(f"atlas.{sort}", buildings=joined))
        return self.say("atlas.semicolon").join(said)

    def services(self, row: int) -> list[tuple[str, str, str]]:
        """The services nearest to a grid: name, kind, how far it is from its line, in a straight line."""
        layer = self.ground.services
        if not len(layer.shapes):
            return []
        metres = shapely.distance(layer.shapes, self.ground.grids.shapes[row])
        ids = layer.rows["id"].astype(str).tolist()
        order = sorted(np.flatnonzero(metres <= _SERVICES_M).tolist(), key=lambda each: (metres[each], ids[each]))
        told = [
            self.say("atlas.m", metres=max(10, round(each / 10) * 10)) if each else self.say("atlas.within") for each in metres
        ]
        return [(*self.service(each), told[each]) for each in order[:_MOST_SERVICES]]

    def service(self, row: int) -> tuple[str, str]:
        """Name and kind of a service; its kind for both where it has no name."""
        found = self.ground.services.rows.iloc[row]
        kind, name = word("service", str(found["kind"]), self.language), found.get("name")
        return (name if isinstance(name, str) and name else kind), kind

    def origins(self, row: int) -> str:
        """Where the numbers of the buildings of a grid are from."""
        told = {self.ground.numbers[name].origin for name in self._ids(row)}
        return self.say("atlas.semicolon").join(self.say(f"atlas.numbers.{origin}") for origin in ORIGINS if origin in told)

    def _ids(self, row: int) -> list[str]:
        """The ids of the buildings of a grid that can be drawn."""
        rows = self.ground.buildings_of.get(self.ground.code_of(row), [])
        return [str(self.ground.buildings.rows["id"].iat[each]) for each in rows]
