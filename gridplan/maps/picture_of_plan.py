"""The picture of a plan for reports."""

import numpy as np
import pandas as pd

from gridplan.cartography.palette import FILLS, SPECIAL
from gridplan.cartography.style import map_colours, neighbours
from gridplan.maps.drawable import drawable
from gridplan.maps.picture_ground import (
    COMMUNITY,
    GRID,
    community_labels,
    grid_number,
    ground_layers,
    metre_shapes,
    outlines,
    plan_credit,
    zone_labels,
)
from gridplan.maps.pictures import Drawn, Look, Sheet, Table, bounds_of, picture
from gridplan.messages import Language, text
from gridplan.plan.model import Plan
from gridplan.schemes import parse_scheme
from gridplan.sources.town import Town

_BUILDINGS = Look(fill="#8b949d", line="#4c555e", width=0.25, size=2.5)
_STATUS = {
    "open": Look(line="#b3261e", width=2.0, dash=(3, 2)),
    "proved": Look(line="#6a1b9a", width=2.0, dash=(1, 2)),
}


def plan_picture(plan: Plan, *, town: Town | None = None, language: Language = "en", dots_per_inch: int = 200) -> bytes:
    """The map of a plan as a PNG for reports, A4 lying: grids, buildings, findings, legend, table of communities.

    Parameters
    ----------
    plan : the plan; rows without a shape are not drawn.
    town : where given, its streets, rail, water and walls are drawn under the plan. Any CRS.
    language : the language of what is written.
    dots_per_inch : 50 to 600.

    Returns
    -------
    bytes
        The same for the same plan, town and language; ``write_picture`` writes them.

    Raises
    ------
    OutputError
        GP611 too few or too many dots per inch.
    MissingToolError
        GP720 the package with the Chinese font is not installed.

    Examples
    --------
    >>> from tests.samples import sample_plan
    >>> plan_picture(sample_plan(), dots_per_inch=60)[1:4]
    b'PNG'
    """
    plan = drawable(plan)
    scheme = parse_scheme(plan.fact("scheme"), "meta")
    numbers = [grid_number(code, community) for code, community in zip(plan.grids["code"], plan.grids["community"], strict=True)]
    households = plan.grids["households"].tolist()
    words = [
        f"{number}\n{text('map.label.households', language, households=count)}"
        for number, count in zip(numbers, households, strict=True)
    ]
    shown = Sheet(
        title=plan.fact("name"),
        subtitle=text(
            "picture.plan.sub",
            language,
            scheme=scheme.title.model_dump()[language],
            grids=f"{len(plan.grids):,}",
            units=f"{len(plan.units):,}",
            households=f"{sum(households):,}",
        ),
        language=language,
        bounds=bounds_of(metre_shapes(plan.communities, plan)),
        layers=[
            *ground_layers(plan, town),
            *_grids(plan, language),
            Drawn(metre_shapes(plan.buildings, plan), _BUILDINGS, text("map.layer.buildings", language)),
            outlines(plan.grids, plan, GRID, text("map.layer.outlines", language)),
            outlines(plan.communities, plan, COMMUNITY, text("map.key.community", language)),
            *_findings(plan, language),
        ],
        labels=zone_labels(plan.grids, plan, words, _ranks(plan)),
        places=community_labels(plan),
        table=_communities(plan, language),
        note=text("picture.plan.note", language, plan=plan.id, seed=plan.fact("seed")),
        credit=plan_credit(plan, language),
    )
    return picture(shown, dots_per_inch=dots_per_inch)


def _ranks(plan: Plan) -> "pd.Series[float]":
    """Grids that are out of range come before others, then those of most households."""
    return plan.grids["households"] + plan.grids["status"].map({"open": 2e6, "proved": 1e6}).fillna(0)


def _grids(plan: Plan, language: Language) -> list[Drawn]:
    """The grids by their fill, of which neighbours have different ones."""
    shapes = plan.grids.geometry.to_numpy()
    metres = metre_shapes(plan.grids, plan)
    colour = np.where(plan.grids["kind"] == "special", len(FILLS), map_colours(neighbours(shapes)))
    layers = []
    for number, fill in enumerate((*FILLS, SPECIAL)):
        of_colour = metres[colour == number]
        if len(of_colour):
            key = text("map.key.special", language) if number == len(FILLS) else ""
            layers.append(Drawn(of_colour, Look(fill=fill, opacity=0.55), key))
    return layers


def _findings(plan: Plan, language: Language) -> list[Drawn]:
    layers = []
    for status, look in _STATUS.items():
        of_status = plan.grids[plan.grids["status"] == status]
        if len(of_status):
            layers.append(outlines(of_status, plan, look, text(f"map.key.{status}", language)))
    return layers


def _communities(plan: Plan, language: Language) -> Table:
    rows = zip(plan.communities["name"], plan.communities["grids"], plan.communities["households"], strict=True)
    return Table(
        heads=tuple(text(f"picture.head.{head}", language) for head in ("community", "grids", "households")),
        rows=tuple((str(name), f"{grids:,}", f"{households:,}") for name, grids, households in rows),
        widths=(6, 2, 3),
    )
