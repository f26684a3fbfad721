"""The tables of a plan bundle that lines are redrawn with: the smallest land, its borders, what the planner decided."""

from gridplan.contracts.model import HOUSEHOLDS, POLYGON, POPULATION, Column, Contract

FORMER = Column(
    "former", "text", "code of its zone in the parent plan that it was redrawn from; empty where none was", nullable=True
)

#: What may hold for zones of a plan besides its scheme.
CONSTRAINTS = ("lock", "must_link", "cannot_link", "cannot_cross")

#: Kinds of a border between two pieces, in the order of the numbers that the graph has for them.
BORDERS = ("inside", "lane", "major", "rail", "river")

#: Layers that redrawing alone needs, or that say who does what: the service offers them to no one.
INNER = ("pieces", "borders", "constraints", "assignments", "history")

GROUND: tuple[Contract, ...] = (
    Contract(
        "atoms",
        (
            Column("id", "text", "id of the building, given area or built-free face; the first of those that share the land"),
            Column("community", "text", "code of its community"),
            Column("grid", "text", "code of its grid"),
            Column("compound", "text", "id of the compound or natural village it stands in", nullable=True),
            Column("site", "text", "id of the special site that it is land of", nullable=True),
            HOUSEHOLDS,
            POPULATION,
            FORMER,
        ),
        POLYGON,
        ("id",),
    ),
    Contract(
        "pieces",
        (
            Column("id", "text", "id"),
            Column("atom", "text", "id of the atom that it is a part of"),
            Column("unit", "text", "code of the unit on it, of several above one another the lowest"),
            HOUSEHOLDS,
            Column("stacked", "bool", "whether units lie above one another on it"),
            FORMER,
        ),
        POLYGON,
        ("id",),
    ),
    Contract(
        "borders",
        (
            Column("a", "text", "id of a piece"),
            Column("b", "text", "id of another piece that shares a line with it"),
            Column("kind", "text", "what most of the line lies along", values=BORDERS),
            Column("length_m", "float", "metres of the line", minimum=0),
            Column("street_m", "float", "metres of it that lie along any street or barrier", minimum=0),
        ),
        (),
        ("a", "b"),
    ),
    Contract(
        "constraints",
        (
            Column("number", "int", "number", minimum=1),
            Column(
                "kind",
                "text",
                "lock: a grid keeps its land; must_link, cannot_link: atoms; cannot_cross: a line",
                values=CONSTRAINTS,
            ),
            Column("items", "text", "JSON list: the code of the grid, ids of atoms, or points as longitude and latitude"),
            Column("note", "text", "why", nullable=True),
        ),
        (),
        ("number",),
    ),
    Contract(
        "assignments",
        (
            Column("grid", "text", "code of the grid"),
            Column("post", "text", "grid leader, grid worker, ..."),
            Column("person", "text", "id of the person in the register of staff"),
        ),
        (),
        ("grid", "post", "person"),
    ),
    Contract(
        "history",
        (
            Column("number", "int", "number of the edit since the parent plan", minimum=1),
            Column("operation", "text", "what was done, as JSON"),
            Column("who", "text", "who did it", nullable=True),
            Column("at", "text", "when, ISO 8601", nullable=True),
            Column("note", "text", "why", nullable=True),
        ),
        (),
        ("number",),
    ),
)
