"""Pages and pictures of maps, each made once for a state of what it shows and kept for those who ask again."""

import json
import threading
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from gridplan import analysis, maps
from gridplan.messages import Language
from gridplan.store import LAST_NEEDED, TILE_LAYERS, Store

if TYPE_CHECKING:
    from gridplan.plan import Plan
    from gridplan.sources import Town

#: ``tiles`` is the page that asks for units and buildings as vector tiles.
Form = Literal["html", "tiles", "png"]

#: Pages and pictures kept in memory, of up to some 2.5 MB each.
_KEPT = 8
#: What the page from tiles holds itself, and where it finds the rest, beside its own address.
_HELD = ("communities", "grids", "units", "findings", "report", "meta")
_TILES = maps.TileSource("tiles/WebMercatorQuad", {name: TILE_LAYERS[name].full for name in ("units", "buildings")}, LAST_NEEDED)


class MapPages:
    """Makes them; what is asked for again in the same state is not made again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Matplotlib is made for one thread at a time.
        self._drawing = threading.Lock()
        self._made = lru_cache(maxsize=_KEPT)(self._make)

    def plan(self, plan: str, form: Form, language: Language, state: Hashable) -> bytes:
        """The map of a plan. ``state`` tells one state of what is shown from another, here and below."""
        return self._made(self._plan, (plan,), form, language, state)

    def compare(self, old: str, new: str, form: Form, language: Language, state: Hashable) -> bytes:
        """What changed from one plan to another."""
        return self._made(self._compare, (old, new), form, language, state)

    def coverage(self, plan: str, form: Form, language: Language, kind: str | None, within: int | None, state: Hashable) -> bytes:
        """The coverage of a plan; kind and metres are those of the picture.

        Raises
        ------
        StoreError
            GP460 it was not measured yet.
        InputError
            GP613 it was not measured by that kind or distance.
        """
        return self._made(self._coverage, (plan, kind, within), form, language, state)

    def incidents(self, plan: str, form: Form, language: Language, told: maps.Told | None, state: Hashable) -> bytes:
        """The store's incidents on a plan: as they are ``told`` to everybody, or as planners see them.

        Raises
        ------
        InputError
            GP191 too few households to tell anything.
        """
        return self._made(self._incidents, (plan, told), form, language, state)

    def _make(
        self,
        make: Callable[..., bytes],  # one of the methods below, which differ in what they show
        what: tuple[Hashable, ...],
        form: Form,
        language: Language,
        state: Hashable,
    ) -> bytes:
        if form != "png":
            return make(*what, form, language)
        with self._drawing:
            return make(*what, form, language)

    def _plan(self, plan: str, form: Form, language: Language) -> bytes:
        tiles = _TILES if form == "tiles" else None
        shown = self._store.load_plan(plan, layers=None if tiles is None else _HELD)
        if form == "png":
            return maps.plan_picture(shown, town=self._town(shown), language=language)
        return maps.plan_page(shown, town=self._town(shown), language=language, tiles=tiles).encode()

    def _compare(self, old: str, new: str, form: Form, language: Language) -> bytes:
        before, after = self._store.load_plan(old), self._store.load_plan(new)
        if form == "png":
            return maps.compare_picture(before, after, town=self._town(after), language=language)
        return maps.compare_page(before, after, town=self._town(after), language=language).encode()

    def _coverage(self, plan: str, kind: str | None, within: int | None, form: Form, language: Language) -> bytes:
        from gridplan.analysis.services.measuring import (
            joined_services,
        )  # loads pandas, which a service that is asked for no map needs not

        store = self._store
        shown, distances = store.load_plan(plan), store.coverages.distances(plan)
        town = self._town(shown)
        services = joined_services(None if town is None else town.services, store.load_register("services"))
        table = analysis.coverage(shown, distances, town=town)
        if form == "png":
            return maps.coverage_picture(
                shown, table, distances, kind=kind, within_m=within, services=services, town=town, language=language
            )
        return maps.coverage_page(shown, table, distances, services=services, town=town, language=language).encode()

    def _incidents(self, plan: str, told: maps.Told | None, form: Form, language: Language) -> bytes:
        if form == "png":
            return maps.stored_picture(self._store, plan, told=told, language=language)
        return maps.stored_page(self._store, plan, told=told, language=language).encode()

    def _town(self, plan: "Plan") -> "Town | None":
        """The town that the plan was made from, for its streets, where the store has it."""
        name = self._store.town_list.of_source(json.loads(plan.fact("source")))
        return None if name is None else self._store.load_town(name)
