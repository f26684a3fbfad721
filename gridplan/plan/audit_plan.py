"""Whether a plan keeps every invariant, from its stored tables alone."""

from dataclasses import replace

import pandas as pd
from pandas.testing import assert_frame_equal

from gridplan.contracts import PLAN, conform
from gridplan.errors import InputError
from gridplan.plan.audit_areas import areas_check
from gridplan.plan.audit_codes import KEYS, code_checks
from gridplan.plan.audit_land import land_checks
from gridplan.plan.audit_lineage import lineage_checks
from gridplan.plan.audit_meta import meta_check
from gridplan.plan.audit_nodes import nodes_check
from gridplan.plan.audit_posts import posts_check
from gridplan.plan.audit_ranges import range_checks
from gridplan.plan.audit_sums import sum_checks
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme

#: What a search may leave open and says so in findings; every other rule must hold.
RANGES = ("audit.grid_ranges", "audit.unit_ranges")


def broken_rules(plan: Plan, scheme: Scheme) -> list[str]:
    """The keys of the checks that a plan fails though every plan must pass them; empty where it is sound."""
    return [found.key for found in audit(plan, scheme) if not found.holds and found.key not in RANGES]


def audit(plan: Plan, scheme: Scheme) -> tuple[Check, ...]:
    """One check an invariant, each with a figure and the first ids that break it.

    Parameters
    ----------
    plan
        As read from a store. Nothing that made it is asked, and none of the code that composes plans is used.
    scheme
        The rule that it is held to.

    Returns
    -------
    tuple of Check
        Contracts first; where they do not hold nothing else can be looked at, and they are all that is returned. A zone out of
        its range holds only where a finding with a proof states just that number of households.

    Notes
    -----
    Lengths and areas are measured in the CRS that ``meta`` names, else in the UTM zone of the place. Cost: O(vertices log
    vertices) where land tiles exactly, as it should; where it does not, an overlay of each parent that fails.

    """
    contracts = _contracts(plan)
    if not contracts.holds:
        return (contracts,)
    return (
        contracts,
        _ordered(plan),
        *code_checks(plan, scheme),
        *sum_checks(plan),
        *range_checks(plan, scheme),
        areas_check(plan, scheme),
        nodes_check(plan, scheme),
        posts_check(plan, scheme),
        *lineage_checks(plan),
        meta_check(plan, scheme),
        *land_checks(plan),
    )


def _contracts(plan: Plan) -> Check:
    wrong = []
    for name, table in plan.layers():
        # That keys are unique is a check of its own.
        contract = replace(PLAN[name], key=())
        try:
            same = conform(table, contract)
            assert_frame_equal(pd.DataFrame(table), pd.DataFrame(same), check_exact=True)
        except InputError as error:
            wrong.append(f"{name}: {error}")
        except AssertionError:
            wrong.append(f"{name}: columns or types differ")
    return check("contracts", wrong)


def _ordered(plan: Plan) -> Check:
    wrong = []
    for name, table in plan.layers():
        # Posts are in the order of the scheme's levels.
        by = KEYS.get(name) if name != "posts" else None
        rows = list(table[by].fillna("").itertuples(index=False, name=None)) if by else []
        if rows != sorted(rows) or not table.index.equals(pd.RangeIndex(len(table))):
            wrong.append(name)
    return check("order", wrong)
