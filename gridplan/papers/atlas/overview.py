"""The overview of a community: all its grids in the colours of the plan's page, streets, services, and a table of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.community_map import Letters, put_community_map, rows_of
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.parts import put_heading, put_qr
from gridplan.papers.atlas.tables import ROW_MM, Column, put_table
from gridplan.papers.sheet import SOFT

_TOP, _BOTTOM, _HEAD = 12.0, 195.0, 20.0
_TABLE_MM, _GUTTER = 92.0, 5.0
_LETTERS = Letters(number=(8.6, 7.2, 6.0), households=6.0, street=6.0)


@dataclass
class Overview:
    """The sheet of the community of that code, A4 across."""

    book: Book
    community: str

    @cached_property
    def rows(self) -> list[int]:
        """The rows of its grids, by code."""
        return rows_of(self.book.ground, self.community)

    def put(self) -> None:
        """Adds the sheet, and those that its table goes on to."""
        book, sheet = self.book, self.book.sheet
        book.add_page(wide=True)
        self._head()
        top = _TOP + _HEAD
        width = sheet.epw - _TABLE_MM - _GUTTER
        frame = Frame.around(self._bounds, (sheet.l_margin, top, width, _BOTTOM - top - 6), margin_mm=5)
        put_community_map(book, self.rows, frame, _LETTERS)
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
            put_qr(sheet, book.map_link(self.community), sheet.w - sheet.r_margin - 16, _TOP, 16)

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
