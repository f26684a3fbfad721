"""The picture of what changed between two plans, for reports."""

from gridplan.analysis.land import changed_land
from gridplan.cartography.changes import CHANGE_FILLS, NEW_LINE, OLD_LINE
from gridplan.maps.drawable import drawable
from gridplan.maps.picture_ground import (
    COMMUNITY,
    grid_labels,
    grid_number,
    ground_layers,
    metre_shapes,
    outlines,
    plan_credit,
)
from gridplan.maps.pictures import Drawn, Look, Sheet, Table, bounds_of, picture
from gridplan.messages import Language, text
from gridplan.plan.comparison import compare
from gridplan.plan.model import Plan
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
            outlines(old.grids, new, _OLD, text("map.compare.layer.oldlines", language)),
        ],
        labels=grid_labels(new, [f"{number}\n{count}" for number, count in zip(numbers, counts, strict=True)]),
        table=_steps(old, new, language),
        note=text("picture.compare.note", language, old=old.id, new=new.id),
        credit=plan_credit(new, language),
    )
    return picture(shown, dots_per_inch=dots_per_inch)


def _steps(old: Plan, new: Plan, language: Language) -> Table:
    """What went from which grid to which."""
    names = [_names(plan) for plan in (old, new)]
    nothing = text("map.compare.nothing", language)
    rows = [
        (
            nothing if step.old is None else names[0][step.old],
            nothing if step.new is None else names[1][step.new],
            text(f"map.compare.change.{step.change}", language),
            f"{step.households:,}",
        )
        for level, step in compare(old, new).steps
        if level == "grid"
    ]
    heads = tuple(text(f"picture.head.{head}", language) for head in ("old", "new", "change", "households"))
    return Table(heads, tuple(rows), (17, 17, 16.5, 13.5))


def _names(plan: Plan) -> dict[str, str]:
    """Number and community of each grid by its code."""
    of = dict(zip(plan.communities["code"], plan.communities["name"], strict=True))
    codes = zip(plan.grids["code"], plan.grids["community"], strict=True)
    return {code: f"{grid_number(code, community)} {of.get(community, '')}".strip() for code, community in codes}
