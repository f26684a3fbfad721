"""The tables of what a plan means for the people in it."""

from collections.abc import Mapping

from gridplan.contracts.model import HOUSEHOLDS, POINT, POPULATION, Column, Contract

#: How a distance was measured: along streets, or straight where building or service is on none.
METHODS = ("network", "straight")

_KIND = Column("kind", "text", "kind of service")
_LEVEL = Column(
    "level",
    "text",
    "town: the whole plan; area: an administrative area; community; grid; compound_class",
    values=("town", "area", "community", "grid", "compound_class"),
)
_CODE = Column("code", "text", "code of the zone; all: the whole plan; of a class new, old, unmanaged, village or none")

#: Tables of :mod:`gridplan.analysis` that are kept or handed on; with geometry in EPSG:4326.
MEASURED: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "distances",
            (
                Column("building", "text", "id of the building"),
                _KIND,
                Column("service", "text", "id of the nearest service; empty where none is reached", nullable=True),
                Column("metres", "float", "metres on foot; empty where none is reached", nullable=True, minimum=0),
                Column("method", "text", "along streets, or straight where there are none", values=METHODS),
            ),
            (),
            ("building", "kind"),
        ),
        Contract(
            "coverage",
            (
                _LEVEL,
                _CODE,
                Column("name", "text", "name of the zone", nullable=True),
                _KIND,
                Column("within_m", "int", "metres on foot", minimum=0),
                Column("buildings", "int", "buildings in the zone", minimum=0),
                Column("buildings_within", "int", "of these, within the metres", minimum=0),
                HOUSEHOLDS,
                Column("households_within", "int", "of these, within the metres", minimum=0),
                POPULATION,
                Column("population_within", "int", "of these, within the metres", nullable=True, minimum=0),
                Column(
                    "share", "float", "households within / households; empty where there are no homes", nullable=True, minimum=0
                ),
                Column(
                    "method",
                    "text",
                    "of the distances; empty without buildings",
                    nullable=True,
                    values=(*METHODS, "mixed"),
                ),
            ),
            (),
            ("level", "code", "kind", "within_m"),
        ),
        Contract(
            "capacities",
            (
                _LEVEL,
                _CODE,
                Column("name", "text", "name of the zone", nullable=True),
                _KIND,
                Column("within_m", "int", "metres on foot", minimum=0),
                Column("services", "int", "services of the kind in all whose capacity counts", minimum=0),
                Column("assumed", "int", "of these, with a capacity that was assumed", minimum=0),
                Column("left_out", "int", "services of the kind in all that state no capacity", minimum=0),
                Column("capacity", "float", "of those that count, in all; empty where none does", nullable=True, minimum=0),
                Column("people", "float", "people in the zone, estimated where nobody says", minimum=0),
                Column(
                    "per_1000",
                    "float",
                    "capacity within the walk for 1,000 people; empty where unknown",
                    nullable=True,
                    minimum=0,
                ),
                Column(
                    "people_without", "float", "people with none within the walk; empty where unknown", nullable=True, minimum=0
                ),
            ),
            (),
            ("level", "code", "kind"),
        ),
        Contract(
            "sites",
            (
                Column("rank", "int", "1 = covers most households that no service covers yet", minimum=1),
                Column("candidate", "text", "id of the candidate"),
                Column("added", "int", "households that it covers, and neither services nor sites before it", minimum=0),
                Column("covered", "int", "households covered with it, the sites before it and the services", minimum=0),
            ),
            POINT,
            ("rank",),
        ),
    )
}
