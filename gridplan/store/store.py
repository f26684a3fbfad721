"""The store: saves plans and towns, and gives them back exactly as they were."""

from collections.abc import Collection
from types import TracebackType
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import frames, plans
from gridplan.store.adoptions import Adoptions
from gridplan.store.collections import Scopes
from gridplan.store.coverages import Coverages
from gridplan.store.database import Database
from gridplan.store.dialects import settle
from gridplan.store.edits import Edits
from gridplan.store.incident_bins import IncidentBins
from gridplan.store.incident_columns import IncidentColumns
from gridplan.store.incident_counts import IncidentCounts
from gridplan.store.incident_repeats import IncidentRepeats
from gridplan.store.incidents import Incidents
from gridplan.store.items import Items
from gridplan.store.jobs import Jobs
from gridplan.store.log import EditLog, Editor
from gridplan.store.plan_counts import PlanCounts
from gridplan.store.plans import PlanInfo
from gridplan.store.registers import Registers
from gridplan.store.reviews import Reviews
from gridplan.store.state import check_store, connections, jobs_by_state
from gridplan.store.tile_memory import TileMemory
from gridplan.store.tiles import Tiles
from gridplan.store.tokens import Tokens
from gridplan.store.town_list import SAVED, TOWNS, TownList, told_of

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.plan import Plan
    from gridplan.sources import Town

#: Bytes of what is kept in memory to answer from: half for texts of features, the rest for indexes of layers and for tiles.
MEMORY = 512 * 2**20


