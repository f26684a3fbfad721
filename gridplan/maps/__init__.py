"""Maps: pages that open anywhere, without a network."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.maps.credits import credit as credit
    from gridplan.maps.offline import write_page as write_page
    from gridplan.maps.plan import plan_page as plan_page
    from gridplan.maps.viewer import VIEWER_POLICY as VIEWER_POLICY
    from gridplan.maps.viewer import viewer_file as viewer_file
    from gridplan.maps.viewer import viewer_page as viewer_page

__all__ = [
    "VIEWER_POLICY",
    "credit",
    "plan_page",
    "viewer_file",
    "viewer_page",
    "write_page",
]

__getattr__ = lazy_names(
    __name__,
    {
        "credit": "gridplan.maps.credits",
        "write_page": "gridplan.maps.offline",
        "plan_page": "gridplan.maps.plan",
        "VIEWER_POLICY": "gridplan.maps.viewer",
        "viewer_file": "gridplan.maps.viewer",
        "viewer_page": "gridplan.maps.viewer",
    },
)
