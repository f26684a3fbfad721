"""A town from files of one's own: one file a table, in any of the usual formats."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs as reference
from gridplan.contracts import TOWN
from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.sources import osm_tags as meaning
from gridplan.sources.checked import checked_town, file_source, inner_points, refuse_empty
from gridplan.sources.columns import renamed
from gridplan.sources.datum import Datum
from gridplan.sources.hull import around_buildings
from gridplan.sources.layer import read_layer
from gridplan.sources.ledger import join_ledger, read_ledger
from gridplan.sources.polygons import as_communities
from gridplan.sources.services import services_of
from gridplan.sources.shifted import Notice, datum_doubt, datums_of, to_wgs84, unheard
from gridplan.sources.town import Town

File = Path | str
Files = Path | str | Sequence[Path | str]
Tables = dict[str, gpd.GeoDataFrame | None]
Columns = Mapping[str, Mapping[str, str]]


def read_files(
    *,
    buildings: Files | None = None,
    communities: Files | None = None,
    streets: Files | None = None,
    barriers: Files | None = None,
    compounds: Files | None = None,
    services: Files | None = None,
    special_sites: Files | None = None,
    areas: Files | None = None,
    atoms: Files | None = None,
    ledger: File | None = None,
    crs: str | None = None,
    datum: Datum | Mapping[str, Datum] = "wgs84",
    columns: Columns | None = None,
    layers: Mapping[str, str] | None = None,
    kind: Literal["urban", "rural", "mixed"] = "urban",
    name: str | None = None,
    progress: Progress = silent,
    notice: Notice = unheard,
) -> Town:
    """The town in these files, in EPSG:4326.

    Parameters
    ----------
    buildings, communities, streets, barriers, compounds, services, special_sites, areas, atoms : GeoPackage, GeoJSON, Shapefile,
        GeoParquet, or CSV with coordinates; several files of a table are put one after the other. Without ``communities`` they
        are joined from the ``community`` of the atoms, or one is drawn around the buildings and reported.
    ledger : Excel or CSV with households by building (``gridplan.sources.join_ledger``).
    crs : stands for layers that state none, such as ``"EPSG:4547"``.
    datum : what the coordinates are in, of all tables or by table; ``gcj02`` and ``bd09`` are moved to WGS 84 and reported.
        Streets that run through the buildings in a way that speaks for another datum are reported, and nothing is moved.
    columns : table -> contract column -> column in the file (several joined by ``+``). What is not named is looked for under
        the names in ``gridplan.sources.columns.NAMES``. Columns that carry OpenStreetMap's tags (``building``, ``highway``,
        ``waterway``, ...) give use, address, class and kind where no column of its own does. The table ``ledger`` has ``id``,
        ``address`` and ``households``.
    layers : table -> layer, for GeoPackages of several.
    kind : which rule holds, where the communities do not say.
    name : of the community that is drawn where no boundary is given; the name of the file of buildings without its ending
        where None.
    progress : told before and after.
    notice : hears of each layer that is about to be moved, and of datums in doubt, at once; the report of the town has the same.

    Raises
    ------
    InputError
        GP101-GP109, GP112-GP113, GP116-GP124, GP131, GP132, GP135-GP138 as their messages say; GP125-GP127 of
        the ledger; GP140 of the datum; GP160-GP163 of the areas.

    Examples
    --------
    >>> from gridplan.sources import read_files
    >>> read_files(buildings="nowhere.gpkg")
    Traceback (most recent call last):
    gridplan.errors.InputError: GP101 file nowhere.gpkg is not there. Check the path.
    """
    progress("stage.import", 0, 1)
    given = (communities, buildings, atoms, streets, barriers, compounds, services, special_sites, areas)
    asked = dict(zip(TOWN, given, strict=True))
    _known_tables(columns or {}, layers or {})
    if not (_paths(buildings) or _paths(atoms)):
        present = [table for table, files in (asked | {"ledger": ledger}).items() if _paths(files)]
        raise InputError("GP132", present=", ".join(present) or "-")
    tables, report, source = _read_tables(asked, columns or {}, layers or {}, crs, datums_of(datum), notice)
    for table in ("communities", "atoms" if tables["atoms"] is not None else "buildings"):
        refuse_empty(tables[table], table)
    drawn = (_paths(buildings) + _paths(atoms))[0].stem if name is None else name
    tables, found = _framed(tables, drawn, kind)
    report = report + found + datum_doubt(tables["buildings"], tables["streets"], notice)
    if ledger is not None and tables["buildings"] is not None:
        rows, found = read_ledger(Path(ledger), columns=(columns or {}).get("ledger"))
        tables["buildings"], joined = join_ledger(tables["buildings"], rows)
        report = report + found + joined
        source |= file_source("ledger", Path(ledger))
    town = checked_town(tables, report=report, source=source)
    progress("stage.import", 1, 1)
    return town


def _read_tables(
    asked: Mapping[str, Files | None],
    columns: Columns,
    layers: Mapping[str, str],
    crs: str | None,
    datums: Mapping[str, Datum],
    notice: Notice,
) -> tuple[Tables, Report, dict[str, str]]:
    """Each table as its files have it, in longitude and latitude, with the contract's names on its columns."""
    report = Report.empty()
    source: dict[str, str] = {}
    tables: Tables = {}
    for name, files in asked.items():
        paths = _paths(files)
        parts = []
        for number, path in enumerate(paths):
            frame, found = read_layer(path, table=name, layer=layers.get(name), crs=crs)
            frame, shifted = to_wgs84(frame, name, datums[name], notice)
            frame, guessed = renamed(frame, name, columns.get(name, {}))
            frame, derived = _DERIVED.get(name, _as_read)(reference.to_lonlat(frame))
            parts.append(frame)
            report = report + found + shifted + guessed + derived
            source |= file_source(name if len(paths) == 1 else f"{name}.{number + 1}", path)
        tables[name] = pd.concat(parts, ignore_index=True) if parts else None
    return tables, report, source


