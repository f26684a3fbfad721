"""The picture of how many households have a service within a walk, for reports."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.cartography.bands import NO_HOMES, SHARES, UNREACHED, band_fills, band_of, share_class, sign
from gridplan.errors import InputError
from gridplan.maps.coverage_data import Covering, covering
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
from gridplan.messages import Language, text, word
from gridplan.plan.model import Plan
from gridplan.sources.town import Town


def coverage_picture(
    plan: Plan,
    coverage: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    kind: str | None = None,
    within_m: int | None = None,
    services: gpd.GeoDataFrame | None = None,
    town: Town | None = None,
    language: Language = "en",
    dots_per_inch: int = 200,
) -> bytes:
    """The coverage of a plan by one kind of service as a PNG for reports, A4 lying, with the table of the communities.

    Parameters
    ----------
    plan, coverage, distances, services, town, language : as :func:`gridplan.coverage_page`.
    kind : of service; without it the first by name.
    within_m : the walking distance that shares are of, one of those in ``coverage``; without it the second, or the only one.
    dots_per_inch : 50 to 600.

    Returns
    -------
    bytes
        The same for the same input; ``write_picture`` writes them.

    Raises
    ------
    InputError
        GP102, GP103, GP612 as the page; GP613 no such kind or distance in ``coverage``.
    OutputError
        GP611 too few or too many dots per inch.
    MissingToolError
        GP720 the package with the Chinese font is not installed.
    """
    plan = drawable(plan)
    found = covering(plan, coverage, distances)
    kind = found.kinds[0] if kind is None else kind
    within = found.within_m[min(1, len(found.within_m) - 1)] if within_m is None else within_m
    if kind not in found.kinds or within not in found.within_m:
        raise InputError(
            "GP613", kind=kind, within=within, kinds=", ".join(found.kinds), steps=", ".join(map(str, found.within_m))
        )
    rows = found.table[(found.table["kind"] == kind) & (found.table["within_m"] == within)]
    grids = rows[rows["level"] == "grid"].set_index("code").reindex(plan.grids["code"])
    whole = rows[rows["level"] == "town"].iloc[0]
    numbers = [grid_number(code, community) for code, community in zip(plan.grids["code"], plan.grids["community"], strict=True)]
    words = [f"{number}\n{_percent(share, language)}" for number, share in zip(numbers, grids["share"], strict=True)]
    named = word("service", kind, language)
    shown = Sheet(
        title=text("map.coverage.title", language, name=plan.fact("name")),
        subtitle=text(
            "picture.coverage.sub",
            language,
            kind=named,
            metres=f"{within:,}",
            part=f"{int(whole['households_within']):,} / {int(whole['households']):,}",
            share=_percent(whole["share"], language),
        ),
        language=language,
        bounds=bounds_of(metre_shapes(plan.communities, plan)),
        layers=[
            *ground_layers(plan, town),
            *_grids(plan, grids["share"].to_numpy(np.float64, na_value=np.nan), language),
            *_buildings(plan, found, found.kinds.index(kind), language),
            outlines(plan.grids, plan, GRID, text("map.layer.outlines", language)),
            outlines(plan.communities, plan, COMMUNITY, text("map.key.community", language)),
            *_services(plan, services if services is not None else None if town is None else town.services, found, kind, named),
        ],
        labels=zone_labels(plan.grids, plan, words, (grids["households"] - grids["households_within"]).fillna(0)),
        places=community_labels(plan),
        table=_table(rows[rows["level"] == "community"], language),
        note=text("picture.coverage.note", language, plan=plan.id, methods=_methods(found, kind, language)),
        credit=plan_credit(plan, language),
    )
    return picture(shown, dots_per_inch=dots_per_inch)


def _percent(share: float, language: Language) -> str:
    if pd.isna(share):
        return text("map.coverage.no_share", language)
    return text("map.coverage.percent", language, share=f"{100 * share:.1f}")


def _grids(plan: Plan, shares: np.ndarray, language: Language) -> list[Drawn]:
    """The grids by share; those without homes are not filled."""
    shapes = crs.to_crs(plan.grids, CRS(plan.fact("crs"))).geometry.to_numpy()
    number = np.array([-1 if np.isnan(share) else share_class(share) for share in shares])
    return [
        Drawn(
            shapes[number == place],
            Look(fill=fill, opacity=0.55),
            text("map.coverage.share_class", language, low=20 * place, high=20 * place + 20),
        )
        for place, fill in enumerate(SHARES)
    ]


def _buildings(plan: Plan, found: Covering, column: int, language: Language) -> list[Drawn]:
    """The buildings by distance, then those whose distance is a straight line once more as dashed outlines."""
    shapes = crs.to_crs(plan.buildings, CRS(plan.fact("crs"))).geometry.to_numpy()
    metres, steps = found.metres[:, column], found.within_m
    band = np.array([band_of(None if np.isnan(value) else value, steps) for value in metres], dtype=np.int64)
    homes = plan.buildings["households"].to_numpy() > 0
    keys = [text("map.coverage.up_to", language, metres=f"{step:,}") for step in steps]
    keys += [text("map.coverage.beyond", language, metres=f"{steps[-1]:,}"), text("map.coverage.unreached", language)]
    looks = zip((*band_fills(len(steps)), UNREACHED), keys, strict=True)
    drawn = [
        Drawn(shapes[homes & (band == place)], Look(fill=fill, line="#22282e", width=0.2, size=2.5), key)
        for place, (fill, key) in enumerate(looks)
        if place <= len(steps) or (homes & (band == place)).any()
    ]
    none = Drawn(shapes[~homes], Look(fill=NO_HOMES, line="#9aa2aa", width=0.2, size=2.0), text("map.key.none", language))
    straight = shapes[found.straight[:, column]]
    dashed = Look(line="#000000", width=0.9, dash=(2, 2), size=3.5)
    lines = [Drawn(shapely.boundary(straight), dashed, text("map.coverage.straight", language))] if len(straight) else []
    return [none, *drawn, *lines]


def _services(plan: Plan, services: gpd.GeoDataFrame | None, found: Covering, kind: str, named: str) -> list[Drawn]:
    if services is None or not (services["kind"] == kind).any():
        return []
    shape, fill = sign(found.kinds.index(kind))
    points = shapely.point_on_surface(metre_shapes(services[services["kind"] == kind], plan))
    return [Drawn(points, Look(fill=fill, line="#15191d", width=0.8, sign=shape, size=8.0), named)]


def _methods(found: Covering, kind: str, language: Language) -> str:
    straight = int(found.straight[:, found.kinds.index(kind)].sum())
    return text("picture.coverage.methods", language, straight=f"{straight:,}", buildings=f"{len(found.straight):,}")


def _table(rows: pd.DataFrame, language: Language) -> Table:
    made = [
        (str(row.name_), f"{row.households_within:,} / {row.households:,}", _percent(row.share, language))
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    ]
    heads = tuple(text(f"picture.head.{head}", language) for head in ("community", "covered", "share"))
    return Table(heads, tuple(made), (5, 5, 3))
