"""What differs between two drawings in rows that come and go: zones, what is found of them, what became of former ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from gridplan.contracts import PLAN
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.lineage import lineage_rows
from gridplan.plan.redraw.naming_nodes import node_rows
from gridplan.plan.redraw.pairs import Change, Pair
from gridplan.plan.redraw.rows import (
    Row,
    Rows,
    constraint_rows,
    finding_rows,
    grid_name,
    grid_rows,
    history_rows,
    staff_rows,
    staffing_rows,
    unit_rows,
    units_of,
)
from gridplan.plan.redraw.zones import GridZone


class Replaced:
    """The changes of the layers whose rows come and go."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.ground = pair, pair.ground
        self.old, self.new = pair.old, pair.new

    def all(self) -> list[Change]:
        """Those of all of them."""
        staff = ("grid", "post", "person")
        return [
            self._grids(),
            self._units(),
            self._nodes(),
            self._posts(),
            self._findings(),
            self._lineage(),
            self._voided(),
            self._decisions("constraints", ("number",), constraint_rows),
            self._decisions("assignments", staff, staff_rows),
            self._history(),
        ]

    def _grids(self) -> Change:
        was, now = (_grid_signs(drawing, grids) for drawing, grids in self.pair.sides)
        gone, fresh = _differ(was, now)
        chosen = sorted((grid for grid in self.new if (grid.code,) in fresh), key=lambda grid: grid.code)
        return self._written("grids", ("code",), gone, grid_rows(self.pair.after, chosen))

    def _units(self) -> Change:
        was, now = (_unit_signs(grids) for _, grids in self.pair.sides)
        gone, fresh = _differ(was, now)
        chosen = [one for one in units_of(self.new) if (one[2].code,) in fresh]
        return self._written("units", ("code",), gone, unit_rows(self.pair.after, chosen), zone="grid")

    def _nodes(self) -> Change:
        known = self.ground.lookups
        if not known.node_code:
            return Change("nodes")
        was, now = (node_rows(drawing, grids) for drawing, grids in self.pair.sides)
        rows = sorted((row for row, told in now.items() if was[row] != told), key=lambda row: now[row])
        values: list[Row] = []
        for row in rows:
            code, grid, households = now[row]
            names = (known.node_level[row], known.node_of[row], known.node_id[row], known.node_building[row])
            values.append((code, *names, grid, households))
        shapes = [known.node_points[row] for row in rows]
        gone: list[Row] = [(was[row][0],) for row in rows]
        return self._written("nodes", ("code",), gone, Rows("nodes", values, shapes), zone="grid")

    def _posts(self) -> Change:
        was, now = (_staffed(drawing, grids) for drawing, grids in self.pair.sides)
        gone, fresh = _differ(was, now)
        rows = staffing_rows(self.pair.after, self.new)
        kept = [place for place, row in enumerate(rows.values) if row[:2] in fresh]
        return self._written("posts", ("level", "zone"), gone, rows.only(kept), zone="zone")

    def _findings(self) -> Change:
        was, now = (_found_of(grids) for _, grids in self.pair.sides)
        gone, fresh = _differ(was, now)
        rows = finding_rows(self.pair.after, self.new)
        kept = [place for place, row in enumerate(rows.values) if row[1:3] in fresh]
        return self._written("findings", ("level", "zone"), gone, rows.only(kept), zone="zone")

    def _lineage(self) -> Change:
        was, now = (
            {row[:3]: row for row in lineage_rows(each, self.pair.formers).values} for each in (self.pair.before, self.pair.after)
        )
        gone, fresh = _differ(was, now)
        rows = [row for key, row in now.items() if key in fresh]
        return self._written("lineage", ("level", "old", "new"), gone, Rows("lineage", rows), zone="new")

    def _voided(self) -> Change:
        was, now = (self._ended(drawing) for drawing in (self.pair.before, self.pair.after))
        gone, fresh = _differ(was, now)
        rows = [row for key, row in sorted(now.items()) if key in fresh]
        made = Rows("voided", [row for row, _ in rows]) if rows else None
        return Change("voided", ("level", "code"), {}, gone, made, [place for _, place in rows])

    def _ended(self, drawing: Drawing) -> dict[Row, tuple[Row, str | None]]:
        """What is voided of the codes that zones had that changed: the row, and the community of what the code lay in."""
        known, level, side = self.ground.lookups.formers, self.ground.communities, int(drawing is self.pair.after)
        live = {grid.code for grid in (self.old, self.new)[side]}
        units = {unit.code for _, _, unit in units_of((self.old, self.new)[side])}
        grids = {grid.code for grid in (*self.old, *self.new)}
        ended: dict[Row, tuple[Row, str | None]] = {}
        for code in (code for code in grids - live if code in known["grid"]):
            parent = self.ground.grids.parents[known["grid"][code]] or ""
            ended["grid", code] = ("grid", code, parent, drawing.id), parent if parent in level else None
        changed = {unit.code for _, _, unit in units_of((*self.old, *self.new))}
        changed |= {code for grid in grids for code in self.ground.lookups.former_units.get(grid, ())}
        for code in (code for code in changed - units if code in known["unit"]):
            parent = self.ground.units.parents[known["unit"][code]] or ""
            place = drawing.by_code.get(parent)
            ended["unit", code] = (
                ("unit", code, parent, drawing.id),
                None if place is None else level[drawing.grids[place].community],
            )
        return ended

    def _decisions(self, layer: str, key: tuple[str, ...], rows: Callable[[Drawing], Rows]) -> Change:
        """A small layer that is told whole: by whom it is worked, what is locked and linked."""
        was, now = ({row[: len(key)]: row for row in rows(each).values} for each in (self.pair.before, self.pair.after))
        gone, fresh = _differ(was, now)
        chosen = [row for name, row in now.items() if name in fresh]
        return self._written(layer, key, gone, Rows(layer, chosen))

    def _history(self) -> Change:
        same = self.pair.same_edits
        gone: list[Row] = [(number,) for number in range(same + 1, len(self.pair.before.edits) + 1)]
        return self._written("history", ("number",), gone, history_rows(self.pair.after, after=same))

    def _written(self, layer: str, key: tuple[str, ...], gone: Sequence[Row], rows: Rows, *, zone: str | None = None) -> Change:
        """``zone``: the column that says which grid or unit a new row lies in."""
        if not rows.values:
            return Change(layer, key, {}, gone)
        place = None if zone is None else PLAN[layer].names().index(zone)
        places = [] if place is None else [self.pair.community_of[str(row[place])] for row in rows.values]
        return Change(layer, key, {}, gone, rows, places)


