"""What lies where in the tables that a drawing was read from: found once for all plans on the same land."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.plan.succession import origin

if TYPE_CHECKING:
    from gridplan.plan.redraw.ground import Ground


class Lookups:
    """Rows by id and by cell; nothing here depends on lines or households."""

    def __init__(self, ground: "Ground") -> None:
        self._ground, self._tables = ground, ground.tables

    @cached_property
    def storeys(self) -> tuple[list[int], list[int]]:
        """The first and the last floor of each section, -1 where it has none."""
        first, last = (self._tables.sections[name].fillna(-1).astype("int64").tolist() for name in ("floor_from", "floor_to"))
        return first, last

    @cached_property
    def section_ids(self) -> list[str]:
        """The id of each section."""
        return _texts(self._tables.sections["id"])

    @cached_property
    def row_of_section(self) -> dict[str, int]:
        """The row of each section by its id."""
        return {name: row for row, name in enumerate(self.section_ids)}

    @cached_property
    def row_of_piece(self) -> dict[str, int]:
        """The row of each piece by its id."""
        return {name: row for row, name in enumerate(self._ground.piece_ids)}

    @cached_property
    def cell_of_building(self) -> dict[str, int]:
        """The cell of each building that has sections, by its id: that of its first section."""
        cells = self._ground.cell_of_piece[self._ground.piece_of_section].tolist()
        found: dict[str, int] = {}
        for name, cell in zip(self.section_building, cells, strict=True):
            found.setdefault(name, cell)
        return found

    @cached_property
    def buildings_of_cell(self) -> Mapping[int, list[str]]:
        """The buildings of each cell."""
        found: dict[int, list[str]] = {}
        for name, cell in self.cell_of_building.items():
            found.setdefault(cell, []).append(name)
        return found

    @cached_property
    def nodes_of_cell(self) -> Mapping[int, list[int]]:
        """The rows of ``nodes`` of the buildings of each cell."""
        found: dict[int, list[int]] = {}
        for row, name in enumerate(self._tables.nodes["building"].tolist()):
            if name in self.cell_of_building:
                found.setdefault(self.cell_of_building[name], []).append(row)
        return found

    @cached_property
    def section_building(self) -> list[str]:
        """The id of the building of each section."""
        return _texts(self._tables.sections["building"])

    @cached_property
    def area_codes(self) -> list[str]:
        """The code of each area."""
        return _texts(self._tables.areas["code"])

    @cached_property
    def area_names(self) -> list[str]:
        """The name of each area, as it was read."""
        return _texts(self._tables.areas["name"])

    @cached_property
    def node_code(self) -> list[str]:
        """The code of each node, as it was read."""
        return _texts(self._tables.nodes["code"])

    @cached_property
    def node_level(self) -> list[str]:
        """The level of each node."""
        return _texts(self._tables.nodes["level"])

    @cached_property
    def node_of(self) -> list[str]:
        """What each node stands for."""
        return _texts(self._tables.nodes["of"])

    @cached_property
    def node_id(self) -> list[str]:
        """The id of what it stands for."""
        return _texts(self._tables.nodes["id"])

    @cached_property
    def node_points(self) -> list[shapely.Geometry]:
        """The point of each node."""
        return list(self._tables.nodes.geometry)

    @cached_property
    def node_building(self) -> list[str]:
        """The id of the building of each node."""
        return _texts(self._tables.nodes["building"])

    @cached_property
    def row_of_node(self) -> dict[tuple[str, str], int]:
        """The row of each node by its level and the id of what it stands for."""
        return {key: row for row, key in enumerate(zip(self.node_level, self.node_id, strict=True))}

    @cached_property
    def highest_node(self) -> dict[str, dict[str, int]]:
        """By level the highest number of a node in each parent."""
        found: dict[str, dict[str, int]] = {level.name: {} for level in self._ground.scheme.of("nodes")}
        patterns = {level.name: level.code for level in self._ground.scheme.of("nodes")}
        for level, code in zip(self.node_level, self.node_code, strict=True):
            place = origin(code, patterns[level]) if level in patterns else None
            if place is not None:
                found[level][place[0]] = max(found[level].get(place[0], 0), place[1])
        return found

    @cached_property
    def formers(self) -> dict[str, dict[str, int]]:
        """By level the number of each zone of the parent plan, by its code."""
        ground = self._ground
        return {
            level: {code: row for row, code in enumerate(known.codes)}
            for level, known in (("grid", ground.grids), ("unit", ground.units))
        }

    @cached_property
    def former_units(self) -> Mapping[str, list[str]]:
        """The codes of the units of the parent plan, by the code of their grid."""
        found: dict[str, list[str]] = {}
        for code, parent in zip(self._ground.units.codes, self._ground.units.parents, strict=True):
            found.setdefault(parent or "", []).append(code)
        return found

    @cached_property
    def empty_grids(self) -> NDArray[np.bool_]:
        """Which grids of the parent plan had no section."""
        ground = self._ground
        cell = ground.cell_of_piece[ground.piece_of_section]
        return _without(ground.former_cell[cell], len(ground.grids.codes))

    @cached_property
    def empty_units(self) -> NDArray[np.bool_]:
        """Which units of the parent plan had no section."""
        return _without(self._ground.former_section, len(self._ground.units.codes))


def _texts(column: pd.Series) -> list[str]:
    texts: list[str] = column.tolist()
    return texts


def _without(of: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    return np.bincount(of, minlength=count) == 0 if count else np.zeros(0, dtype=np.bool_)
