"""What the service says, as JSON."""

from pydantic import BaseModel, Field

from gridplan.store import PlanInfo


class Link(BaseModel):
    """A link to another answer."""

    href: str
    rel: str
    type: str
    title: str


class PlanSummary(BaseModel):
    """One plan: what it is, how large, and where its layers and map are."""

    id: str
    name: str
    scheme: str
    seed: int = Field(description="the seed that it can be made again with")
    parent: str | None = Field(description="id of the plan that it was redrawn from")
    grids: int
    units: int
    households: int
    state: str = Field(description="draft, submitted, approved, adopted somewhere, or archived")
    revision: int = Field(description="grows with every change of the plan, by whatever program")
    links: list[Link]


class PlanList(BaseModel):
    """Plans, the newest last."""

    plans: list[PlanSummary]
    links: list[Link]


class Problem(BaseModel):
    """What went wrong, in the shape of RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str = Field(description="stable code of gridplan, GP followed by three digits")
    instance: str = Field(description="path of the request")


def plan_summary(info: PlanInfo, links: list[Link]) -> PlanSummary:
    """What the service says about a plan."""
    return PlanSummary(
        id=info.id,
        name=info.name,
        scheme=info.scheme,
        seed=info.seed,
        parent=info.parent or None,
        grids=info.grids,
        units=info.units,
        households=info.households,
        state=info.state,
        revision=info.revision,
        links=links,
    )
