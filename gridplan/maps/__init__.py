"""Maps: pages that open anywhere, without a network."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.maps.comparison import compare_page as compare_page
    from gridplan.maps.coverage import coverage_page as coverage_page
    from gridplan.maps.dashboard import DASHBOARD_SCRIPTS as DASHBOARD_SCRIPTS
    from gridplan.maps.dashboard import dashboard_data as dashboard_data
    from gridplan.maps.dashboard import dashboard_file as dashboard_file
    from gridplan.maps.incidents import incidents_page as incidents_page
    from gridplan.maps.incidents import view_page as view_page
    from gridplan.maps.incidents_stored import stored_page as stored_page
    from gridplan.maps.incidents_stored import stored_picture as stored_picture
    from gridplan.maps.limits import MOST_KEPT as MOST_KEPT
    from gridplan.maps.limits import TileSource as TileSource
    from gridplan.maps.limits import Told as Told
    from gridplan.maps.offline import write_page as write_page
    from gridplan.maps.picture_of_comparison import compare_picture as compare_picture
    from gridplan.maps.picture_of_coverage import coverage_picture as coverage_picture
    from gridplan.maps.picture_of_incidents import incidents_picture as incidents_picture
    from gridplan.maps.picture_of_plan import plan_picture as plan_picture
    from gridplan.maps.pictures import write_picture as write_picture
    from gridplan.maps.plan import plan_page as plan_page
    from gridplan.maps.viewer import VIEWER_POLICY as VIEWER_POLICY
    from gridplan.maps.viewer import viewer_file as viewer_file
    from gridplan.maps.viewer import viewer_page as viewer_page

__all__ = [
    "DASHBOARD_SCRIPTS",
    "MOST_KEPT",
    "VIEWER_POLICY",
    "TileSource",
    "Told",
    "compare_page",
    "compare_picture",
    "coverage_page",
    "coverage_picture",
    "dashboard_data",
    "dashboard_file",
    "incidents_page",
    "incidents_picture",
    "plan_page",
    "plan_picture",
    "stored_page",
    "stored_picture",
    "view_page",
    "viewer_file",
    "viewer_page",
    "write_page",
    "write_picture",
]

__getattr__ = lazy_names(
    __name__,
    {
        "compare_page": "gridplan.maps.comparison",
        "coverage_page": "gridplan.maps.coverage",
        "DASHBOARD_SCRIPTS": "gridplan.maps.dashboard",
        "dashboard_data": "gridplan.maps.dashboard",
        "dashboard_file": "gridplan.maps.dashboard",
        "compare_picture": "gridplan.maps.picture_of_comparison",
        "coverage_picture": "gridplan.maps.picture_of_coverage",
        "incidents_page": "gridplan.maps.incidents",
        "view_page": "gridplan.maps.incidents",
        "stored_page": "gridplan.maps.incidents_stored",
        "stored_picture": "gridplan.maps.incidents_stored",
        "incidents_picture": "gridplan.maps.picture_of_incidents",
        "MOST_KEPT": "gridplan.maps.limits",
        "write_page": "gridplan.maps.offline",
        "plan_page": "gridplan.maps.plan",
        "TileSource": "gridplan.maps.limits",
        "Told": "gridplan.maps.limits",
        "write_picture": "gridplan.maps.pictures",
        "plan_picture": "gridplan.maps.picture_of_plan",
        "VIEWER_POLICY": "gridplan.maps.viewer",
        "viewer_file": "gridplan.maps.viewer",
        "viewer_page": "gridplan.maps.viewer",
    },
)
