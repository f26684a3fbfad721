"""What became of the zones of the parent plan, as ``lineage`` tells it: of all of them, or of those that an edit touched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.graph.atom_graph import Ints
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.ground import Formers
from gridplan.plan.redraw.rows import Row, Rows
from gridplan.plan.redraw.zones import GridZone
from gridplan.plan.succession import Step, flows, lineage_steps

Codes = NDArray[np.object_]


@dataclass(frozen=True)
class Zones:
    """Rows of cells, pieces and sections, and the code of the zone that each is in."""

    cells: Ints
    pieces: Ints
    sections: Ints
    grid_of_cell: Codes
    unit_of_piece: Codes
    unit_of_section: Codes
    grid_of_section: Codes

    @classmethod
    def of(cls, drawing: Drawing, grids: Sequence[GridZone]) -> "Zones":
        """Those of these grids."""
        cells: list[int] = []
        cell_codes: list[str] = []
        pieces: list[int] = []
        piece_codes: list[str] = []
        sections: list[int] = []
        section_codes: list[str] = []
        section_grids: list[str] = []
        for grid in grids:
            cells += grid.cells
            cell_codes += [grid.code] * len(grid.cells)
            for plot in grid.plots:
                pieces += plot.pieces
                piece_codes += [plot.units[0].code] * len(plot.pieces)
                for unit in plot.units:
                    sections += unit.sections
                    section_codes += [unit.code] * len(unit.sections)
                    section_grids += [grid.code] * len(unit.sections)
        codes = [np.array(each, dtype=object) for each in (cell_codes, piece_codes, section_codes, section_grids)]
        return cls(_rows(cells), _rows(pieces), _rows(sections), *codes)


def _rows(rows: Sequence[int]) -> Ints:
    return np.array(rows, dtype=np.int64)


def lineage_rows(drawing: Drawing, formers: frozenset[int] | None = None) -> Rows:
    """``lineage``: by level, then old code, then new; of the ``formers`` (numbers of grids of the parent plan) and their units.

    Parameters
    ----------
    formers : None for all.
    """
    if formers is None:
        zones = Zones.of(drawing, list(drawing.grids.values()))
    else:
        # With every grid that has land of theirs all that went anywhere is looked at, and what else came there.
        around = sorted({number for former in formers for number in drawing.where[former]})
        zones = Zones.of(drawing, [drawing.grids[number] for number in around])
    rows: list[Row] = []
    for level, steps, wanted in _levels(drawing, zones, formers):
        rows += [
            (level, step.old, step.new, step.change, step.households, step.before)
            for step in steps
            if wanted is None or step.old in wanted
        ]
    return Rows("lineage", rows)


def voided_rows(drawing: Drawing) -> list[tuple[str, str, str, str]]:
    """The rows of ``voided`` of zones of the parent plan whose codes nobody has any more."""
    live = {
        "grid": set(drawing.by_code),
        "unit": {unit.code for grid in drawing.grids.values() for plot in grid.plots for unit in plot.units},
    }
    return [
        (level, code, parent or "", drawing.id)
        for level, known in (("grid", drawing.ground.grids), ("unit", drawing.ground.units))
        for code, parent in zip(known.codes, known.parents, strict=True)
        if code not in live[level]
    ]


def _levels(
    drawing: Drawing, zones: Zones, formers: frozenset[int] | None
) -> Iterator[tuple[str, list[Step], frozenset[str] | None]]:
    """By level the steps, and the old codes that are asked for."""
    ground, lookups = drawing.ground, drawing.ground.lookups
    former_grid = ground.former_cell[ground.cell_of_piece[ground.piece_of_section[zones.sections]]]
    former_unit, unit_land = ground.former_section[zones.sections], ground.former_piece[zones.pieces]
    asked: list[frozenset[str] | None] = [None, None]
    if formers is not None:
        of_piece = np.isin(ground.former_cell[ground.cell_of_piece[zones.pieces]], sorted(formers))
        units = {*unit_land[of_piece].tolist(), *former_unit[np.isin(former_grid, sorted(formers))].tolist()}
        asked = [frozenset(ground.grids.codes[number] for number in formers)]
        asked += [frozenset(ground.units.codes[number] for number in units)]
    households, before = ground.section_households[zones.sections], ground.section_before[zones.sections]
    counts = (households, before)
    grid_land = (ground.former_cell[zones.cells], zones.grid_of_cell)
    moved = (former_grid, zones.grid_of_section)
    yield "grid", _steps(ground.grids, lookups.empty_grids, moved, grid_land, counts), asked[0]
    piece_land = (unit_land, zones.unit_of_piece)
    yield "unit", _steps(ground.units, lookups.empty_units, (former_unit, zones.unit_of_section), piece_land, counts), asked[1]


def _steps(
    known: Formers, empty: NDArray[np.bool_], moved: tuple[Ints, Codes], land: tuple[Ints, Codes], counts: tuple[Ints, Ints]
) -> list[Step]:
    """The steps of one level: what was ``moved`` with its households, and land of zones without a section."""
    old = np.unique(np.concatenate([moved[0], land[0]]))
    codes = sorted({*land[1], *moved[1]})
    index = pd.Index(codes)
    was, was_land = np.searchsorted(old, moved[0]), np.searchsorted(old, land[0])
    now, now_land = (index.get_indexer(each).astype(np.int64) for each in (moved[1], land[1]))
    lived = np.zeros(len(codes), dtype=np.bool_)
    lived[now] = True
    bare = empty[land[0]] | ~lived[now_land]
    pairs = np.unique(np.stack([was_land[bare], now_land[bare]]), axis=1).astype(np.int64)
    nobody = np.zeros(pairs.shape[1], dtype=np.int64)
    went = flows(
        np.concatenate([was, pairs[0]]),
        np.concatenate([now, pairs[1]]),
        np.concatenate([counts[0], nobody]),
        np.concatenate([counts[1], nobody]),
        former_zones=len(old),
        zones=len(codes),
    )
    return lineage_steps(went, [known.codes[number] for number in old.tolist()], codes)
