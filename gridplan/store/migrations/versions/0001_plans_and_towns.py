"""Plans with their layers, towns with theirs.

The tables as they were at this revision: later changes of the contracts come in later revisions.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0001"
down_revision = None

KINDS = {"text": sa.Text, "int": sa.BigInteger, "float": sa.Double, "bool": sa.Boolean}

# table: (geometry type or None, key, columns "name kind", a ? where it may be empty, then a check)
PLANS = (
    None,
    "id",
    "id text; name text; scheme text; seed int; parent text; grids int >= 0; units int >= 0; households int >= 0",
)
TOWNS = (None, "name", "name text; layers text; source text")
REPORT = (None, "", "stage text; reason text; id text; detail text?")
FLOORS = "floor_from int?; floor_to int?"
PLAN_LAYERS = {
    "communities": (
        "GEOMETRY",
        "code",
        "code text; name text; kind text IN ('urban', 'rural'); parent text?; households int >= 0; grids int",
    ),
    "grids": (
        "GEOMETRY",
        "code",
        "code text; name text; kind text IN ('urban', 'rural', 'special'); community text; households int >= 0;"
        "population int? >= 0; units int; buildings int; area_m2 float >= 0; compactness float >= 0;"
        "status text IN ('ok', 'proved', 'open'); reason text?",
    ),
    "units": ("GEOMETRY", "code", f"code text; grid text; households int >= 0; stacked bool; {FLOORS}"),
    "buildings": ("GEOMETRY", "id", "id text; grid text; households int >= 0; estimated bool"),
    "sections": (None, "id", f"id text; building text; unit text; {FLOORS}; households int >= 0"),
    "findings": (
        "GEOMETRY",
        "",
        "code text; level text; zone text; measure float; limit float; message text; message_zh text; proof bool; waiver text?;"
        "waiver_zh text?",
    ),
    "lineage": (None, "old new", "old text; new text; households int >= 0"),
    "meta": (None, "key", "key text; value text"),
    "report": (None, "", f"{REPORT[2]}; message text?; message_zh text?"),
}
TOWN_LAYERS = {
    "town_communities": ("GEOMETRY", "code", "code text; name text; kind text IN ('urban', 'rural'); parent text?"),
    "town_buildings": (
        "GEOMETRY",
        "id",
        "id text; households int? >= 0; population int? >= 0; levels float? >= 0; entrances int? >= 0; use text?;"
        "compound text?; address text?",
    ),
    "town_atoms": ("GEOMETRY", "id", "id text; community text; households int >= 0; population int? >= 0; compound text?"),
    "town_streets": ("GEOMETRY", "", "class text IN ('major', 'minor', 'path'); name text?"),
    "town_barriers": ("GEOMETRY", "", "kind text IN ('river', 'rail', 'wall')"),
    "town_compounds": ("GEOMETRY", "id", "id text; name text?; class text? IN ('new', 'old', 'unmanaged')"),
    "town_services": ("POINT", "id", "id text; name text?; kind text; capacity float? >= 0"),
    "town_report": REPORT,
}


def upgrade():
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    create("plans", *PLANS)
    create("towns", *TOWNS)
    for name, table in PLAN_LAYERS.items():
        create(name, *table, owner="plan", owners="plans.id")
    for name, table in TOWN_LAYERS.items():
        create(name, *table, owner="town", owners="towns.name")


def downgrade():
    for name in [*reversed(TOWN_LAYERS), *reversed(PLAN_LAYERS), "towns", "plans"]:
        op.drop_table(name)


def create(name, geometry, key, columns, *, owner=None, owners=None):
    parts = [sa.Column("fid", sa.BigInteger, primary_key=True, autoincrement=True)]
    if geometry:
        parts.append(sa.Column("geom", Geometry(geometry, srid=4326, spatial_index=False)))
    if owner:
        parts.append(sa.Column(owner, sa.Text, nullable=False))
        parts.append(sa.ForeignKeyConstraint([owner], [owners], name=f"fk_{name}_{owner}", ondelete="CASCADE"))
    for line in columns.split(";"):
        column, kind, *check = line.split(maxsplit=2)
        parts.append(sa.Column(column, KINDS[kind.rstrip("?")], nullable=kind.endswith("?")))
        if check:
            parts.append(sa.CheckConstraint(f"{column} {check[0]}", name=f"ck_{name}_{column}"))
    if key:
        parts.append(sa.UniqueConstraint(*([owner] if owner else []), *key.split(), name=f"uq_{name}"))
    op.create_table(name, *parts)
    if owner and not key:
        op.create_index(f"ix_{name}_{owner}", name, [owner])
    if geometry:
        op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist")
