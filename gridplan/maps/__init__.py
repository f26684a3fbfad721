"""Maps: pages that open anywhere, without a network."""

from gridplan.maps.offline import write_page
from gridplan.maps.plan import plan_page

__all__ = ["plan_page", "write_page"]
