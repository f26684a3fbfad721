"""A drawing read from the tables of a plan."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.messages import Phrase
from gridplan.plan.redraw.drawing import Constraint, Drawing, Edit, Totals
from gridplan.plan.redraw.ground import Ground
from gridplan.plan.redraw.ground_reading import read_ground
from gridplan.plan.redraw.labels import Labels
from gridplan.plan.redraw.lines import crossed
from gridplan.plan.redraw.zones import Found, Plot, make_grid, make_unit
from gridplan.plan.tables import Tables


def read_drawing(tables: Tables) -> Drawing:
    """The drawing that a plan holds.

    Raises
    ------
    RuleError
        GP230 the plan has no atoms; GP231 an atom is in a grid that is not there.

    Notes
    -----
    About 2 s for 50,000 atoms; done once, since plans that are redrawn from one another share it.
    """
    ground = read_ground(tables)
    codes = tables.grids["code"].tolist()
    of_cell = pd.Index(codes).get_indexer(tables.atoms["grid"]).astype(np.int64)
    if (of_cell < 0).any():
        unknown = str(tables.atoms["grid"][of_cell < 0].iloc[0])
        raise RuleError("GP231", what=Phrase("redraw.what.grid"), code=unknown, known=", ".join(codes[:5]))
    found = _found(tables.findings)
    plots = _plots(ground, tables, of_cell, found)
    cells: list[list[int]] = [[] for _ in codes]
    for cell, number in enumerate(of_cell.tolist()):
        cells[number].append(cell)
    grids = {
        number: make_grid(
            ground,
            number,
            cells[number],
            tuple(plots[number]),
            code=row.code,
            special=row.kind == "special",
            thing=None if pd.isna(row.of) else row.of,
            found=found.get(("grid", row.code), ()),
        )
        for number, row in enumerate(tables.grids.itertuples())
    }
    where: dict[int, list[int]] = {}
    for number, grid in grids.items():
        for former in grid.came:
            where.setdefault(former, []).append(number)
    number_of = {code: number for number, code in enumerate(codes)}
    constraints, locked = read_constraints(ground, tables.constraints, number_of)
    staff = [(number_of[row.grid], row.post, row.person) for row in tables.assignments.itertuples() if row.grid in number_of]
    return Drawing(
        ground=ground,
        grids=grids,
        of_cell=Labels.of(of_cell),
        where={former: tuple(numbers) for former, numbers in sorted(where.items())},
        next_number=len(codes),
        totals=sum(map(Totals.of, grids.values()), Totals()),
        locked=locked,
        constraints=constraints,
        staff=tuple(staff),
        edits=tuple(Edit(row.operation, *map(_text, (row.who, row.at, row.note))) for row in _steps(tables, ground)),
    )


def _steps(tables: Tables, ground: Ground) -> Iterable[Any]:
    """The rows of the history, where the plan goes on from the parent that it was redrawn from."""
    own = dict(zip(tables.meta["key"], tables.meta["value"], strict=True)).get("plan")
    return () if ground.parent == own else tables.history.itertuples()


def _found(findings: pd.DataFrame) -> dict[tuple[str, str], tuple[Found, ...]]:
    """The findings on each grid and unit, by level and code."""
    found: dict[tuple[str, str], tuple[Found, ...]] = {}
    for row in findings.itertuples():
        words = (row.message, row.message_zh, _text(row.waiver), _text(row.waiver_zh))
        one = Found(row.code, float(row.measure), float(row.limit), bool(row.proof), *words)
        found[row.level, row.zone] = (*found.get((row.level, row.zone), ()), one)
    return found


def _plots(ground: Ground, tables: Tables, of_cell: Ints, found: Mapping[tuple[str, str], tuple[Found, ...]]) -> list[list[Plot]]:
    """The plots of each grid, by first piece."""
    unit_of = dict(enumerate(tables.pieces["unit"].tolist()))
    of_units = {code: told for (level, code), told in found.items() if level == "unit"}
    plots: list[list[Plot]] = [[] for _ in range(int(of_cell.max(initial=-1)) + 1)]
    for plot in made_plots(ground, unit_of, dict(enumerate(tables.sections["unit"].tolist())), of_units):
        plots[int(of_cell[ground.cell_of_piece[plot.pieces[0]]])].append(plot)
    return plots


def made_plots(
    ground: Ground, unit_of_piece: Mapping[int, str], unit_of: Mapping[int, str], found: Mapping[str, tuple[Found, ...]]
) -> Iterator[Plot]:
    """The plots of units, by first piece.

    Parameters
    ----------
    unit_of_piece : the unit (code) of each piece, ascending; of several above one another the lowest.
    unit_of : the unit of each section on them.
    found : what is found of units.
    """
    pieces: dict[str, list[int]] = {}
    for piece, code in unit_of_piece.items():
        pieces.setdefault(code, []).append(piece)
    floors = ground.floors
    for code, rows in pieces.items():
        sections: dict[str, list[int]] = {}
        for piece in rows:
            for section in ground.sections_of_piece[piece]:
                sections.setdefault(unit_of[section], []).append(section)
        sections = sections or {code: []}
        order = sorted(sections, key=lambda name: (min((int(floors[row]) for row in sections[name]), default=0), name))
        units = [make_unit(ground, sections[name], rows, code=name, found=found.get(name, ())) for name in order]
        tower = next((piece for piece in rows if ground.stacked[piece]), -1)
        yield Plot(tuple(rows), tower, tuple(units))


def read_constraints(
    ground: Ground, table: pd.DataFrame, number_of: Mapping[str, int]
) -> tuple[tuple[Constraint, ...], frozenset[int]]:
    """What holds besides the scheme, and the numbers of the locked grids."""
    made, locked = [], set()
    for row in table.itertuples():
        items = json.loads(row.items)
        if row.kind == "lock":
            locked |= {number_of[code] for code in items if code in number_of}
        elif row.kind == "cannot_cross":
            line = tuple((float(x), float(y)) for x, y in items)
            made.append(
                Constraint(
                    int(row.number), row.kind, line=line, shut=crossed(ground.cells, ground.metres, line), note=_text(row.note)
                )
            )
        else:
            atoms = tuple(ground.row_of_cell[name] for name in items if name in ground.row_of_cell)
            made.append(Constraint(int(row.number), row.kind, atoms=atoms, note=_text(row.note)))
    return tuple(made), frozenset(locked)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
