"""The tables of a plan from its drawing: what lines, codes and counts change; all else is as it was read."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.graph.atom_graph import Ints
from gridplan.partition.measures import TERMS, terms
from gridplan.plan.land import measure, to_metres
from gridplan.plan.layers import MESSAGES, shape_columns
from gridplan.plan.posts import post_table
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.naming_nodes import node_codes
from gridplan.plan.redraw.shapes import grid_shapes, plot_shapes
from gridplan.plan.redraw.zones import Found, GridZone
from gridplan.plan.succession import Flows, flows, lineage_steps


class Drawn:
    """The tables of a drawing, each made when it is asked for, from what they share."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing, self.ground, self.was = drawing, drawing.ground, drawing.ground.tables
        self.grids = sorted(drawing.grids.values(), key=lambda grid: grid.code)
        code = np.empty(drawing.next_number, dtype=object)
        for grid in self.grids:
            code[grid.number] = grid.code
        self.grid_of_cell = code[drawing.of_cell.array()]
        self.unit_of_piece, self.unit_of_section = self._units()

    def table(self, layer: str) -> pd.DataFrame:
        """The table of that layer."""
        made: Mapping[str, Callable[[], pd.DataFrame]] = {
            "areas": self._areas,
            "communities": self._communities,
            "grids": self._grids,
            "units": self._unit_table,
            "buildings": self._buildings,
            "sections": self._sections,
            "nodes": self._nodes,
            "posts": self._posts,
            "findings": self._findings,
            "lineage": lambda: self._rows("lineage", self._lineage()),
            "voided": self._voided,
            "meta": self._meta,
            "atoms": self._atoms,
            "pieces": self._pieces,
            "constraints": lambda: self._rows("constraints", self._constraints()),
            "assignments": lambda: self._rows("assignments", sorted(self._staff())),
            "history": lambda: self._rows(
                "history", [(n, e.operation, e.who, e.at, e.note) for n, e in enumerate(self.drawing.edits, start=1)]
            ),
        }
        return made[layer]() if layer in made else getattr(self.was, layer)

    def _rows(self, layer: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
        return conform(pd.DataFrame(rows, columns=PLAN[layer].names()), PLAN[layer])

    def _changed(self, layer: str, **columns: object) -> pd.DataFrame:
        """The table as it was read, with other values in some columns."""
        return conform(getattr(self.was, layer).assign(**columns), PLAN[layer])

    def _units(self) -> tuple[np.ndarray, np.ndarray]:
        """The code of the unit of each piece (of several the lowest) and of each section."""
        piece = np.empty(len(self.ground.piece_ids), dtype=object)
        section = np.empty(len(self.ground.section_households), dtype=object)
        for grid in self.grids:
            for plot in grid.plots:
                piece[list(plot.pieces)] = plot.units[0].code
                for unit in plot.units:
                    section[list(unit.sections)] = unit.code
        return piece, section

    def _layer(self, layer: str, columns: Mapping[str, object], shapes: Sequence[object]) -> gpd.GeoDataFrame:
        table = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=list(shapes), crs=LONLAT)
        return conform(table.sort_values("code", ignore_index=True), PLAN[layer])

    def _grids(self) -> gpd.GeoDataFrame:
        grids, shapes = self.grids, grid_shapes(self.ground, self.grids)
        kinds = self.ground.kinds
        measures = measure(to_metres(np.array(shapes, dtype=object), self.ground.metres))
        columns = {
            "code": [grid.code for grid in grids],
            "name": [grid_name(self.drawing, grid) for grid in grids],
            "kind": ["special" if grid.special else kinds[grid.community] for grid in grids],
            "community": [self.ground.communities[grid.community] for grid in grids],
            "households": [grid.households for grid in grids],
            "population": pd.array([grid.people for grid in grids], dtype="Int64"),
            "units": [len(grid.units) for grid in grids],
            "buildings": [grid.buildings for grid in grids],
            **shape_columns(measures),
            "status": [grid.status for grid in grids],
            "reason": [grid.found[0].code if grid.found else None for grid in grids],
            "of": pd.Series([grid.thing for grid in grids], dtype="str"),
        }
        return self._layer("grids", columns, shapes)

    def _unit_table(self) -> gpd.GeoDataFrame:
        plots = [(grid, plot) for grid in self.grids for plot in grid.plots]
        land = plot_shapes(self.ground, [plot for _, plot in plots])
        floors = self.was.sections[["floor_from", "floor_to"]]
        first, last = (floors[name].fillna(-1).to_numpy(np.int64) for name in floors)
        rows, shapes = [], []
        for (grid, plot), shape in zip(plots, land, strict=True):
            stacked = len(plot.units) > 1
            for unit in plot.units:
                low = min((int(first[row]) for row in unit.sections if first[row] >= 0), default=None) if stacked else None
                high = max((int(last[row]) for row in unit.sections if last[row] >= 0), default=None) if stacked else None
                rows.append((unit.code, grid.code, unit.households, stacked, low, high))
                shapes.append(shape)
        names = ["code", "grid", "households", "stacked", "floor_from", "floor_to"]
        table = pd.DataFrame(rows, columns=names).astype({"floor_from": "Int64", "floor_to": "Int64"})
        return self._layer("units", {name: table[name] for name in names}, shapes)

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
            unit=pd.Series(self.unit_of_section, dtype="str"),
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
            unit=pd.Series(self.unit_of_piece, dtype="str"),
            households=pd.array(self.ground.pieces.households, dtype="Int64"),
            former=pd.Series(formers[self.ground.former_piece], dtype="str"),
        )

    def _nodes(self) -> gpd.GeoDataFrame:
        nodes = self.was.nodes
        if not len(nodes):
            return nodes
        buildings = self._buildings().set_index("id")
        things = pd.concat([buildings["households"], self._stairs(nodes)])
        moved = nodes.assign(
            grid=nodes["building"].map(buildings["grid"]).astype("str"), households=nodes["id"].map(things).astype("Int64")
        )
        return conform(node_codes(moved, nodes, self.ground.scheme).sort_values("code", ignore_index=True), PLAN["nodes"])

    def _stairs(self, nodes: pd.DataFrame) -> pd.Series:
        """Households of each entrance, by the id of the section that it has."""
        piece = pd.Series(self.ground.piece_of_section, index=self.was.sections["id"])
        total = pd.Series(self.ground.section_households).groupby(self.ground.piece_of_section).sum()
        ids = nodes["id"][nodes["of"] == "entrance"]
        return pd.Series(total.reindex(piece.reindex(ids)).to_numpy(), index=ids)

    def _posts(self) -> pd.DataFrame:
        scheme = self.ground.scheme
        grids = [(grid.code, grid.households) for grid in self.grids]
        units = [(unit.code, unit.households) for grid in self.grids for unit in grid.units]
        made = post_table(
            [
                (level, [code for code, _ in rows], [size for _, size in rows])
                for level, rows in ((scheme.grids, grids), (scheme.units, units))
            ]
        )
        above = self.was.posts[~self.was.posts["level"].isin([scheme.grids.name, scheme.units.name])]
        return conform(pd.concat([above, made], ignore_index=True), PLAN["posts"])

    def _findings(self) -> gpd.GeoDataFrame:
        above = self.was.findings[~self.was.findings["level"].isin(["grid", "unit"])]
        rows: list[dict[str, Any]] = []  # as the contract has them
        grids = [grid for grid in self.grids if grid.found]
        for grid, shape in zip(grids, grid_shapes(self.ground, grids), strict=True):
            rows += [_finding("grid", grid.code, found, shape) for found in grid.found]
        plots = [(plot, unit) for grid in self.grids for plot in grid.plots for unit in plot.units if unit.found]
        plots.sort(key=lambda pair: pair[1].code)
        for (_, unit), shape in zip(plots, plot_shapes(self.ground, [plot for plot, _ in plots]), strict=True):
            rows += [_finding("unit", unit.code, found, shape) for found in unit.found]
        columns = [*PLAN["findings"].names(), "geometry"]
        made = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=LONLAT)
        return conform(pd.concat([above, made], ignore_index=True) if len(above) else made, PLAN["findings"])

    def _flows(self) -> Iterator[tuple[str, Flows, list[str], list[str]]]:
        """By level what went where, the codes of the former zones, and those of the zones."""
        ground = self.ground
        cell = ground.cell_of_piece[ground.piece_of_section]
        for level, known, was, now, lands in (
            ("grid", ground.grids, ground.former_cell[cell], self.grid_of_cell[cell], (ground.former_cell, self.grid_of_cell)),
            ("unit", ground.units, ground.former_section, self.unit_of_section, (ground.former_piece, self.unit_of_piece)),
        ):
            codes = sorted({*lands[1], *now})
            index = pd.Index(codes)
            new = index.get_indexer(now).astype(np.int64)
            empty = self._empty(was, new, (lands[0], index.get_indexer(lands[1]).astype(np.int64)), len(known.codes), len(codes))
            nobody = np.zeros(len(empty[0]), dtype=np.int64)
            what = flows(
                np.concatenate([was, empty[0]]),
                np.concatenate([new, empty[1]]),
                np.concatenate([ground.section_households, nobody]),
                np.concatenate([ground.section_before, nobody]),
                former_zones=len(known.codes),
                zones=len(codes),
            )
            yield level, what, known.codes, codes

    @staticmethod
    def _empty(was: Ints, new: Ints, land: tuple[Ints, Ints], formers: int, zones: int) -> tuple[Ints, Ints]:
        """Where zones without a section came from or went to: the pairs of their land."""
        old_empty, new_empty = np.ones(formers, dtype=np.bool_), np.ones(zones, dtype=np.bool_)
        old_empty[was] = False
        new_empty[new] = False
        chosen = old_empty[land[0]] | new_empty[land[1]]
        pairs = np.unique(np.stack([land[0][chosen], land[1][chosen]]), axis=1)
        return pairs[0].astype(np.int64), pairs[1].astype(np.int64)

    def _lineage(self) -> list[tuple[object, ...]]:
        return [
            (level, step.old, step.new, step.change, step.households, step.before)
            for level, what, old, new in self._flows()
            for step in lineage_steps(what, old, new)
        ]

    def _voided(self) -> pd.DataFrame:
        ground = self.ground
        spent = self.was.voided[
            [code in ground.spent(level) for level, code in zip(self.was.voided["level"], self.was.voided["code"], strict=True)]
        ]
        rows: list[tuple[object, ...]] = [tuple(row) for row in spent.itertuples(index=False)]
        live = {"grid": {grid.code for grid in self.grids}, "unit": {unit.code for grid in self.grids for unit in grid.units}}
        for level, known in (("grid", ground.grids), ("unit", ground.units)):
            for code, parent in zip(known.codes, known.parents, strict=True):
                if code not in live[level]:
                    rows.append((level, code, parent or "", self.drawing.id))
        return self._rows("voided", sorted(rows, key=lambda row: (str(row[0]), str(row[1]))))

    def _meta(self) -> pd.DataFrame:
        facts = dict(zip(self.was.meta["key"], self.was.meta["value"], strict=True))
        total = self.drawing.totals
        counts = json.loads(str(facts.get("counts", "{}"))) | {
            "communities": len({grid.community for grid in self.grids}),
            "grids": total.grids,
            "grids_in_range": total.grids - total.grids_proved - total.grids_open,
            "grids_proved": total.grids_proved,
            "grids_open": total.grids_open,
            "units": total.units,
            "units_in_range": total.units - total.units_proved - total.units_open,
            "units_proved": total.units_proved,
            "units_open": total.units_open,
            "households": total.households,
        }
        value = self._terms()
        # Bounds were those of the search; what was drawn by hand has none.
        unknown = dict.fromkeys(("bound", "gap", "units_objective", "units_bound", "units_optimal"), "")
        changed = {key: unknown[key] for key in unknown if key in facts} | {
            "plan": self.drawing.id,
            "parent": self.ground.parent,
            "counts": json.dumps(counts),
            "objective": f"{sum(value.values()):.6f}",
            "terms": json.dumps({name: round(value[name], 6) for name in TERMS}),
        }
        return self._rows("meta", sorted({**facts, **changed}.items()))

    def _terms(self) -> dict[str, float]:
        """The terms of the objective over all communities, special grids left out."""
        found = dict.fromkeys(TERMS, 0.0)
        of_cell = self.drawing.of_cell.array()
        special = [number for number, grid in self.drawing.grids.items() if grid.special]
        ordinary = ~np.isin(of_cell, special)
        for community in range(len(self.ground.communities)):
            rule = self.ground.grid_rule(community)
            rows = np.flatnonzero((self.ground.community == community) & ordinary)
            if rule is not None and len(rows):
                zone = np.unique(of_cell[rows], return_inverse=True)[1].astype(np.int64)
                for name, value in terms(self.ground.cells.subgraph(rows), zone, rule, self.ground.objective).items():
                    found[name] += value
        return found

    def _constraints(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for one in self.drawing.constraints:
            items: list[object] = [list(point) for point in one.line] or [self.ground.cell_ids[row] for row in one.atoms]
            rows.append((one.number, one.kind, json.dumps(items, ensure_ascii=False), one.note))
        if self.drawing.locked:
            codes = sorted(self.drawing.grids[number].code for number in self.drawing.locked)
            rows.append((max((one.number for one in self.drawing.constraints), default=0) + 1, "lock", json.dumps(codes), None))
        return rows

    def _staff(self) -> list[tuple[str, str, str]]:
        return [(self.drawing.grids[number].code, post, person) for number, post, person in self.drawing.staff]


def grid_name(drawing: Drawing, grid: GridZone) -> str:
    """What a planner called a grid, else what the grid with its code was called, else the scheme's name for it."""
    ground = drawing.ground
    level, names = ground.scheme.grids, ground.grid_names
    if grid.name is not None or grid.code in names:
        return grid.name if grid.name is not None else names[grid.code]
    place = ground.community_names[grid.community]
    number = level.code.label(level.code.split(grid.code)[1])
    return level.label.format(community=place, number=number, of=f"{place}{number}")


def _finding(level: str, code: str, found: Found, shape: object) -> dict[str, Any]:
    row = {"code": found.code, "level": level, "zone": code, "measure": found.measure, "limit": found.limit, "proof": found.proof}
    words = {name: getattr(found, name) for name, _ in MESSAGES} | {"waiver": found.waiver, "waiver_zh": found.waiver_zh}
    return {**row, **words, "geometry": shape}
