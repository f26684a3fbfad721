"""What a job does: a town is loaded and planned."""

from collections.abc import Mapping

from gridplan.partition import Effort
from gridplan.pipeline import Options, plan_town
from gridplan.plan import Plan, broken_rules
from gridplan.progress import Progress
from gridplan.schemes import load_scheme
from gridplan.store import Store
from gridplan.updating import update_plan


def make(store: Store, asked: Mapping[str, object], progress: Progress) -> tuple[Plan, list[str]]:
    """The plan that was asked for, and the rules that it breaks though every plan must keep them.

    Raises
    ------
    GridplanError
        There is no such town, scheme or former plan; or what ``plan_town`` or ``update_plan`` refuses.
    """
    scheme = load_scheme(str(asked["scheme"]))
    town = store.load_town(str(asked["town"]))
    after, effort, seed = asked.get("after"), asked.get("effort"), asked["seed"]
    assert isinstance(seed, int)
    options = Options(effort=Effort(**effort)) if isinstance(effort, dict) else None
    parent = store.load_plan(str(after)) if after is not None else None
    if asked.get("lines") == "kept":
        assert parent is not None, "lines are kept of a plan before"
        plan, _ = update_plan(parent, town, scheme=scheme, seed=seed, options=options, progress=progress)
        return plan, broken_rules(plan, scheme)
    plan = plan_town(town, scheme=scheme, seed=seed, options=options, parent=parent, progress=progress)
    return plan, broken_rules(plan, scheme)