def _differ(was: Mapping[Row, object], now: Mapping[Row, object]) -> tuple[list[Row], set[Row]]:
    """The keys of what ended or is otherwise, and of what is new or otherwise."""
    gone = [key for key, told in was.items() if key not in now or now[key] != told]
    return gone, {key for key, told in now.items() if key not in was or was[key] != told}


def _grid_signs(drawing: Drawing, grids: Iterable[GridZone]) -> dict[Row, object]:
    """All that the rows of grids tell, by code."""
    signs: dict[Row, object] = {}
    for grid in grids:
        counts = (grid.households, grid.people, len(grid.units), grid.buildings)
        told = (grid.status, grid.found[0].code if grid.found else None)
        signs[(grid.code,)] = (grid_name(drawing, grid), grid.special, grid.thing, *counts, *told, grid.cells)
    return signs


def _unit_signs(grids: Iterable[GridZone]) -> dict[Row, object]:
    """All that the rows of units tell, by code."""
    return {
        (unit.code,): (grid.code, unit.households, len(plot.units) > 1, unit.sections, plot.pieces)
        for grid, plot, unit in units_of(grids)
    }


def _found_of(grids: Iterable[GridZone]) -> dict[Row, object]:
    """What is found of grids and units, with their land."""
    found: dict[Row, object] = {}
    for grid in grids:
        if grid.found:
            found["grid", grid.code] = (grid.found, grid.cells)
        found |= {("unit", unit.code): (unit.found, plot.pieces) for unit, plot in grid.units_found}
    return found


def _staffed(drawing: Drawing, grids: Iterable[GridZone]) -> dict[Row, object]:
    """Households of grids and units, where these have staff."""
    scheme = drawing.ground.scheme
    sizes: dict[Row, object] = {}
    for grid in grids:
        sizes |= {(scheme.grids.name, grid.code): grid.households} if scheme.grids.posts else {}
        sizes |= {(scheme.units.name, unit.code): unit.households for unit in grid.units} if scheme.units.posts else {}
    return sizes
