"""Tables brought to WGS 84 on reading, announced before anything moves, and the doubt that buildings and streets agree."""

from collections.abc import Callable, Mapping

import geopandas as gpd
import shapely

from gridplan.contracts import TOWN
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.datum import DATUMS, RECTANGLE, Datum, check_lonlat, convert_layer, metres_between
from gridplan.sources.datum_evidence import detect_datum

#: Told what is about to happen, or is in doubt, before the work goes on.
Notice = Callable[[Report], None]


def unheard(report: Report) -> None:
    """Nothing: nobody listens."""


def datums_of(datum: Datum | Mapping[str, Datum]) -> dict[str, Datum]:
    """The datum of each table of a town: the one given for all, or that given by table and WGS 84 for the rest.

    Raises
    ------
    InputError
        GP118 an unknown table or datum.
    """
    given = dict.fromkeys(TOWN, datum) if isinstance(datum, str) else dict(datum)
    for table, name in given.items():
        if table not in TOWN:
            raise InputError("GP118", name="table", value=table, expected=" | ".join(TOWN))
        if name not in DATUMS:
            raise InputError("GP118", name="datum", value=name, expected=" | ".join(DATUMS))
    return {table: given.get(table, "wgs84") for table in TOWN}


def to_wgs84(frame: gpd.GeoDataFrame, table: str, datum: Datum, notice: Notice = unheard) -> tuple[gpd.GeoDataFrame, Report]:
    """The layer in WGS 84, and a report of how many rows were moved by how many metres; ``notice`` hears it first.

    Raises
    ------
    InputError
        GP105 no CRS; GP140 the layer is projected, though it is said to be in GCJ-02 or BD-09.
    """
    if datum in ("wgs84", "cgcs2000"):
        return frame, Report.empty()
    check_lonlat(frame, datum, table)
    moved = convert_layer(frame, source=datum, target="wgs84")
    metres = metres_between(frame, moved)
    if not len(metres) or metres.max() == 0.0:
        report = Report.of("import", "report.datum_elsewhere", [table], [f"{datum}, rows={len(frame)}"])
    else:
        detail = f"{datum}, rows={len(frame)}, {metres.min():.0f}-{metres.max():.0f} m"
        report = Report.of("import", "report.datum_shifted", [table], [detail])
    notice(report)
    return moved, report


def datum_doubt(buildings: gpd.GeoDataFrame | None, streets: gpd.GeoDataFrame | None, notice: Notice = unheard) -> Report:
    """A row where the streets say that buildings and streets are of different datums; nothing is moved.

    Both are to be in degrees. Says nothing outside the rectangle of GCJ-02, where the datums are one.
    """
    if buildings is None or streets is None or not (len(buildings) and len(streets)):
        return Report.empty()
    if not shapely.box(*RECTANGLE).intersects(shapely.box(*streets.total_bounds)):
        return Report.empty()
    evidence = detect_datum(buildings, streets)
    if evidence.best is None or evidence.best == ("wgs84", "wgs84"):
        return Report.empty()
    first, second = evidence.best
    cut, stated = evidence.share(evidence.best), evidence.share(("wgs84", "wgs84"))
    detail = f"buildings={first}, streets={second}: {100 * cut:.0f} % < {100 * stated:.0f} %"
    report = Report.of("import", "report.datum_doubt", ["buildings, streets"], [detail])
    notice(report)
    return report
