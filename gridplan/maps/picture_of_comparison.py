"""The picture of what changed between two plans, for reports."""

import geopandas as gpd
import numpy as np
import shapely

from gridplan import crs
from gridplan.analysis.land import changed_land
from gridplan.cartography.changes import CHANGE_FILLS, NEW_LINE, OLD_LINE
from gridplan.maps.drawable import drawable
from gridplan.maps.picture_ground import (
    COMMUNITY,
    community_labels,
    grid_number,
    ground_layers,
    metre_shapes,
    outlines,
    plan_credit,
    zone_labels,
)
from gridplan.maps.pictures import Drawn, Look, Shapes, Sheet, Table, bounds_of, picture
from gridplan.maps.polylines import PER_DEGREE
from gridplan.maps.topology import make_topology
from gridplan.messages import Language, text
from gridplan.plan.comparison import compare
from gridplan.plan.model import Plan
from gridplan.plan.succession import Step
from gridplan.sources.town import Town

_NEW = Look(line=NEW_LINE, width=1.0)
_OLD = Look(line=OLD_LINE, width=1.0, dash=(4, 3))


def compare_picture(
    old: Plan, new: Plan, *, town: Town | None = None, language: Language = "en", dots_per_inch: int = 200
) -> bytes:
    """What changed between two plans as a PNG for reports, A4 lying: the lines of both, land by what happened to it, the lineage.

    Parameters
    ----------
    old, new : the plan before and the plan after.
    town : where given, its streets, rail, water and walls are drawn under the map. Any CRS.
    language : the language of what is written.
    dots_per_inch : 50 to 600.

    Returns
    -------
    bytes
        The same for the same input; ``write_picture`` writes them.

    Raises
    ------
    OutputError
        GP611 too few or too many dots per inch.
    MissingToolError
        GP720 the package with the Chinese font is not installed.

    Examples
    --------
    >>> from tests.samples import sample_plan
    >>> compare_picture(sample_plan(), sample_plan(), dots_per_inch=60)[1:4]
    b'PNG'
    """
    old, new = drawable(old), drawable(new)
    land, found = changed_land(old, new), compare(old, new)
    changed = [
        Drawn(
            metre_shapes(land[land["change"] == change], new),
            Look(fill=fill, opacity=0.6),
            text(f"map.compare.key.{change}", language),
        )
        for change, fill in CHANGE_FILLS.items()
        if (land["change"] == change).any()
    ]
    numbers = [grid_number(code, community) for code, community in zip(new.grids["code"], new.grids["community"], strict=True)]
    counts = [text("map.label.households", language, households=count) for count in new.grids["households"]]
    # Grids that land came to are told first.
    ranks = new.grids["households"] + 1e6 * new.grids["code"].isin(land["new"])
    share = 100 * found.moved / found.households if found.households else 0.0
    grids = found.zones["grid"]
    shown = Sheet(
        title=text("map.compare.title", language, name=new.fact("name")),
        subtitle=text(
            "picture.compare.sub",
            language,
            moved=f"{found.moved:,}",
            households=f"{found.households:,}",
            share=f"{share:.1f}",
            kept=grids.kept,
            changed=grids.changed,
            new=grids.new,
            gone=grids.gone,
        ),
        language=language,
        bounds=bounds_of(metre_shapes(new.communities, new), metre_shapes(old.grids, new)),
        layers=[
            *ground_layers(new, town),
            *changed,
            outlines(new.grids, new, _NEW, text("map.compare.layer.outlines", language)),
            outlines(new.communities, new, COMMUNITY, text("map.key.community", language)),
            Drawn(_given_up(old, new), _OLD, text("map.compare.layer.oldlines", language)),
        ],
        labels=zone_labels(new.grids, new, [f"{number}\n{count}" for number, count in zip(numbers, counts, strict=True)], ranks),
        places=community_labels(new),
        table=_steps(old, new, language),
        note=text("picture.compare.note", language, old=old.id, new=new.id),
        credit=plan_credit(new, language),
    )
    return picture(shown, dots_per_inch=dots_per_inch)


def _given_up(old: Plan, new: Plan) -> Shapes:
    """The lines of the old grids that are none of the new ones."""
    topology = make_topology({"grids": new.grids.geometry.to_numpy(), "old": old.grids.geometry.to_numpy()})
    used = {name: np.where(zones.arcs < 0, ~zones.arcs, zones.arcs) for name, zones in topology.layers.items()}
    lines = [topology.arcs.each()[number] for number in np.setdiff1d(used["old"], used["grids"]).tolist()]
    degrees = [shapely.LineString((line + topology.origin) / PER_DEGREE) for line in lines]
    return metre_shapes(gpd.GeoDataFrame(geometry=gpd.GeoSeries(degrees, crs=crs.LONLAT)), new)


def _steps(old: Plan, new: Plan, language: Language) -> Table:
    """What went from which grid to which; the community of the new one stands there where it is another."""
    (old_number, old_place), (new_number, new_place) = _names(old), _names(new)
    nothing = text("map.compare.nothing", language)

    def after(step: Step) -> str:
        if step.new is None:
            return nothing
        same = step.old is not None and old_place[step.old] == new_place[step.new]
        return new_number[step.new] if same else f"{new_number[step.new]} {new_place[step.new]}".strip()

    rows = [
        (
            nothing if step.old is None else f"{old_number[step.old]} {old_place[step.old]}".strip(),
            after(step),
            text(f"map.compare.change.{step.change}", language),
            f"{step.households:,}",
        )
        for level, step in compare(old, new).steps
        if level == "grid"
    ]
    heads = tuple(text(f"picture.head.{head}", language) for head in ("old", "new", "change", "households"))
    return Table(heads, tuple(rows), (18, 12, 19, 15))


def _names(plan: Plan) -> tuple[dict[str, str], dict[str, str]]:
    """Number and community of each grid by its code."""
    of = dict(zip(plan.communities["code"], plan.communities["name"], strict=True))
    codes = list(zip(plan.grids["code"], plan.grids["community"], strict=True))
    return {code: grid_number(code, place) for code, place in codes}, {code: of.get(place, "") for code, place in codes}