def read_communities(
    path: File,
    *,
    crs: str | None = None,
    datum: Datum = "wgs84",
    kind: Literal["urban", "rural", "mixed"] = "urban",
    notice: Notice = unheard,
) -> gpd.GeoDataFrame:
    """The communities of a file of polygons, in EPSG:4326; what ``read_osm`` and ``read_place`` take.

    Raises
    ------
    InputError
        As ``read_files``; GP124 they are points.
    """
    frame, _ = read_layer(Path(path), table="communities", crs=crs)
    frame, _ = to_wgs84(frame, "communities", datum, notice)
    frame, _ = renamed(frame, "communities", {})
    return reference.to_lonlat(as_communities(frame, kind))


def _paths(files: Files | None) -> list[Path]:
    if files is None:
        return []
    return [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]


def _known_tables(columns: Columns, layers: Mapping[str, str]) -> None:
    for name in (*columns, *layers):
        if name not in TOWN and not (name == "ledger" and name in columns):
            raise InputError("GP118", name="table", value=name, expected=" | ".join((*TOWN, "ledger")))


def _framed(tables: Tables, drawn: str, kind: str) -> tuple[Tables, Report]:
    """The tables with communities, and with the community of each atom; one that has to be drawn is called ``drawn``."""
    communities, atoms, buildings = tables["communities"], tables["atoms"], tables["buildings"]
    if communities is not None:
        communities = as_communities(communities, kind)
        if atoms is not None and "community" not in atoms.columns:
            atoms, report = _placed(atoms, communities)
            return tables | {"communities": communities, "atoms": atoms}, report
        return tables | {"communities": communities}, Report.empty()
    if atoms is not None and "community" in atoms.columns:
        communities, report = _joined(atoms, kind)
    else:
        shapes = [shape for table in (buildings, atoms) if table is not None for shape in table.geometry]
        if not shapes:
            return tables, Report.empty()
        communities, report = around_buildings(shapes, name=drawn, kind=kind)
        if atoms is not None:
            atoms = atoms.assign(community=communities["code"].iloc[0])
    return tables | {"communities": communities, "atoms": atoms}, report


