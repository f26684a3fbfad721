"""What an edit changed, noted as it was before, so that the drawing of then can be made again: also elsewhere, and years later.

All is told by ids and codes, as JSON holds it, and never by the numbers of a drawing, which are others when it is read again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gridplan.plan.redraw.drawing import Drawing, Edit, Totals, altered, placed
from gridplan.plan.redraw.naming_nodes import node_codes
from gridplan.plan.redraw.pairs import Pair
from gridplan.plan.redraw.reading import made_plots, read_constraints
from gridplan.plan.redraw.rows import Rows, constraint_rows, grid_name, staff_rows, units_of
from gridplan.plan.redraw.zones import Found, GridZone, make_grid

Former = Mapping[str, Any]
"""What was before: JSON."""


def former(before: Drawing, after: Drawing) -> dict[str, Any]:
    """What ``after`` is to be changed by, to be ``before`` again."""
    pair = Pair(before, after)
    ground = pair.ground
    ids, sections = ground.cell_ids, ground.lookups.section_ids
    noted = {
        "grids": {grid.code: _noted(before, grid) for grid in pair.old},
        "atoms": _moved(*({ids[cell]: grid.code for grid in grids for cell in grid.cells} for grids in (pair.old, pair.new))),
        "pieces": _moved(*(_pieces(after, grids) for grids in (pair.old, pair.new))),
        "sections": _moved(
            *(
                {sections[row]: unit.code for _, _, unit in units_of(grids) for row in unit.sections}
                for grids in (pair.old, pair.new)
            )
        ),
        "households": {sections[row]: int(before.ground.section_households[row]) for row in pair.counted},
        "nodes": _nodes(pair),
        "names": [[level, code, _name(before, level, code)] for level, code in pair.renamed],
        "history": {"kept": pair.same_edits, "more": [list(vars(edit).values()) for edit in before.edits[pair.same_edits :]]},
    }
    for layer, rows in (("constraints", constraint_rows), ("assignments", staff_rows)):
        was, now = rows(before).values, rows(after).values
        if was != now:
            noted[layer] = [list(row) for row in was]
    return {key: value for key, value in noted.items() if value or key in ("constraints", "assignments")}


def undone(drawing: Drawing, noted: Former) -> Drawing:
    """The drawing as it was before the edit that :func:`former` noted this of."""
    ground, lookups = drawing.ground, drawing.ground.lookups
    if "households" in noted:
        counts = ground.section_households.copy()
        for name, number in noted["households"].items():
            counts[lookups.row_of_section[name]] = number
        ground = ground.recounted(counts)
    codes = _codes(noted.get("atoms", {}), ground.row_of_cell)
    touched = {drawing.of_cell[cell] for cell in codes} | {
        drawing.by_code[code] for code in noted.get("grids", ()) if code in drawing.by_code
    }
    there = [drawing.grids[number] for number in sorted(touched)]
    after = replace(drawing, ground=ground, outcome={}, node_codes=_kept_nodes(drawing, noted, there))
    made = _made(after, noted, there, codes)
    after = placed(after, made, sorted(touched - {grid.number for grid in made}))
    if "land" in vars(drawing) and not any(grid.special for grid in (*there, *made)):
        vars(after)["land"] = drawing.land
    totals = drawing.totals + sum(map(Totals.of, made), Totals()) - sum(map(Totals.of, there), Totals())
    changes: dict[str, Any] = {"totals": totals}
    if "constraints" in noted:
        table = Rows("constraints", [tuple(row) for row in noted["constraints"]]).table()
        changes["constraints"], changes["locked"] = read_constraints(ground, table, after.by_code)
    if "assignments" in noted:
        changes["staff"] = tuple(sorted((after.by_code[code], post, person) for code, post, person in noted["assignments"]))
    if "names" in noted:
        changes["names"] = {**drawing.names, **{(level, code): name for level, code, name in noted["names"]}}
    if "history" in noted:
        more = tuple(Edit(*row) for row in noted["history"]["more"])
        changes["edits"] = (*drawing.edits[: noted["history"]["kept"]], *more)
    return altered(after, **changes)


def _noted(drawing: Drawing, grid: GridZone) -> dict[str, Any]:
    """What a grid was besides its land."""
    units = {unit.code: [list(vars(one).values()) for one in unit.found] for unit, _ in grid.units_found}
    found = [list(vars(one).values()) for one in grid.found]
    return {"name": grid_name(drawing, grid), "special": grid.special, "of": grid.thing, "found": found, "units": units}


def _moved(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, list[str]]:
    """What is elsewhere now, by the code of the zone that it was in."""
    found: dict[str, list[str]] = {}
    for name, code in was.items():
        if now[name] != code:
            found.setdefault(code, []).append(name)
    return found


def _codes(moved: Mapping[str, Iterable[str]], rows: Mapping[str, int]) -> dict[int, str]:
    """The code of each row that is told of."""
    return {rows[name]: code for code, names in moved.items() for name in names}


def _pieces(drawing: Drawing, grids: Iterable[GridZone]) -> dict[str, str]:
    ids = drawing.ground.piece_ids
    return {ids[piece]: plot.units[0].code for grid in grids for plot in grid.plots for piece in plot.pieces}


def _name(drawing: Drawing, level: str, code: str) -> str:
    """What a community or area was called."""
    tables = drawing.ground.tables
    table = tables.communities if level == "community" else tables.areas
    return drawing.names.get((level, code)) or str(table["name"][table["code"] == code].iloc[0])


def _nodes(pair: Pair) -> dict[str, dict[str, str]]:
    """The codes of nodes that have another now, by level and id."""
    known = pair.ground.lookups
    if not known.node_code:
        return {}
    was, now = (node_codes(drawing, grids) for drawing, grids in pair.sides)
    found: dict[str, dict[str, str]] = {}
    for row, code in was.items():
        if now[row] != code:
            found.setdefault(known.node_level[row], {})[known.node_id[row]] = code
    return found


def _kept_nodes(drawing: Drawing, noted: Former, grids: list[GridZone]) -> dict[int, str]:
    """The codes of the nodes in these grids: as noted, else as they are."""
    known = drawing.ground.lookups
    if not known.node_code:
        return {}
    back = {
        known.row_of_node[level, name]: code for level, codes in noted.get("nodes", {}).items() for name, code in codes.items()
    }
    return {**drawing.node_codes, **node_codes(drawing, grids), **back}


def _made(drawing: Drawing, noted: Former, there: list[GridZone], codes: Mapping[int, str]) -> list[GridZone]:
    """The grids as they were, from those that have their land now."""
    ground, known = drawing.ground, drawing.ground.lookups
    units = _codes(noted.get("pieces", {}), known.row_of_piece)
    flats = _codes(noted.get("sections", {}), known.row_of_section)
    cells: dict[str, list[int]] = {}
    pieces: dict[str, dict[int, str]] = {}
    unit_of: dict[int, str] = {}
    for grid in there:
        for cell in grid.cells:
            cells.setdefault(codes.get(cell, grid.code), []).append(cell)
        for plot in grid.plots:
            for piece in plot.pieces:
                home = codes.get(int(ground.cell_of_piece[piece]), grid.code)
                pieces.setdefault(home, {})[piece] = units.get(piece, plot.units[0].code)
            unit_of |= {row: flats.get(row, unit.code) for unit in plot.units for row in unit.sections}
    made: list[GridZone] = []
    fresh = drawing.next_number
    for code in sorted(cells):
        told = noted["grids"][code]
        found = {unit: tuple(Found(*one) for one in rows) for unit, rows in told["units"].items()}
        number = drawing.by_code.get(code, fresh)
        fresh += number == fresh
        grid = make_grid(
            ground,
            number,
            sorted(cells[code]),
            tuple(made_plots(ground, dict(sorted(pieces[code].items())), unit_of, found)),
            code=code,
            special=told["special"],
            thing=told["of"],
            found=tuple(Found(*one) for one in told["found"]),
        )
        made.append(grid if grid_name(drawing, grid) == told["name"] else replace(grid, name=told["name"]))
    return made
