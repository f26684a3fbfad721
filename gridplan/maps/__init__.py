"""Maps: pages that open anywhere, without a network."""

from gridplan.maps.offline import write_page
from gridplan.maps.plan import plan_page
from gridplan.maps.viewer import POLICY as VIEWER_POLICY
from gridplan.maps.viewer import credit, viewer_file, viewer_page

__all__ = ["VIEWER_POLICY", "credit", "plan_page", "viewer_file", "viewer_page", "write_page"]
