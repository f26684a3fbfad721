"""What jobs do: a town is loaded and planned, its buildings' ways to services are measured, incidents are brought from a file."""

from api.importing import bring
from gridplan.analysis import joined_services, measure
from gridplan.analysis.services.measuring import Sharing
from gridplan.errors import StoreError
from gridplan.partition import Effort
from gridplan.pipeline import Options, plan_town
from gridplan.plan import Plan, broken_rules
from gridplan.progress import Progress
from gridplan.schemes import load_scheme
from gridplan.store import IMPORTING, MEASURING, PLANNING, Job, Store
from gridplan.updating import update_plan


def do(store: Store, job: Job, owner: str, progress: Progress) -> None:
    """Does the job of this server and ends it, with what it made saved.

    Raises
    ------
    GridplanError
        What was asked for by name is not there any more, or what the work itself refuses; GP445 the job was cancelled meanwhile.
    """
    if job.kind == PLANNING:
        plan, broken = _plan(store, job, progress)
        store.jobs.finish(job.id, owner, plan, {"plan": plan.id, "broken": broken})
        return
    if job.kind == IMPORTING:
        bring(store, job, owner, progress)
        return
    assert job.kind == MEASURING, job.kind
    _measure(store, job, owner, progress)


def _plan(store: Store, job: Job, progress: Progress) -> tuple[Plan, list[str]]:
    """The plan that was asked for, and the rules that it breaks though every plan must keep them."""
    asked = job.asked
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


def _measure(store: Store, job: Job, owner: str, progress: Progress) -> None:
    """Measures the ways from the plan's buildings to services, and keeps them."""
    asked = job.asked
    plan = store.load_plan(str(asked["plan"]))
    name = asked.get("town") or store.town_list.of_plan(plan.id)
    if name is None:
        raise StoreError("GP462", plan=plan.id)
    kinds, most_m = asked.get("kinds"), asked["most_m"]
    assert isinstance(most_m, float)
    town = store.load_town(str(name))
    services = joined_services(
        None if asked["services"] == "register" else town.services,
        None if asked["services"] == "town" else store.load_register("services"),
    )
    wanted = [str(kind) for kind in kinds] if isinstance(kinds, list) else None
    sharing = _sharing(asked.get("capacity"))
    found = measure(plan, town, services, kinds=wanted, limit_m=most_m, sharing=sharing, progress=progress)
    counts, chosen = dict(found.counts), list(found.kinds)
    about = {"town": name, "services": asked["services"], "kinds": chosen, "most_m": most_m, "counts": counts}
    if sharing is not None and found.offers is not None:
        rows = found.offers.astype(object).where(found.offers.notna(), None).to_dict("records")
        about["capacity"] = {"within_m": round(sharing.within_m), "kinds": rows}
    store.coverages.finish(
        job.id, owner, plan.id, found.distances, about=about, result={"plan": plan.id, "town": name, "kinds": chosen}
    )


def _sharing(asked: object) -> Sharing | None:
    if not isinstance(asked, dict):
        return None
    return Sharing(float(asked["within_m"]), {str(kind): float(each) for kind, each in asked["assumed"].items()})
