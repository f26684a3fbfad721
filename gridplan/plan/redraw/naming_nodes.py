"""Codes of buildings and entrances in other grids than before: kept where they stay, the next ones free where they do not."""

from collections.abc import Sequence

from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.zones import GridZone
from gridplan.plan.succession import origin


def node_codes(drawing: Drawing, grids: Sequence[GridZone]) -> dict[int, str]:
    """The code of each node in these grids, by its row in the tables that were read.

    A number that a node had in a parent is given to no other there, so that the codes of a grid depend on what is in it alone.
    """
    ground, known = drawing.ground, drawing.ground.lookups
    there = [(row, grid.code) for grid in grids for cell in grid.cells for row in known.nodes_of_cell.get(cell, ())]
    codes: dict[int, str] = {}
    of_building: dict[str, str] = {}
    for level in ground.scheme.of("nodes"):
        mine = sorted((row, grid) for row, grid in there if known.node_level[row] == level.name)
        wanting: list[tuple[str, str, int]] = []
        for row, grid in mine:
            parent = grid if level.atoms == "building" else of_building.get(known.node_building[row], grid)
            code = drawing.node_codes.get(row, known.node_code[row])
            place = origin(code, level.code)
            if place is None or place[0] != parent:
                wanting.append((parent, code, row))
            else:
                codes[row] = code
        if wanting:
            numbers = _highest(drawing, level.name)
            for parent, _, row in sorted(wanting):
                numbers[parent] = numbers.get(parent, 0) + 1
                codes[row] = level.code.code(parent, numbers[parent])
        if level.atoms == "building":
            of_building = {known.node_building[row]: codes[row] for row, _ in mine}
    return codes


def node_rows(drawing: Drawing, grids: Sequence[GridZone]) -> dict[int, tuple[str, str, int]]:
    """Code, grid and households of each node in these grids, by its row."""
    ground, known = drawing.ground, drawing.ground.lookups
    grid_of = {row: grid.code for grid in grids for cell in grid.cells for row in known.nodes_of_cell.get(cell, ())}
    found = {}
    for row, code in node_codes(drawing, grids).items():
        sections = ground.sections_of_building[known.node_building[row]]
        if known.node_of[row] == "entrance":
            # Floors above one another share their entrance.
            sections = ground.sections_of_piece[int(ground.piece_of_section[known.row_of_section[known.node_id[row]]])]
        found[row] = (code, grid_of[row], int(ground.section_households[sections].sum()))
    return found


def _highest(drawing: Drawing, level: str) -> dict[str, int]:
    """The highest number that a node of the level has or had, by parent."""
    known = drawing.ground.lookups
    found = dict(known.highest_node[level])
    pattern = drawing.ground.scheme.level(level).code
    for row, code in drawing.node_codes.items():
        place = origin(code, pattern) if known.node_level[row] == level else None
        if place is not None:
            found[place[0]] = max(found.get(place[0], 0), place[1])
    return found
