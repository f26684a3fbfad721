"""The store: plans and towns on PostGIS or in one GeoPackage, bundles and exchange files. The only stage with SQL."""

from gridplan.store.bundle import read_plan, write_plan
from gridplan.store.exchange import export_layer, write_labels
from gridplan.store.features import FeaturePage
from gridplan.store.migrate import migrate
from gridplan.store.plans import PlanInfo
from gridplan.store.store import Store, open_store

__all__ = [
    "FeaturePage",
    "PlanInfo",
    "Store",
    "export_layer",
    "migrate",
    "open_store",
    "read_plan",
    "write_labels",
    "write_plan",
]
