"""What differs between two drawings in rows that stay: atoms, pieces, sections, buildings, communities, areas."""

from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.pairs import Cells, Change, Pair
from gridplan.plan.redraw.rows import units_of


class Kept:
    """The changes of the layers whose rows stay, with other values in some columns."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.ground = pair, pair.ground
        self.old, self.new, self.counted = pair.old, pair.new, pair.counted

    def all(self) -> list[Change]:
        """Those of all of them."""
        return [self._atoms(), self._pieces(), self._sections(), self._buildings(), self._communities(), self._areas()]

    def _atoms(self) -> Change:
        counted = {int(self.ground.cell_of_piece[self.ground.piece_of_section[row]]) for row in self.counted}
        was = {cell: grid.code for grid in self.old for cell in grid.cells}
        households, ids = self.ground.cells.households, self.ground.cell_ids
        put: dict[str, Cells] = {
            ids[cell]: {"grid": grid.code, "households": int(households[cell])}
            for grid in self.new
            for cell in grid.cells
            if was[cell] != grid.code or cell in counted
        }
        return Change("atoms", ("id",), put)

    def _pieces(self) -> Change:
        counted = set(self.ground.piece_of_section[self.counted].tolist()) if self.counted else set()
        was = {piece: plot.units[0].code for grid in self.old for plot in grid.plots for piece in plot.pieces}
        households, ids = self.ground.pieces.households, self.ground.piece_ids
        put: dict[str, Cells] = {
            ids[piece]: {"unit": plot.units[0].code, "households": int(households[piece])}
            for grid in self.new
            for plot in grid.plots
            for piece in plot.pieces
            if was[piece] != plot.units[0].code or piece in counted
        }
        return Change("pieces", ("id",), put)

    def _sections(self) -> Change:
        counted = set(self.counted)
        was = {row: unit.code for _, _, unit in units_of(self.old) for row in unit.sections}
        households, ids = self.ground.section_households, self.ground.lookups.section_ids
        put: dict[str, Cells] = {
            ids[row]: {"unit": unit.code, "households": int(households[row])}
            for _, _, unit in units_of(self.new)
            for row in unit.sections
            if was[row] != unit.code or row in counted
        }
        return Change("sections", ("id",), put)

    def _buildings(self) -> Change:
        known = self.ground.lookups
        counted = {known.section_building[row] for row in self.counted}
        was = {cell: grid.code for grid in self.old for cell in grid.cells}
        put: dict[str, Cells] = {}
        for grid in self.new:
            for cell in grid.cells:
                for name in known.buildings_of_cell.get(cell, ()):
                    if was[cell] != grid.code or name in counted:
                        rows = self.ground.sections_of_building[name]
                        put[name] = {"grid": grid.code, "households": int(self.ground.section_households[rows].sum())}
        return Change("buildings", ("id",), put)

    def _communities(self) -> Change:
        def row(drawing: Drawing, community: int) -> Cells:
            code = self.ground.communities[community]
            name = drawing.names.get(("community", code), self.ground.community_names[community])
            return {"name": name, **_counts(drawing, {community})}

        codes = self.ground.communities
        wanted = {grid.community for grid in (*self.old, *self.new)}
        wanted |= {codes.index(code) for level, code in self.pair.renamed if level == "community"}
        put = {
            codes[each]: row(self.pair.after, each)
            for each in sorted(wanted)
            if row(self.pair.before, each) != row(self.pair.after, each)
        }
        return Change("communities", ("code",), put)

    def _areas(self) -> Change:
        codes, inside = self.ground.lookups.area_codes, self.ground.areas_of_community

        def row(drawing: Drawing, area: int) -> Cells:
            held = {community for community, areas in enumerate(inside) if area in areas}
            name = drawing.names.get(("area", codes[area]), self.ground.lookups.area_names[area])
            units = sum(len(grid.units) for grid in drawing.grids.values() if grid.community in held)
            return {"name": name, **_counts(drawing, held), "units": units}

        wanted = {area for grid in (*self.old, *self.new) for area in inside[grid.community]}
        wanted |= {codes.index(code) for level, code in self.pair.renamed if level == "area"}
        put = {
            codes[each]: row(self.pair.after, each)
            for each in sorted(wanted)
            if row(self.pair.before, each) != row(self.pair.after, each)
        }
        return Change("areas", ("code",), put)


def _counts(drawing: Drawing, communities: set[int]) -> Cells:
    """What all grids of some communities count."""
    grids = [grid for grid in drawing.grids.values() if grid.community in communities]
    return {"households": sum(grid.households for grid in grids), "grids": len(grids)}
