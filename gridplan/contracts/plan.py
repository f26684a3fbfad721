"""The tables of a plan bundle."""

from collections.abc import Mapping

from gridplan.contracts.ground import FORMER, GROUND, INNER
from gridplan.contracts.model import HOUSEHOLDS, POINT, POLYGON, POPULATION, Column, Contract
from gridplan.contracts.town import REPORT

_CODE = Column("code", "text", "code")
_STATUS = Column(
    "status",
    "text",
    "ok; proved = out of range, proof in findings; open = the search found no better",
    values=("ok", "proved", "open"),
)
_REASON = Column("reason", "text", "message code of the finding; empty where ok", nullable=True)
_AREA = Column("area_m2", "float", "area in square metres", minimum=0)
_COMPACT = Column("compactness", "float", "Polsby-Popper, 4 pi area / perimeter^2, 0-1", minimum=0)
_FLOOR = "floor of a unit stacked in a tower, 1 = ground; empty elsewhere"

#: What a plan bundle holds: the result, in EPSG:4326. Areas and compactness are measured in the local metre CRS of ``meta``.
PLAN: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "areas",
            (
                _CODE,
                Column("name", "text", "name"),
                Column("level", "text", "county, town, ... as given, or the level of the scheme that made it"),
                Column("made", "bool", "whether the scheme made it; else it is an administrative area as given"),
                Column("parent", "text", "code of the area or community above it", nullable=True),
                HOUSEHOLDS,
                POPULATION,
                Column("communities", "int", "communities in it, or that it is part of"),
                Column("grids", "int", "grids in it"),
                Column("units", "int", "units in it"),
                _AREA,
                _COMPACT,
                _STATUS,
                _REASON,
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "communities",
            (
                _CODE,
                Column("name", "text", "name"),
                Column("kind", "text", "which rule holds", values=("urban", "rural", "mixed")),
                Column("parent", "text", "code of the area above it", nullable=True),
                HOUSEHOLDS,
                Column("grids", "int", "grids in it"),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "grids",
            (
                _CODE,
                Column("name", "text", "name"),
                Column("kind", "text", "kind", values=("urban", "rural", "mixed", "special")),
                Column("community", "text", "code of its community"),
                HOUSEHOLDS,
                POPULATION,
                Column("units", "int", "units in it"),
                Column("buildings", "int", "buildings in it"),
                _AREA,
                _COMPACT,
                _STATUS,
                _REASON,
                Column("of", "text", "id of the compound, natural village or special site it stands for", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "units",
            (
                _CODE,
                Column("grid", "text", "code of its grid"),
                HOUSEHOLDS,
                Column("stacked", "bool", "whether it shares its land with other floors of the same building"),
                Column("floor_from", "int", f"first {_FLOOR}", nullable=True),
                Column("floor_to", "int", f"last {_FLOOR}", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "buildings",
            (
                Column("id", "text", "id in the input"),
                Column("grid", "text", "code of its grid"),
                HOUSEHOLDS,
                Column("estimated", "bool", "whether its households were estimated"),
            ),
            (*POLYGON, *POINT),
            ("id",),
        ),
        Contract(
            "sections",
            (
                Column("id", "text", "id: the building's, with /n where it is divided"),
                Column("building", "text", "id of its building"),
                Column("unit", "text", "code of its unit"),
                Column("floor_from", "int", f"first {_FLOOR}", nullable=True),
                Column("floor_to", "int", f"last {_FLOOR}", nullable=True),
                HOUSEHOLDS,
                Column("piece", "text", "id of the piece of land it stands on", nullable=True),
                FORMER,
                Column("households_before", "int", "households in the parent plan", nullable=True, minimum=0),
            ),
            (),
            ("id",),
        ),
        Contract(
            "nodes",
            (
                _CODE,
                Column("level", "text", "level of the scheme"),
                Column("of", "text", "what it stands for", values=("building", "entrance")),
                Column("id", "text", "id of the building or section"),
                Column("building", "text", "id of its building"),
                Column("grid", "text", "code of its grid"),
                HOUSEHOLDS,
            ),
            POINT,
            ("code",),
        ),
        Contract(
            "posts",
            (
                Column("level", "text", "level of the scheme"),
                Column("zone", "text", "code of the area, grid or unit"),
                Column("role", "text", "role in English"),
                Column("role_zh", "text", "role in Chinese"),
                Column("count", "int", "people", minimum=1),
            ),
            (),
            ("level", "zone", "role"),
        ),
        Contract(
            "findings",
            (
                Column("code", "text", "message code, GP2xx"),
                Column("level", "text", "grid or unit, or the level of an area"),
                Column("zone", "text", "code of the zone"),
                Column("measure", "float", "measured value, households unless the message says otherwise"),
                Column("limit", "float", "the limit it breaks"),
                Column("message", "text", "the finding in English"),
                Column("message_zh", "text", "the finding in Chinese"),
                Column("proof", "bool", "whether no legal answer exists; false: the search found none"),
                Column("waiver", "text", "the nearest waiver that would make it legal, in English", nullable=True),
                Column("waiver_zh", "text", "the same in Chinese", nullable=True),
            ),
            POLYGON,
        ),
        Contract(
            "lineage",
            (
                Column("level", "text", "grid or unit"),
                Column("old", "text", "code in the parent plan; empty where new", nullable=True),
                Column("new", "text", "code in this plan; empty where gone", nullable=True),
                Column(
                    "change",
                    "text",
                    "kept: the same code; split off or merged into a zone; moved: across a border or to another code; new; gone",
                    values=("kept", "split", "merged", "moved", "new", "gone"),
                ),
                Column("households", "int", "households now of what went from old to new", minimum=0),
                Column("households_before", "int", "households of the same in the parent plan", minimum=0),
            ),
        ),
        Contract(
            "voided",
            (
                Column("level", "text", "grid or unit"),
                Column("code", "text", "a code that no zone may ever have again"),
                Column("parent", "text", "code of the zone or community that it lay in"),
                Column("voided_by", "text", "id of the plan that voided it"),
            ),
            (),
            ("level", "code"),
        ),
        Contract(
            "meta",
            (Column("key", "text", "name of the fact"), Column("value", "text", "its value; JSON where it is a list or table")),
            (),
            ("key",),
        ),
        Contract(
            "report",
            (
                *REPORT.columns,
                Column("message", "text", "the reason in English", nullable=True),
                Column("message_zh", "text", "the reason in Chinese", nullable=True),
            ),
        ),
        *GROUND,
    )
}

#: The layers that the service offers as collections.
OFFERED = tuple(name for name in PLAN if name not in INNER)
