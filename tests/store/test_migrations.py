"""The migrations on a real PostGIS: up, down, up, and exactly the tables that the contracts describe."""

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gridplan.errors import StoreError
from gridplan.plan.model import Plan
from gridplan.store import migrate, open_store
from gridplan.store.dialects import PostGIS, postgis_url
from gridplan.store.tables import SCHEMA


def test_up_down_up(fresh_postgis_url: str, plan: Plan) -> None:
    assert migrate(fresh_postgis_url) == SCHEMA
    assert migrate(fresh_postgis_url) == SCHEMA
    with open_store(fresh_postgis_url) as store:
        store.save_plan(plan)
    assert migrate(fresh_postgis_url, revision="base") is None
    with psycopg.connect(fresh_postgis_url) as connection:
        left = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    assert left == [("alembic_version",), ("spatial_ref_sys",)]
    assert migrate(fresh_postgis_url) == SCHEMA
    with open_store(fresh_postgis_url) as store:
        assert store.plans() == []


def test_the_migrated_tables_are_those_of_the_contracts(emptied_postgis_url: str) -> None:
    tables = PostGIS().tables
    engine = sa.create_engine(postgis_url(emptied_postgis_url), poolclass=sa.NullPool)
    options = {"include_object": lambda item, name, kind, reflected, other: not (kind == "table" and name == "spatial_ref_sys")}
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, **options})
        differences = compare_metadata(context, tables.metadata)
        found = {
            name: {check["name"] for check in sa.inspect(connection).get_check_constraints(name)}
            for name in tables.metadata.tables
        }
    assert differences == []
    for name, table in tables.metadata.tables.items():
        assert found[name] == {check.name for check in table.constraints if isinstance(check, sa.CheckConstraint)}


def test_the_database_keeps_the_contract_against_other_programs(emptied_postgis_url: str, plan: Plan) -> None:
    with open_store(emptied_postgis_url) as store:
        store.save_plan(plan)
    wrong = (
        "UPDATE grids SET households = -1",
        "UPDATE grids SET status = 'fine'",
        "UPDATE grids SET plan = 'nosuch'",
        "UPDATE grids SET code = 'same'",
    )
    for statement in wrong:
        with psycopg.connect(emptied_postgis_url) as connection, pytest.raises(psycopg.errors.IntegrityError):
            connection.execute(statement)


def test_lineage_of_an_older_revision_is_kept_as_far_as_it_goes(fresh_postgis_url: str, plan: Plan) -> None:
    migrate(fresh_postgis_url)
    with open_store(fresh_postgis_url) as store:
        store.save_plan(plan)
    assert migrate(fresh_postgis_url, revision="0001") == "0001"
    asked = "SELECT old, new, households FROM lineage ORDER BY fid"
    with psycopg.connect(fresh_postgis_url) as connection:
        both = [row for row in plan.lineage.itertuples(index=False) if isinstance(row.old, str) and isinstance(row.new, str)]
        assert connection.execute(asked).fetchall() == [(row.old, row.new, row.households) for row in both]
    assert migrate(fresh_postgis_url) == SCHEMA
    with open_store(fresh_postgis_url) as store:
        again = store.load_plan(plan.id)
    assert len(again.voided) == 0
    assert again.lineage["level"].tolist() == [row.level for row in both]
    assert set(again.lineage["change"]) == {"kept", "moved"}
    assert (again.lineage["households_before"] == again.lineage["households"]).all()


def test_tables_missing_or_of_another_version_are_told(fresh_postgis_url: str) -> None:
    with pytest.raises(StoreError, match=r"GP404 .*none.*gridplan migrate"):
        open_store(fresh_postgis_url, create=False)
    open_store(fresh_postgis_url).close()
    with psycopg.connect(fresh_postgis_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0009'")
    for call in (open_store, migrate):
        with pytest.raises(StoreError, match=r"GP404 .*0009"):
            call(fresh_postgis_url)


def test_an_address_that_is_wrong_is_told_without_its_password() -> None:
    for address, code in (
        ("postgresql://me:secret@127.0.0.1:1/none", "GP405"),
        ("mysql://me:secret@localhost/none", "GP403"),
        ("://", "GP403"),
    ):
        with pytest.raises(StoreError, match=code) as caught:
            open_store(address)
        assert "secret" not in str(caught.value)
    with pytest.raises(StoreError, match="GP414"):
        migrate("")
