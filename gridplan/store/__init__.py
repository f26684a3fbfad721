"""The store: plans and towns on PostGIS or in one GeoPackage, bundles and exchange files. The only stage with SQL."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names
from gridplan.store.adoptions import Adopted
from gridplan.store.claim import claimed
from gridplan.store.collections import Collection, Dataset, Scope
from gridplan.store.coverage_rows import Covered, Measured, Shared
from gridplan.store.coverages import MEASURING, Level
from gridplan.store.forms import FORMS
from gridplan.store.incident_counts import CountTable
from gridplan.store.incident_query import CountQuery
from gridplan.store.incident_repeats import RepeatTable
from gridplan.store.incidents import IMPORTING, Added
from gridplan.store.jobs import PLANNING, Job
from gridplan.store.log import COMMAND_LINE, Edit, Editor
from gridplan.store.mvt import LAST_ZOOM
from gridplan.store.opening import open_store
from gridplan.store.operations import LINES
from gridplan.store.paging import Cursor, Sorting
from gridplan.store.plans import PlanInfo
from gridplan.store.queries import Condition, Item, ItemPage, ItemQuery, Turning
from gridplan.store.registers import Written
from gridplan.store.store import Store
from gridplan.store.tile_layers import LAST_NEEDED, TILE_LAYERS, TileLayer
from gridplan.store.tiles import Tile
from gridplan.store.tokens import ADMIN_SCOPE, PREFIX, Token, Tokens

if TYPE_CHECKING:
    from gridplan.store.atom_files import read_atoms as read_atoms
    from gridplan.store.atom_files import write_atoms as write_atoms
    from gridplan.store.bundle import read_plan as read_plan
    from gridplan.store.bundle import write_plan as write_plan
    from gridplan.store.downloads import without_report as without_report
    from gridplan.store.downloads import write_download as write_download
    from gridplan.store.exchange import check_layer_file as check_layer_file
    from gridplan.store.exchange import export_layer as export_layer
    from gridplan.store.exchange import write_labels as write_labels
    from gridplan.store.exchange import write_layer as write_layer
    from gridplan.store.migrating import migrate as migrate

__all__ = [
    "ADMIN_SCOPE",
    "COMMAND_LINE",
    "FORMS",
    "IMPORTING",
    "LAST_NEEDED",
    "LAST_ZOOM",
    "LINES",
    "MEASURING",
    "PLANNING",
    "PREFIX",
    "TILE_LAYERS",
    "Added",
    "Adopted",
    "Collection",
    "Condition",
    "CountQuery",
    "CountTable",
    "Covered",
    "Cursor",
    "Dataset",
    "Edit",
    "Editor",
    "Item",
    "ItemPage",
    "ItemQuery",
    "Job",
    "Level",
    "Measured",
    "PlanInfo",
    "RepeatTable",
    "Scope",
    "Shared",
    "Sorting",
    "Store",
    "Tile",
    "TileLayer",
    "Token",
    "Tokens",
    "Turning",
    "Written",
    "check_layer_file",
    "claimed",
    "export_layer",
    "migrate",
    "open_store",
    "read_atoms",
    "read_plan",
    "without_report",
    "write_atoms",
    "write_download",
    "write_labels",
    "write_layer",
    "write_plan",
]

__getattr__ = lazy_names(
    __name__,
    {
        "read_atoms": "gridplan.store.atom_files",
        "write_atoms": "gridplan.store.atom_files",
        "read_plan": "gridplan.store.bundle",
        "write_plan": "gridplan.store.bundle",
        "without_report": "gridplan.store.downloads",
        "write_download": "gridplan.store.downloads",
        "check_layer_file": "gridplan.store.exchange",
        "export_layer": "gridplan.store.exchange",
        "write_labels": "gridplan.store.exchange",
        "write_layer": "gridplan.store.exchange",
        "migrate": "gridplan.store.migrating",
    },
)
