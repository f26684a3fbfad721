"""What the maps of an atlas are drawn from: the plan and its town in metres, with colours, numbers and names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.cartography.palette import FILLS, SPECIAL
from gridplan.cartography.style import map_colours, neighbours
from gridplan.papers.atlas.numbers import Number, building_numbers
from gridplan.plan.model import Plan
from gridplan.sources.town import Town

#: What covers more of the land than this are no houses.
_COVERED = 0.85


@dataclass(frozen=True)
class Layer:
    """Shapes in metres with the columns that go with them, and an index to find those in a window."""

    rows: pd.DataFrame
    shapes: np.ndarray

    @classmethod
    def of(cls, table: gpd.GeoDataFrame | None, metres: CRS) -> "Layer":
        """The rows that have a shape; none without a table."""
        if table is None or table.empty:
            return cls(pd.DataFrame(), np.empty(0, dtype=object))
        placed = crs.to_crs(table, metres)
        shapes = placed.geometry.to_numpy()
        kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & np.isfinite(shapely.bounds(shapes)).all(axis=1)
        rows = pd.DataFrame(placed.drop(columns=placed.geometry.name))[kept].reset_index(drop=True)
        return cls(rows, shapes[kept])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of the shapes."""
        return shapely.STRtree(self.shapes)

    def within(self, bounds: tuple[float, float, float, float]) -> np.ndarray:
        """The rows whose shapes may lie in the window, ascending."""
        return np.sort(self.tree.query(shapely.box(*bounds)))

    def cut(self, rows: np.ndarray) -> "Layer":
        """Only these rows."""
        return Layer(self.rows.iloc[rows].reset_index(drop=True), self.shapes[rows])


@dataclass(frozen=True)
class Part:
    """What a unit has of a building: households, and its first and last floor where units lie above one another."""

    households: int
    floors: tuple[int, ...]


@dataclass(frozen=True)
class Ground:
    """All that the maps need; rows of ``grids`` are called by their number here."""

    plan: Plan
    metres: CRS
    grids: Layer
    units: Layer
    buildings: Layer
    communities: Layer
    streets: Layer
    barriers: Layer
    services: Layer
    compounds: Layer
    numbers: Mapping[str, Number]
    colours: Sequence[str]
    touching: Sequence[Sequence[int]]
    town_known: bool

    @classmethod
    def of(cls, plan: Plan, town: Town | None, services: gpd.GeoDataFrame | None) -> "Ground":
        """The ground of a plan; without a town there are no streets, water, compounds, and only the services given."""
        metres = CRS(plan.fact("crs"))
        layer = {name: Layer.of(getattr(plan, name), metres) for name in ("grids", "units", "buildings", "communities")}
        towns = ("streets", "barriers", "compounds")
        layer |= {name: Layer.of(None if town is None else getattr(town, name), metres) for name in towns}
        if services is None and town is not None:
            services = town.services
        touching = neighbours(list(layer["grids"].shapes))
        special = (layer["grids"].rows["kind"] == "special").tolist() if len(layer["grids"].rows) else []
        # The same as on the page of the plan, so that nobody has to learn two maps.
        fills = [SPECIAL if off else FILLS[number] for off, number in zip(special, map_colours(touching), strict=True)]
        return cls(
            plan=plan,
            metres=metres,
            services=Layer.of(services, metres),
            numbers=building_numbers(plan, None if town is None else town.buildings),
            colours=fills,
            touching=touching,
            town_known=town is not None,
            **layer,
        )

    @cached_property
    def blocks(self) -> bool:
        """Whether what the plan calls buildings are areas that cover its land, as census blocks do."""
        land = float(shapely.area(self.grids.shapes).sum())
        return bool(land) and float(shapely.area(self.buildings.shapes).sum()) > _COVERED * land

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The row of each grid by its code."""
        return {code: row for row, code in enumerate(self.grids.rows["code"])}

    @cached_property
    def community_of(self) -> Mapping[str, Mapping[str, object]]:
        """What is known of each community by its code."""
        rows = self.communities.rows
        return dict(zip(rows["code"], rows.astype(object).where(rows.notna(), None).to_dict("records"), strict=True))

    @cached_property
    def buildings_of(self) -> Mapping[str, list[int]]:
        """The rows of the buildings in each grid."""
        return _grouped(self.buildings.rows, "grid")

    @cached_property
    def units_of(self) -> Mapping[str, list[int]]:
        """The rows of the units in each grid."""
        return _grouped(self.units.rows, "grid")

    @cached_property
    def parts_of(self) -> Mapping[str, Mapping[str, Part]]:
        """For each unit its buildings (id) with what of each is its own."""
        found: dict[str, dict[str, Part]] = defaultdict(dict)
        sections = self.plan.sections
        columns = (sections[name] for name in ("building", "unit", "households", "floor_from", "floor_to"))
        for building, unit, households, first, last in zip(*columns, strict=True):
            floors = () if pd.isna(first) or pd.isna(last) else (int(first), int(last))
            known = found[unit].get(building, Part(0, ()))
            found[unit][building] = Part(known.households + int(households), _span((*known.floors, *floors)))
        return found

    @cached_property
    def whole(self) -> Mapping[str, int]:
        """The households of each building."""
        rows = self.plan.sections.groupby("building")["households"].sum()
        return {str(name): int(count) for name, count in rows.items()}

    def code_of(self, row: int) -> str:
        """The code of a grid."""
        return str(self.grids.rows["code"].iat[row])

    def short(self, row: int) -> str:
        """The number of a grid in its community: its code without that of the community."""
        code, community = self.code_of(row), str(self.grids.rows["community"].iat[row])
        return code.removeprefix(community) or code


def _span(floors: tuple[int, ...]) -> tuple[int, ...]:
    return (min(floors), max(floors)) if floors else ()


def _grouped(rows: pd.DataFrame, column: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if column in rows:
        for row, value in enumerate(rows[column]):
            found[str(value)].append(row)
    return found
