"""Tokens: shown once, found by their hash, revoked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import Store, Tokens, open_store, write_plan
from tests.samples import sample_plan


@pytest.fixture
def tokens(store: Store) -> Tokens:
    """The tokens of an empty store."""
    with store._database.writing() as connection:
        store._dialect.prepare(connection, [store._dialect.tables.records["tokens"]])
        connection.execute(sa.delete(store._dialect.tables.records["tokens"]))
    return store.tokens


def test_a_token_is_found_until_it_is_revoked(tokens: Tokens) -> None:
    made, secret = tokens.create(name="夜班", role="planner", days=1)
    assert secret.startswith("gp_")
    assert len(secret) == 3 + 43
    assert tokens.find(secret) == made
    assert tokens.all() == [made]
    assert (made.name, made.role, made.revoked_at) == ("夜班", "planner", None)
    assert timedelta(hours=23) < datetime.fromisoformat(str(made.expires_at)) - datetime.now(UTC) < timedelta(hours=25)
    revoked = tokens.revoke(made.id)
    assert tokens.find(secret) is None
    assert tokens.revoke(made.id) == revoked
    assert tokens.all() == [revoked]


def test_only_its_hash_is_kept(tokens: Tokens, store: Store) -> None:
    _, secret = tokens.create(name="a", role="admin", days=None)
    with store._database.reading() as connection:
        kept = [str(value) for row in connection.execute(sa.text("SELECT * FROM tokens")) for value in row]
    assert kept
    assert not any(secret in value or secret[3:] in value for value in kept)


def test_another_secret_finds_nothing(tokens: Tokens) -> None:
    _, secret = tokens.create(name="a", role="admin", days=None)
    for wrong in (secret[:-1], secret + "A", secret.upper(), "gp_", "", "gp_' OR 1=1 --"):
        assert tokens.find(wrong) is None


def test_it_ends_when_it_says(tokens: Tokens, store: Store) -> None:
    made, secret = tokens.create(name="a", role="viewer", days=1)
    table = store._dialect.tables.records["tokens"]
    with store._database.writing() as connection:
        connection.execute(table.update().values(expires_at="2026-01-01T00:00:00.000Z"))
    assert tokens.find(secret) is None
    assert tokens.all()[0].id == made.id


def test_what_is_not_there_cannot_be_revoked(tokens: Tokens) -> None:
    with pytest.raises(StoreError, match="GP470"):
        tokens.revoke("nosuch")


def test_a_plan_bundle_has_none_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(sample_plan(), path)
    before = path.read_bytes()
    with open_store(path, read_only=True) as store:
        assert store.tokens.find("gp_x") is None
        assert store.tokens.all() == []
        with pytest.raises(StoreError, match="GP409"):
            store.tokens.create(name="a", role="admin", days=1)
    assert path.read_bytes() == before
