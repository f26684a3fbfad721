"""The store: plans and towns on PostGIS or in one GeoPackage, bundles and exchange files. The only stage with SQL."""

from gridplan.store.bundle import read_plan, write_plan
from gridplan.store.exchange import export_layer, write_labels
from gridplan.store.features import FeaturePage
from gridplan.store.migrate import migrate
from gridplan.store.plans import PlanInfo
from gridplan.store.state import check_store, connections, jobs_by_state
from gridplan.store.store import Store, open_store
from gridplan.store.tokens import PREFIX, Token, Tokens

__all__ = [
    "PREFIX",
    "FeaturePage",
    "PlanInfo",
    "Store",
    "Token",
    "Tokens",
    "check_store",
    "connections",
    "export_layer",
    "jobs_by_state",
    "migrate",
    "open_store",
    "read_plan",
    "write_labels",
    "write_plan",
]