class Store:
    """An open store, on PostGIS or on one GeoPackage file; made by :func:`gridplan.store.open_store`, used with ``with``.

    Every method is one transaction: it happens whole or not at all, and a reader sees one state. The store may be
    shared by threads.

    Attributes
    ----------
    where : the address, without a password.
    scopes : what an address of the service means: collections, plans, what is adopted.
    items : the features of every layer and register.
    tokens : bearer tokens.
    tiles : the same as vector tiles.
    registers, edits, reviews, adoptions : what changes registers and plans, and ``log`` that tells of it.
    incidents : their casework; ``incident_counts`` : tables of how many incidents there are; ``incident_repeats`` : how many came
        again at one place.
    incident_bins : incidents counted in squares, for maps.
    jobs : what is asked for and takes long; ``town_list`` : what it may be asked of.
    coverages : how far buildings are from services; ``plan_counts`` : what plans come to against their rules.
    """

    def __init__(self, database: Database, *, memory: int = MEMORY) -> None:
        self.where = database.where
        self.scopes = Scopes(database)
        tiles = memory // 8
        texts = memory // 2
        self.items = Items(database, self.scopes, texts=texts, indexes=memory - texts - tiles)
        self.tiles = Tiles(database, self.scopes, TileMemory(tiles))
        self.log = EditLog(database)
        self.tokens = Tokens(database, self.log)
        self.registers = Registers(database, self.scopes, self.log)
        self.edits = Edits(database, self.log)
        self.reviews = Reviews(database, self.log, self.edits.redraws)
        self.adoptions = Adoptions(database, self.log, self.edits.redraws)
        self.jobs = Jobs(database, self.log)
        columns = IncidentColumns(database)
        self.incidents = Incidents(database, self.scopes, self.log, self.registers, columns, self.jobs)
        self.incident_counts = IncidentCounts(database, columns)
        self.incident_repeats = IncidentRepeats(self.incident_counts)
        self.coverages = Coverages(database, self.jobs)
        self.plan_counts = PlanCounts(database)
        self.town_list = TownList(database, self.log)
        self.incident_bins = IncidentBins(database, columns)
        self._database = database
        self._dialect = database.dialect

    @property
    def address(self) -> str:
        """What :func:`gridplan.store.open_store` takes to open it once more, with its password: not to be shown."""
        path = self._database.path
        return self._database.engine.url.render_as_string(hide_password=False) if path is None else str(path)

    @property
    def writable(self) -> bool:
        """Whether it is open for writing."""
        return self._database.writable

    @property
    def embedded(self) -> bool:
        """Whether it is one file, which one server alone has open."""
        return self._database.path is not None

    def save_plan(self, plan: "Plan", *, who: Editor | None = None) -> None:
        """Saves the plan under its id; saving an equal plan again changes nothing.

        Parameters
        ----------
        who : who saves it, told in the edit log; None: the log is told nothing.

        Raises
        ------
        StoreError
            GP402 another plan has this id; GP405 the database refused; GP409 the file is only open for reading;
            GP410 a geometry that does not fit.
        InputError
            GP102-GP107 a table of the plan breaks its contract.
        """
        try:
            with self._database.writing() as connection:
                known = plans.has_plan(connection, self._dialect, plan.id)
                if not known:
                    frames.insert_plan(connection, self._dialect, plan)
                    if who is not None:
                        info = plans.select_info(connection, self._dialect, plan.id)
                        after = {"name": info.name, "scheme": info.scheme, "seed": info.seed, "parent": info.parent}
                        self.log.write(connection, who, plan.id, "create", revision=info.revision, after=after)
        except sa.exc.IntegrityError:
            known = True  # another writer saved it between the look and the insert
        if known and not plan.equals(self.load_plan(plan.id)):
            raise StoreError("GP402", plan=plan.id, where=self.where)

    def load_plan(self, plan_id: str, *, layers: Collection[str] | None = None) -> "Plan":
        """The plan of that id, equal to the one saved.

        Parameters
        ----------
        layers : the only ones that are needed; the others are empty then, which for a county saves most of the time.

        Raises
        ------
        StoreError
            GP401 no such plan; GP405 the database refused.
        """
        with self._database.reading() as connection:
            self._known(connection, plan_id)
            if layers is None:
                return frames.select_plan(connection, self._dialect, plan_id)
            return frames.select_plan(connection, self._dialect, plan_id, layers=layers)

    def plans(self) -> list[PlanInfo]:
        """The plans of the store, in the order they were saved."""
        with self._database.reading() as connection:
            return plans.select_plans(connection, self._dialect)

    def plans_page(self, *, limit: int, after: int | None = None) -> tuple[list[PlanInfo], int | None]:
        """Plans in the order they were saved, after a row number; and the number to go on after, where there are more."""
        with self._database.reading() as connection:
            return plans.select_page(connection, self._dialect, limit, after or 0)

    def plan(self, plan_id: str) -> PlanInfo:
        """What is known of a plan.

        Raises
        ------
        StoreError
            GP401 no such plan.
        """
        with self._database.reading() as connection:
            found = plans.find_info(connection, self._dialect, plan_id)
        if found is None:
            raise StoreError("GP401", plan=plan_id[:80], where=self.where, known="GET /plans")
        return found

    def has_plan(self, plan_id: str) -> bool:
        """Whether a plan of that id is there."""
        with self._database.reading() as connection:
            return plans.has_plan(connection, self._dialect, plan_id)

    def delete_plan(self, plan_id: str) -> None:
        """Deletes the plan with all its rows.

        Raises
        ------
        StoreError
            GP401 no such plan; GP409 the file is only open for reading.
        """
        with self._database.writing() as connection:
            self._known(connection, plan_id)
            plans.delete_plan(connection, self._dialect, plan_id)

    def save_town(self, name: str, town: "Town", *, who: Editor | None = None) -> None:
        """Saves the town under ``name``, in EPSG:4326; saving it again under the same name replaces it.

        Parameters
        ----------
        who : who saves it, told in the edit log; None: the log is told nothing.
        """
        with self._database.writing() as connection:
            known = name in plans.select_towns(connection, self._dialect)
            if known:
                plans.delete_town(connection, self._dialect, name)
            frames.insert_town(connection, self._dialect, name, town)
            if who is not None:
                operation = "replace" if known else "create"
                self.log.write(connection, who, TOWNS, operation, revision=SAVED, item=name, after=told_of(town))

    def load_town(self, name: str) -> "Town":
        """The town saved under ``name``, in EPSG:4326, its tables conforming to ``gridplan.contracts.TOWN``.

        Raises
        ------
        StoreError
            GP411 no such town.
        """
        with self._database.reading() as connection:
            known = plans.select_towns(connection, self._dialect)
            if name not in known:
                raise StoreError("GP411", town=name, where=self.where, known=", ".join(known) or "-")
            return frames.select_town(connection, self._dialect, name)

    def load_register(self, name: str) -> "pd.DataFrame":
        """The rows of a register by id, as ``gridplan.contracts.REGISTERS`` has them; none where the file has no registers.

        Raises
        ------
        StoreError
            GP405 the database refused.
        """
        with self._database.reading() as connection:
            return frames.select_register(connection, self._dialect, name)

    def towns(self) -> list[str]:
        """The names of the towns saved, in the order they were saved."""
        with self._database.reading() as connection:
            return plans.select_towns(connection, self._dialect)

    def check(self) -> None:
        """Nothing, where the store answers and its tables are those of this program.

        Raises
        ------
        StoreError
            GP403 it is damaged; GP404 tables of another version; GP405 it cannot be reached.
        """
        check_store(self._database)

    def give_up_after(self, seconds: int) -> None:
        """Lets no statement run longer from now on: nobody waits any more for what it would find.

        What runs longer is broken off: GP557, and nothing was changed.
        """
        self._dialect.give_up_after(self._database.engine, seconds)

    def publish_every(self, seconds: int) -> None:
        """Lets what viewers are told of incidents stay as it is for so long, by the clock; at first it follows every change."""
        self.incident_bins.publish_every(seconds)

    def connections(self) -> dict[str, int]:
        """How many connections of the pool are ``used`` and ``idle``; and how many threads that read have their ``own``."""
        return connections(self._database)

    def jobs_by_state(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        return jobs_by_state(self._database)

    def close(self) -> None:
        """Closes every connection; a file is left as one file, without write-ahead log."""
        self.items.close()
        self._database.close()
        if self._database.path is not None and self._database.writable:
            settle(self._database.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _known(self, connection: sa.Connection, plan_id: str) -> None:
        if not plans.has_plan(connection, self._dialect, plan_id):
            known = ", ".join(info.id for info in plans.select_plans(connection, self._dialect))
            raise StoreError("GP401", plan=plan_id, where=self.where, known=known or "-")