def _joined(atoms: gpd.GeoDataFrame, kind: str) -> tuple[gpd.GeoDataFrame, Report]:
    """Communities as the unions of their atoms."""
    codes = atoms["community"].astype("str")
    shapes = shapely.make_valid(atoms.geometry.to_numpy())
    rows = sorted(set(codes[atoms["community"].notna()]))
    unions = [shapely.union_all(shapes[(codes == code).to_numpy()]) for code in rows]
    table = gpd.GeoDataFrame({"code": rows, "name": rows, "kind": kind, "parent": None}, geometry=unions, crs=atoms.crs)
    return table, Report.of("import", "report.community_union", rows)


def _placed(atoms: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """The atoms with the community that each lies in; those in none are left out and reported."""
    communities = reference.to_lonlat(communities)
    place = np.full(len(atoms), -1)
    atom, row = shapely.STRtree(communities.geometry.to_numpy()).query(inner_points(atoms), predicate="intersects")
    place[atom[::-1]] = row[::-1]
    kept = place >= 0
    inside = atoms[kept].assign(community=communities["code"].to_numpy(dtype=object)[place[kept]])
    shapeless = (atoms.geometry.isna() | atoms.geometry.is_empty).to_numpy()
    report = _left_out("report.empty_geometry", atoms[~kept & shapeless])
    return inside, report + _left_out("report.outside_communities", atoms[~kept & ~shapeless])


def _left_out(reason: str, atoms: gpd.GeoDataFrame) -> Report:
    """A row an atom, with the households that go with it."""
    ids = atoms["id"] if "id" in atoms.columns else [f"row {row}" for row in atoms.index]
    counts = [f"households={count}" for count in atoms["households"]] if "households" in atoms.columns else None
    return Report.of("import", reason, ids, counts)


def _as_read(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    return frame, Report.empty()


def _with_use(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    added: dict[str, list[str | None]] = {}
    if "use" not in frame.columns and "building" in frame.columns:
        added["use"] = [meaning.use_of(tags) for tags in meaning.tags_of(frame)]
    if "address" not in frame.columns and "addr:housenumber" in frame.columns:
        added["address"] = [meaning.address_of(tags) for tags in meaning.tags_of(frame)]
    return frame.assign(**added), Report.empty()


def _without_blanks(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """Atoms with 0 households where the file has nothing: statistical areas leave out what is empty."""
    if "households" not in frame.columns or "id" not in frame.columns:
        return frame, Report.empty()
    blank = frame["households"].isna()
    filled = frame.assign(households=frame["households"].where(~blank, 0))
    return filled, Report.of("import", "report.atom_households_blank", frame["id"][blank].astype("str"))


def _with_class(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    if "class" in frame.columns or "highway" not in frame.columns:
        return frame, Report.empty()
    tags = meaning.tags_of(frame)
    ranks = [None if meaning.is_underground(tag) else meaning.street_class(tag) for tag in tags]
    return meaning.with_meaning(frame, "class", ranks)


def _with_kind(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    if "kind" in frame.columns or not {"railway", "waterway", "natural", "barrier"} & set(frame.columns):
        return frame, Report.empty()
    area = frame.geometry.geom_type.isin(("Polygon", "MultiPolygon"))
    kinds = [
        None if meaning.is_underground(tags) else meaning.barrier_kind(tags, area=bool(is_area))
        for tags, is_area in zip(meaning.tags_of(frame), area, strict=True)
    ]
    return meaning.with_meaning(frame, "kind", kinds)


def _with_site_kind(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    if "kind" in frame.columns or not {key for key, _, _ in meaning.SITES} & set(frame.columns):
        return frame, Report.empty()
    return meaning.with_meaning(frame, "kind", [meaning.site_kind(tags) for tags in meaning.tags_of(frame)])


def _with_id(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    return (frame.assign(id=frame["name"]) if "id" not in frame.columns and "name" in frame.columns else frame), Report.empty()


_DERIVED = {
    "buildings": _with_use,
    "atoms": _without_blanks,
    "streets": _with_class,
    "barriers": _with_kind,
    "compounds": _with_id,
    "services": services_of,
    "special_sites": _with_site_kind,
}
