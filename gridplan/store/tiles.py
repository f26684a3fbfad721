"""The vector tiles of a database: which rows a dataset means, one statement or transaction a tile, and a memory of tiles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from gridplan.contracts import REGISTERS
from gridplan.errors import StoreError
from gridplan.store.collections import Dataset, Scope, Scopes
from gridplan.store.database import Database, Statement
from gridplan.store.mvt import TilePlace, encoded
from gridplan.store.tile_layers import TILE_LAYERS, embedded_layer, embedded_rows, embedded_values, postgis_layer, postgis_values
from gridplan.store.tile_memory import TileMemory


@dataclass(frozen=True)
class Tile:
    """One tile: its bytes, none where nothing is in it, and the version of what it is made of."""

    body: bytes
    version: str


@dataclass(frozen=True)
class TileState:
    """The plan and the registers that a tile is of, each at its revision; ``version`` tells it from any other state."""

    plan: Scope | None
    registers: tuple[tuple[str, int], ...]

    @property
    def version(self) -> str:
        """As text."""
        owners = [] if self.plan is None else [f"{self.plan.name}.{self.plan.revision}"]
        return "-".join([*owners, *(f"{name}.{revision}" for name, revision in self.registers)])

    def holds(self, layers: Sequence[str]) -> list[str]:
        """Those of the layers that there are in this state: without a plan, the registers alone."""
        return [name for name in layers if self.plan is not None or name in REGISTERS]


class Tiles:
    """The vector tiles of every layer and register that has a geometry."""

    def __init__(self, database: Database, scopes: Scopes, memory: TileMemory) -> None:
        self._database = database
        self._scopes = scopes
        self._memory = memory
        self._statements: dict[tuple[object, ...], Statement] = {}
        self._make = self._by_postgis if database.path is None else self._by_file
        registers = database.dialect.tables.records["registers"]
        self._registers = database.compile(sa.select(registers.c.name, registers.c.revision))

    def layers(self, dataset: Dataset) -> list[str]:
        """The layers that tiles of the dataset hold, those of the plan first; registers where no plan or community is named."""
        return [name for name in TILE_LAYERS if name not in REGISTERS or dataset == Dataset()]

    def state(self, dataset: Dataset, layers: Sequence[str]) -> TileState:
        """The present state of those layers; a service without a plan has registers all the same, where they are among them.

        Raises
        ------
        StoreError
            GP401 no such plan; GP407 no plan and no register; GP416 nothing is adopted there.
        """
        wanted = [name for name in layers if name in REGISTERS]
        revisions: dict[str, int] = dict(self._database.rows(self._registers, {})) if wanted else {}
        registers = tuple((name, revisions[name]) for name in wanted)
        try:
            plan = self._scopes.scope(dataset) if len(wanted) < len(layers) else None
        except StoreError as error:
            if error.code != "GP407" or not wanted:
                raise
            plan = None
        return TileState(plan, registers)

    def tile(
        self, dataset: Dataset, layers: Sequence[str], zoom: int, row: int, col: int, state: TileState | None = None
    ) -> Tile:
        """One tile of WebMercatorQuad as Mapbox Vector Tile.

        Parameters
        ----------
        layers : names out of :meth:`layers`; each stands in the tile from the zoom of ``TILE_LAYERS`` on.
        zoom, row, col : the tile, rows counted from the north.
        state : that of the layers now, where it was just looked up; the tile is as it was then, or newer.

        Raises
        ------
        StoreError
            GP401 no such plan; GP407 no plan; GP440 no such tile; GP416 nothing is adopted there.
        """
        place, asked = TilePlace(zoom, row, col), state or self.state(dataset, layers)
        kept = self.tile_at_hand(dataset, layers, zoom, row, col, asked)
        if kept is not None:
            return kept
        drawn = _drawn(layers, zoom, asked)
        made, body = self._make(asked, drawn, place)
        self._memory.keep((dataset, drawn, zoom, row, col), made.version, body)
        return Tile(body, made.version)

    def tile_at_hand(
        self, dataset: Dataset, layers: Sequence[str], zoom: int, row: int, col: int, state: TileState
    ) -> Tile | None:
        """The tile in that state where memory holds it; found at once, waiting for nothing.

        Raises
        ------
        StoreError
            GP440 no such tile.
        """
        TilePlace(zoom, row, col)
        drawn = _drawn(layers, zoom, state)
        kept = self._memory.get((dataset, drawn, zoom, row, col)) if drawn else (state.version, b"")
        return Tile(kept[1], kept[0]) if kept is not None and kept[0] == state.version else None

    def _where(self, name: str, state: TileState, style: str) -> str:
        """The rows of a layer that belong to the state; ``style`` is how the driver marks a value."""
        collection = self._scopes.collection(name)
        if collection.register:
            return "TRUE"
        within = f"plan = {style % 'scope'}"
        communal = collection.communal and state.plan is not None and state.plan.community is not None
        return f"{within} AND community = {style % 'community'}" if communal else within

    def _values(self, state: TileState) -> dict[str, object]:
        return {} if state.plan is None else {"scope": state.plan.name, "community": state.plan.community}

    def _by_postgis(self, state: TileState, layers: tuple[str, ...], place: TilePlace) -> tuple[TileState, bytes]:
        """The tile with the revisions that it was made of, in one statement."""
        values = self._values(state)
        shape = (layers, place.zoom, *values, values.get("community") is None, *(name for name, _ in state.registers))
        statement = self._statements.get(shape)
        if statement is None:
            parts = [postgis_layer(name, place.zoom, self._where(name, state, "%%(%s)s")) for name in layers]
            text = f"SELECT {_revisions(state, '%(scope)s')}, {' || '.join(parts)}"
            statement = self._statements[shape] = Statement(text, {})
        row = self._database.row(statement, {**values, **postgis_values(place)})
        assert row is not None  # a SELECT without FROM
        return self._now(state, row[:-1]), row[-1]

    def _by_file(self, state: TileState, layers: tuple[str, ...], place: TilePlace) -> tuple[TileState, bytes]:
        """The same from rows, read in one transaction."""
        values = {**self._values(state), **embedded_values(place)}
        with self._database.reading() as connection:
            revisions = connection.exec_driver_sql(f"SELECT {_revisions(state, ':scope')}", values).one()
            rows = {
                name: connection.exec_driver_sql(embedded_rows(name, place.zoom, self._where(name, state, ":%s")), values).all()
                for name in layers
            }
        found = [embedded_layer(name, place.zoom, rows[name]) for name in layers]
        return self._now(state, tuple(revisions)), encoded(place, found)

    def _now(self, state: TileState, revisions: Sequence[int | None]) -> TileState:
        """The state at the revisions that a tile was made of."""
        plan, registers = state.plan, revisions
        if plan is not None:
            if revisions[0] is None:
                raise StoreError("GP401", plan=plan.name, where=self._database.where, known="GET /plans")
            plan, registers = replace(plan, revision=revisions[0]), revisions[1:]
        named = [(name, revision or 0) for (name, _), revision in zip(state.registers, registers, strict=True)]
        return TileState(plan, tuple(named))


def _drawn(layers: Sequence[str], zoom: int, state: TileState) -> tuple[str, ...]:
    """Those of the layers that stand in tiles of that zoom."""
    return tuple(name for name in state.holds(layers) if TILE_LAYERS[name].first <= zoom)


def _revisions(state: TileState, scope: str) -> str:
    """The revisions of the state's plan and registers as they are when the statement runs."""
    plan = [] if state.plan is None else [f"(SELECT revision FROM plans WHERE id = {scope})"]  # noqa: S608 - our own names
    registers = [f"(SELECT revision FROM registers WHERE name = '{name}')" for name, _ in state.registers]  # noqa: S608
    return ", ".join(plan + registers)
