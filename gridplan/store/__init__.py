"""The store: plans and towns on PostGIS or in one GeoPackage, bundles and exchange files. The only stage with SQL."""

from gridplan.store.bundle import read_plan, write_plan
from gridplan.store.collections import Collection, Dataset, Scope
from gridplan.store.exchange import export_layer, write_labels
from gridplan.store.items import Condition, Item, ItemPage, ItemQuery, Turning
from gridplan.store.migrate import migrate
from gridplan.store.paging import Cursor, Sorting
from gridplan.store.plans import PlanInfo
from gridplan.store.store import Store, open_store
from gridplan.store.tokens import PREFIX, Token, Tokens

__all__ = [
    "PREFIX",
    "Collection",
    "Condition",
    "Cursor",
    "Dataset",
    "Item",
    "ItemPage",
    "ItemQuery",
    "PlanInfo",
    "Scope",
    "Sorting",
    "Store",
    "Token",
    "Tokens",
    "Turning",
    "export_layer",
    "migrate",
    "open_store",
    "read_plan",
    "write_labels",
    "write_plan",
]
