"""The overview of a community: all its grids in the colours of the plan's page, streets, services, and a table of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.drawing import Drawing
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.labels import Labels, inside
from gridplan.papers.atlas.names import hidden_by_names, put_services, put_street_names
from gridplan.papers.atlas.parts import Sign, put_heading, put_north, put_qr, put_scale, put_signs
from gridplan.papers.atlas.tables import ROW_MM, Column, put_table
from gridplan.papers.sheet import MM_PT, SOFT

_TOP, _BOTTOM, _HEAD = 12.0, 195.0, 20.0
_TABLE_MM, _GUTTER = 92.0, 5.0
_LABEL_PT, _SMALL_PT, _STREET_PT = (8.6, 7.2, 6.0), 6.0, 6.0
_OWN, _AROUND = 0.55, 0.0


@dataclass
class Overview:
    """The sheet of the community of that code, A4 across."""

    book: Book
    community: str

    @cached_property
    def rows(self) -> list[int]:
        """The rows of its grids, by code."""
        grids = self.book.ground.grids.rows
        return sorted(np.flatnonzero(grids["community"] == self.community).tolist(), key=lambda row: str(grids["code"].iat[row]))

    def put(self) -> None:
        """Adds the sheet, and those that its table goes on to."""
        book, sheet = self.book, self.book.sheet
        book.add_page(wide=True)
        self._head()
        top = _TOP + _HEAD
        width = sheet.epw - _TABLE_MM - _GUTTER
        frame = Frame.around(self._bounds, (sheet.l_margin, top, width, _BOTTOM - top - 6), margin_mm=5)
        self._map(frame)
        cells, colours = self._cells()
        x = sheet.l_margin + width + _GUTTER
        most = int((_BOTTOM - top) / ROW_MM) - 1
        y = put_table(sheet, x, top, self._columns(), cells[:most], row_mm=ROW_MM, swatches=colours[:most])
        self._services(x, y + 4)
        for at in range(most, len(cells), 3 * (most - 1)):
            book.add_page(wide=True)
            sheet.put(sheet.l_margin, _TOP + 6, book.facts.say("atlas.continued", name=self._name), size=13, strong=True)
            for part in range(3):
                rest = slice(at + part * (most - 1), at + (part + 1) * (most - 1))
                if cells[rest]:
                    x = sheet.l_margin + part * (_TABLE_MM - 1)
                    put_table(sheet, x, top, self._columns(-5), cells[rest], row_mm=ROW_MM, swatches=colours[rest])

    def _services(self, x: float, y: float) -> None:
        """The services on the land of the community, where the table of its grids leaves room."""
        book, ground = self.book, self.book.ground
        room = int((_BOTTOM - y - 5.6) / ROW_MM) - 1
        land = shapely.union_all(ground.grids.shapes[self.rows])
        own = np.flatnonzero(shapely.intersects(ground.services.shapes, land))
        rows = sorted(cell for row in own.tolist() if (cell := book.facts.service(row)))[:room]
        if not rows:
            return
        y = put_heading(book.sheet, x, y, _TABLE_MM, book.facts.say("atlas.services.own"), "#39424b")
        columns = [Column(book.facts.say("atlas.col.name"), 58), Column(book.facts.say("atlas.col.kind"), _TABLE_MM - 58)]
        put_table(book.sheet, x, y, columns, rows, row_mm=ROW_MM)

    @property
    def _name(self) -> str:
        return self.book.facts.name_of(self.community)

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        west, south, east, north = shapely.total_bounds(self.book.ground.grids.shapes[self.rows])
        return float(west), float(south), float(east), float(north)

    def _head(self) -> None:
        book, sheet, grids = self.book, self.book.sheet, self.book.ground.grids.rows.iloc[self.rows]
        room = sheet.epw - 22
        sheet.put(
            sheet.l_margin,
            _TOP + 6.5,
            book.facts.say("atlas.overview", name=self._name),
            size=19,
            room=room,
            strong=True,
        )
        told = {
            "community_code": self.community,
            "town": book.facts.town_of(self.community),
            "grids": f"{len(grids):,}",
            "units": f"{int(grids['units'].sum()):,}",
            "households": f"{int(grids['households'].sum()):,}",
            "people": "" if grids["population"].isna().any() else f"{int(grids['population'].sum()):,}",
        }
        facts = [book.facts.say("paper.label", label=book.facts.label(key)) + value for key, value in told.items() if value]
        sheet.put(sheet.l_margin, _TOP + 13.4, "    ".join(facts), size=9, room=room, colour=SOFT)
        if book.address is not None:
            put_qr(sheet, book.map_link(), sheet.w - sheet.r_margin - 16, _TOP, 16)

    def _map(self, frame: Frame) -> None:
        book, sheet, ground = self.book, self.book.sheet, self.book.ground
        drawing = Drawing(sheet, ground, frame)
        labels = Labels(frame.inside)
        with drawing.clipped():
            drawing.paper()
            drawing.land(dict.fromkeys(self.rows, _OWN), other=_AROUND)
            drawing.water_and_ways()
            drawing.buildings([])
            drawing.outlines(among=self.rows)
            named = put_services(drawing, labels)
            self._numbers(drawing, labels)
            community = shapely.union_all(shapely.transform(ground.grids.shapes[self.rows], frame.placed))
            hidden = hidden_by_names(np.empty(0, dtype=object), shapely.boundary(community))
            put_street_names(drawing, labels, hidden, _STREET_PT)
            named(community, hidden)
        drawing.edge()
        y = frame.top + frame.height + 4.6
        begins = put_scale(sheet, frame, frame.left + frame.width, y)
        put_north(sheet, begins - 9, y + 0.6)
        signs: dict[Sign, str] = {}
        if len(drawing.visible(ground.services)[0]):
            signs["service"] = book.facts.say("atlas.legend.service")
        put_signs(sheet, frame.left, y, signs, SOFT)

    def _numbers(self, drawing: Drawing, labels: Labels) -> None:
        """The number of each grid in it, with its households where there is room; small grids first."""
        ground = self.book.ground
        shapes = drawing.frame.on_page(ground.grids.shapes[self.rows])
        for row, shape in sorted(zip(self.rows, shapes, strict=True), key=lambda each: (each[1].area, each[0])):
            words = ground.short(row)
            told = self.book.facts.say("atlas.households", households=int(ground.grids.rows["households"].iat[row]))
            points = list(inside(shape))
            for size in _LABEL_PT:
                wide, high = drawing.pill_size(words, size)
                below = drawing.sheet.wide(told, _SMALL_PT)
                both = (max(wide, below), high + _SMALL_PT * MM_PT + 0.5)
                middle = labels.place(*both, [point for point in points if _within(shape, point, both)])
                if middle is not None:
                    x, y = middle
                    up = (both[1] - high) / 2
                    drawing.pill((x, y - up), words, size, fill="#ffffff", edge="#39424b", strong=True)
                    drawing.text((x, y - up + high / 2 + _SMALL_PT * MM_PT / 2 + 0.5), told, _SMALL_PT)
                    break
            else:
                size = _LABEL_PT[-1]
                middle = labels.place(*drawing.pill_size(words, size), points)
                if middle is not None:
                    drawing.pill(middle, words, size, fill="#ffffff", edge="#39424b", strong=True)

    def _columns(self, narrower: float = 0.0) -> list[Column]:
        say = self.book.facts.say
        return [
            Column(say("atlas.col.grid"), 14),
            Column(say("atlas.col.name"), 33 + narrower),
            Column(say("atlas.col.households"), 11, "right"),
            Column(say("atlas.col.units"), 10, "right"),
            Column(say("atlas.col.worker"), 24),
        ]

    def _cells(self) -> tuple[list[list[str]], list[str]]:
        """The rows of the table, with the sums at its end, and the colours beside them."""
        ground, facts = self.book.ground, self.book.facts
        cells = []
        for row in self.rows:
            grid = ground.grids.rows.iloc[row]
            worker = facts.people.worker(str(grid["code"]))
            told = " ".join(filter(None, (worker.name, worker.phone))) if worker else ""
            mark = "" if grid["status"] == "ok" else "※"
            counts = [f"{int(grid[name]):,}" for name in ("households", "units")]
            cells.append([ground.short(row) + mark, str(grid["name"]), *counts, told])
        whole = ground.grids.rows.iloc[self.rows]
        sums = [f"{int(whole[name].sum()):,}" for name in ("households", "units")]
        cells.append([facts.say("paper.total"), "", *sums, ""])
        return cells, [*(ground.colours[row] for row in self.rows), ""]


def _within(shape: shapely.Geometry, point: tuple[float, float], size: tuple[float, float]) -> bool:
    x, y = point
    wide, high = size[0] / 2, size[1] / 2
    return bool(shape.contains(shapely.box(x - wide, y - high, x + wide, y + high)))
