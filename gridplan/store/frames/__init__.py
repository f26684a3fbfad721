"""Whole plans and towns as tables of geopandas, in an open connection.

They are loaded when one is first saved or loaded: the service, which serves rows, needs them for maps, downloads and jobs alone.
"""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.store.frames.changes import write_changes as write_changes
    from gridplan.store.frames.distances import insert_distances as insert_distances
    from gridplan.store.frames.distances import select_distances as select_distances
    from gridplan.store.frames.plans import insert_plan as insert_plan
    from gridplan.store.frames.plans import select_plan as select_plan
    from gridplan.store.frames.registers import select_register as select_register
    from gridplan.store.frames.towns import insert_town as insert_town
    from gridplan.store.frames.towns import select_town as select_town
    from gridplan.store.frames.towns import select_town_layer as select_town_layer

__all__ = [
    "insert_distances",
    "insert_plan",
    "insert_town",
    "select_distances",
    "select_plan",
    "select_register",
    "select_town",
    "select_town_layer",
    "write_changes",
]

__getattr__ = lazy_names(
    __name__,
    {
        "insert_distances": "gridplan.store.frames.distances",
        "select_distances": "gridplan.store.frames.distances",
        "insert_plan": "gridplan.store.frames.plans",
        "select_plan": "gridplan.store.frames.plans",
        "write_changes": "gridplan.store.frames.changes",
        "select_register": "gridplan.store.frames.registers",
        "insert_town": "gridplan.store.frames.towns",
        "select_town": "gridplan.store.frames.towns",
        "select_town_layer": "gridplan.store.frames.towns",
    },
)
