"""The tables of a plan from its drawing: what lines, codes and counts change; all else is as it was read."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.contracts import PLAN, conform
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.facts import drawn_facts
from gridplan.plan.redraw.lineage import lineage_rows, voided_rows
from gridplan.plan.redraw.naming_nodes import node_rows
from gridplan.plan.redraw.rows import (
    constraint_rows,
    finding_rows,
    grid_rows,
    history_rows,
    staff_rows,
    staffing_rows,
    unit_rows,
    units_of,
)


class Drawn:
    """The tables of a drawing, each made when it is asked for, from what they share."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing, self.ground, self.was = drawing, drawing.ground, drawing.ground.tables
        self.grids = sorted(drawing.grids.values(), key=lambda grid: grid.code)

    @cached_property
    def grid_of_cell(self) -> np.ndarray:
        """The code of the grid of each cell."""
        code = np.empty(self.drawing.next_number, dtype=object)
        for grid in self.grids:
            code[grid.number] = grid.code
        return code[self.drawing.of_cell.array()]

    @cached_property
    def unit_codes(self) -> tuple[np.ndarray, np.ndarray]:
        """The code of the unit of each piece (of several the lowest) and of each section."""
        piece = np.empty(len(self.ground.piece_ids), dtype=object)
        section = np.empty(len(self.ground.section_households), dtype=object)
        for grid in self.grids:
            for plot in grid.plots:
                piece[list(plot.pieces)] = plot.units[0].code
                for unit in plot.units:
                    section[list(unit.sections)] = unit.code
        return piece, section

    def table(self, layer: str) -> pd.DataFrame:
        """The table of that layer."""
        made: Mapping[str, Callable[[], pd.DataFrame]] = {
            "areas": self._areas,
            "communities": self._communities,
            "grids": lambda: grid_rows(self.drawing, self.grids).table(),
            "units": lambda: unit_rows(self.drawing, units_of(self.grids)).table(),
            "buildings": self._buildings,
            "sections": self._sections,
            "nodes": self._nodes,
            "posts": self._posts,
            "findings": self._findings,
            "lineage": lambda: lineage_rows(self.drawing).table(),
            "voided": self._voided,
            "meta": self._meta,
            "atoms": self._atoms,
            "pieces": self._pieces,
            "constraints": lambda: constraint_rows(self.drawing).table(),
            "assignments": lambda: staff_rows(self.drawing).table(),
            "history": lambda: history_rows(self.drawing).table(),
        }
        return made[layer]() if layer in made else getattr(self.was, layer)

    def _rows(self, layer: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
        return conform(pd.DataFrame(rows, columns=PLAN[layer].names()), PLAN[layer])

    def _changed(self, layer: str, **columns: object) -> pd.DataFrame:
        """The table as it was read, with other values in some columns."""
        return conform(getattr(self.was, layer).assign(**columns), PLAN[layer])

    def _communities(self) -> gpd.GeoDataFrame:
        count = np.zeros((2, len(self.ground.communities)), dtype=np.int64)
        for grid in self.grids:
            count[:, grid.community] += 1, grid.households
        names = self.drawing.names
        renamed = [names.get(("community", code), name) for code, name in zip(*self._named("communities"), strict=True)]
        return self._changed(
            "communities",
            name=pd.Series(renamed, dtype="str"),
            grids=pd.array(count[0], dtype="Int64"),
            households=pd.array(count[1], dtype="Int64"),
        )

    def _named(self, layer: str) -> tuple[list[str], list[str]]:
        table = getattr(self.was, layer)
        return table["code"].tolist(), table["name"].tolist()

    def _areas(self) -> gpd.GeoDataFrame:
        """Areas with the counts of the communities that lie in them."""
        areas, inside = self.was.areas, self.ground.areas_of_community
        count = np.zeros((3, len(areas)), dtype=np.int64)
        for grid in self.grids:
            for area in inside[grid.community]:
                count[:, area] += 1, len(grid.units), grid.households
        names = self.drawing.names
        renamed = [names.get(("area", code), name) for code, name in zip(*self._named("areas"), strict=True)]
        counted = {name: pd.array(row, dtype="Int64") for name, row in zip(("grids", "units", "households"), count, strict=True)}
        return self._changed("areas", name=pd.Series(renamed, dtype="str"), **counted)

    def _buildings(self) -> gpd.GeoDataFrame:
        sections = self.was.sections
        piece_row = self.ground.piece_of_section
        by_building = pd.DataFrame(
            {
                "building": sections["building"],
                "grid": self.grid_of_cell[self.ground.cell_of_piece[piece_row]],
                "households": self.ground.section_households,
            }
        ).groupby("building")
        buildings = self.was.buildings
        grid, households = by_building["grid"].first(), by_building["households"].sum()
        known = buildings["id"].map(grid)
        return self._changed(
            "buildings",
            grid=known.fillna(buildings["grid"]).astype("str"),
            households=buildings["id"].map(households).astype("Int64"),
        )

    def _sections(self) -> pd.DataFrame:
        formers = np.array(self.ground.units.codes, dtype=object)
        return self._changed(
            "sections",
            unit=pd.Series(self.unit_codes[1], dtype="str"),
            households=pd.array(self.ground.section_households, dtype="Int64"),
            former=pd.Series(formers[self.ground.former_section], dtype="str"),
            households_before=pd.array(self.ground.section_before, dtype="Int64"),
        )

    def _atoms(self) -> gpd.GeoDataFrame:
        formers = np.array(self.ground.grids.codes, dtype=object)
        return self._changed(
            "atoms",
            grid=pd.Series(self.grid_of_cell, dtype="str"),
            households=pd.array(self.ground.cells.households, dtype="Int64"),
            former=pd.Series(formers[self.ground.former_cell], dtype="str"),
        )

    def _pieces(self) -> gpd.GeoDataFrame:
        formers = np.array(self.ground.units.codes, dtype=object)
        return self._changed(
            "pieces",
            unit=pd.Series(self.unit_codes[0], dtype="str"),
            households=pd.array(self.ground.pieces.households, dtype="Int64"),
            former=pd.Series(formers[self.ground.former_piece], dtype="str"),
        )

    def _nodes(self) -> gpd.GeoDataFrame:
        nodes = self.was.nodes
        if not len(nodes):
            return nodes
        codes, grids, counts = nodes["code"].tolist(), nodes["grid"].tolist(), nodes["households"].tolist()
        for row, node in node_rows(self.drawing, self.grids).items():
            codes[row], grids[row], counts[row] = node
        moved = nodes.assign(code=codes, grid=grids, households=counts)
        return conform(moved.sort_values("code", ignore_index=True), PLAN["nodes"])

    def _posts(self) -> pd.DataFrame:
        scheme = self.ground.scheme
        above = self.was.posts[~self.was.posts["level"].isin([scheme.grids.name, scheme.units.name])]
        return conform(pd.concat([above, staffing_rows(self.drawing, self.grids).table()], ignore_index=True), PLAN["posts"])

    def _findings(self) -> gpd.GeoDataFrame:
        above = self.was.findings[~self.was.findings["level"].isin(["grid", "unit"])]
        made = finding_rows(self.drawing, self.grids).table()
        return conform(pd.concat([above, made], ignore_index=True) if len(above) else made, PLAN["findings"])

    def _voided(self) -> pd.DataFrame:
        """What was voided before the parent plan, and what ended since."""
        known, was = self.ground.spent, self.was.voided
        spent = was[[code in known(level) for level, code in zip(was["level"], was["code"], strict=True)]]
        rows = [*spent.itertuples(index=False, name=None), *voided_rows(self.drawing)]
        return self._rows("voided", sorted(rows, key=lambda row: (str(row[0]), str(row[1]))))

    def _meta(self) -> pd.DataFrame:
        was = dict(zip(self.was.meta["key"], self.was.meta["value"], strict=True))
        return self._rows("meta", sorted({**was, **drawn_facts(self.drawing)}.items()))
