"""The plan: composed from an assignment, coded, and checked from the stored result alone."""

from gridplan.plan.audit_plan import audit, broken_rules
from gridplan.plan.check import Check
from gridplan.plan.compare import Comparison, compare
from gridplan.plan.compose import make_plan
from gridplan.plan.heritage import lineage
from gridplan.plan.model import Plan
from gridplan.plan.tallies import tally, totals

__all__ = ["Check", "Comparison", "Plan", "audit", "broken_rules", "compare", "lineage", "make_plan", "tally", "totals"]
