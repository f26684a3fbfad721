"""The plan: composed from an assignment, coded, and checked from the stored result alone."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.plan.audit_plan import audit as audit
    from gridplan.plan.audit_plan import broken_rules as broken_rules
    from gridplan.plan.check import Check as Check
    from gridplan.plan.comparison import Comparison as Comparison
    from gridplan.plan.comparison import compare as compare
    from gridplan.plan.compose import make_plan as make_plan
    from gridplan.plan.heritage import lineage as lineage
    from gridplan.plan.model import Plan as Plan
    from gridplan.plan.tallies import tally as tally
    from gridplan.plan.tallies import totals as totals

__all__ = [
    "Check",
    "Comparison",
    "Plan",
    "audit",
    "broken_rules",
    "compare",
    "lineage",
    "make_plan",
    "tally",
    "totals",
]

__getattr__ = lazy_names(
    __name__,
    {
        "audit": "gridplan.plan.audit_plan",
        "broken_rules": "gridplan.plan.audit_plan",
        "Check": "gridplan.plan.check",
        "Comparison": "gridplan.plan.comparison",
        "compare": "gridplan.plan.comparison",
        "make_plan": "gridplan.plan.compose",
        "lineage": "gridplan.plan.heritage",
        "Plan": "gridplan.plan.model",
        "tally": "gridplan.plan.tallies",
        "totals": "gridplan.plan.tallies",
    },
)
