"""The tables of a town bundle."""

from collections.abc import Mapping

from gridplan.contracts.model import HOUSEHOLDS, LINE, POINT, POLYGON, POPULATION, Column, Contract

#: Kinds of land that a scheme may make grids of their own (专属网格).
SITE_KINDS = ("school", "hospital", "industrial", "market", "park", "station", "other")

#: What a town bundle holds: the input of a plan. ``communities`` and either ``buildings`` or ``atoms`` are required.
TOWN: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "communities",
            (
                Column("code", "text", "code of the community, 12 digits where the statistical one is known"),
                Column("name", "text", "name"),
                Column("kind", "text", "which rule holds", values=("urban", "rural", "mixed")),
                Column("parent", "text", "code of the street or town above it, in areas where they are given", nullable=True),
                Column(
                    "growth",
                    "float",
                    "expected change of its households over the planning period; 0.1 is 10 % more",
                    nullable=True,
                    minimum=-1,
                ),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "buildings",
            (
                Column("id", "text", "id"),
                Column("households", "int", "households; empty where to be estimated", nullable=True, minimum=0),
                POPULATION,
                Column("levels", "float", "floors above ground", nullable=True, minimum=0),
                Column("entrances", "int", "entrances (单元门)", nullable=True, minimum=0),
                Column("use", "text", "residential, mixed, or any other word for no homes", nullable=True),
                Column("compound", "text", "id of the compound (小区) or natural village (自然村) it stands in", nullable=True),
                Column("address", "text", "address, as ledgers write it", nullable=True),
            ),
            (*POLYGON, *POINT),
            ("id",),
        ),
        Contract(
            "atoms",
            (
                Column("id", "text", "id"),
                Column("community", "text", "code of the community it belongs to"),
                HOUSEHOLDS,
                POPULATION,
                Column("compound", "text", "id of the compound or natural village it stands in", nullable=True),
            ),
            POLYGON,
            ("id",),
        ),
        Contract(
            "streets",
            (
                Column("class", "text", "rank", values=("major", "minor", "path")),
                Column("name", "text", "name", nullable=True),
            ),
            LINE,
        ),
        Contract(
            "barriers",
            (Column("kind", "text", "what it is", values=("river", "rail", "wall")),),
            (*LINE, *POLYGON),
        ),
        Contract(
            "compounds",
            (
                Column("id", "text", "id"),
                Column("name", "text", "name", nullable=True),
                Column(
                    "class",
                    "text",
                    "new (商住), old (老旧), unmanaged (非物管); village: natural village or villager group (自然村、村民小组)",
                    nullable=True,
                    values=("new", "old", "unmanaged", "village"),
                ),
            ),
            POLYGON,
            ("id",),
        ),
        Contract(
            "services",
            (
                Column("id", "text", "id"),
                Column("name", "text", "name", nullable=True),
                Column("kind", "text", "school, clinic, community_centre, ..."),
                Column("capacity", "float", "people it can serve", nullable=True, minimum=0),
            ),
            POINT,
            ("id",),
        ),
        Contract(
            "special_sites",
            (
                Column("id", "text", "id"),
                Column("name", "text", "name", nullable=True),
                Column("kind", "text", "what it is", values=SITE_KINDS),
            ),
            (*POLYGON, *POINT),
            ("id",),
        ),
        Contract(
            "areas",
            (
                Column("code", "text", "code"),
                Column("name", "text", "name"),
                Column("level", "text", "level in the administrative tree: county, town, ..."),
                Column("parent", "text", "code of the area above it", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
    )
}

#: What happened to the input of a town, or of a plan, row by row.
REPORT = Contract(
    "report",
    (
        Column("stage", "text", "stage that said it"),
        Column("reason", "text", "message key"),
        Column("id", "text", "id in the input"),
        Column("detail", "text", "measured value or other id", nullable=True),
    ),
)
