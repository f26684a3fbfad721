"""The store: plans and towns on PostGIS or in one GeoPackage, bundles and exchange files. The only stage with SQL."""

from gridplan.store.adoptions import Adopted
from gridplan.store.bundle import read_plan, write_plan
from gridplan.store.claim import claimed
from gridplan.store.collections import Collection, Dataset, Scope
from gridplan.store.downloads import FORMS, without_report, write_download
from gridplan.store.exchange import export_layer, write_labels
from gridplan.store.items import Condition, Item, ItemPage, ItemQuery, Turning
from gridplan.store.jobs import Job
from gridplan.store.log import Edit, Editor
from gridplan.store.migrate import migrate
from gridplan.store.mvt import LAST_ZOOM
from gridplan.store.paging import Cursor, Sorting
from gridplan.store.plans import PlanInfo
from gridplan.store.registers import Written
from gridplan.store.store import Store, open_store
from gridplan.store.tile_layers import LAST_NEEDED, TILE_LAYERS, TileLayer
from gridplan.store.tiles import Tile
from gridplan.store.tokens import PREFIX, Token, Tokens

__all__ = [
    "FORMS",
    "LAST_NEEDED",
    "LAST_ZOOM",
    "PREFIX",
    "TILE_LAYERS",
    "Adopted",
    "Collection",
    "Condition",
    "Cursor",
    "Dataset",
    "Edit",
    "Editor",
    "Item",
    "ItemPage",
    "ItemQuery",
    "Job",
    "PlanInfo",
    "Scope",
    "Sorting",
    "Store",
    "Tile",
    "TileLayer",
    "Token",
    "Tokens",
    "Turning",
    "Written",
    "claimed",
    "export_layer",
    "migrate",
    "open_store",
    "read_plan",
    "without_report",
    "write_download",
    "write_labels",
    "write_plan",
]
