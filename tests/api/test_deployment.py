"""The way from nothing to a guarded service: commands, tokens, the compose file."""

import json
import os
import re
import time
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # it publishes no types

from gridplan.cli import main
from gridplan.settings import Settings
from gridplan.store import migrate, open_store
from tests.api.process import process
from tests.api.served import Served, served
from tests.api.test_errors import told

ROOT = Path(__file__).parents[2]


def test_the_first_token_is_made_by_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIDPLAN_STORE", str(tmp_path / "plans.gpkg"))

    def command(*words: str, code: int = 0) -> tuple[str, str]:
        assert main(["token", *words]) == code
        said = capsys.readouterr()
        return said.out, said.err

    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings(auth=True)) as running:
        out, err = command("create", "--name", "first admin", "--role", "admin", "--days", "30")
        secret = out.strip()
        assert secret.startswith("gp_")
        assert " " not in secret
        assert secret not in err
        headers = {"Authorization": f"Bearer {secret}"}
        listed = running.client.get("/tokens", headers=headers).json()["tokens"]
        token_id = next(token["id"] for token in listed if token["name"] == "first admin")
        shown, _ = command("list")
        assert token_id in shown
        assert secret not in shown
        command("revoke", token_id)
        time.sleep(5.2)  # as long as the documentation says at most
        told(running.client.get("/tokens", headers=headers), 401, "GP551")
        assert "GP470" in command("revoke", "nosuch", code=1)[1]
        assert "GP118" in command("create", "--name", "a", "--role", "admin", "--days", "0", code=1)[1]
        assert "GP118" in command("create", "--name", " ", "--role", "admin", code=1)[1]


def test_tokens_in_postgis(fresh_postgis_url: str) -> None:
    migrate(fresh_postgis_url)
    with open_store(fresh_postgis_url) as store, served(store, Settings(auth=True)) as running:
        _, secret = store.tokens.create(name="a", role="admin", days=1)
        assert _tokens(running, secret) == 200
        assert _tokens(running, secret[:-1] + "-") == 401


def test_the_compose_file_starts_a_guarded_service(
    tmp_path: Path, fresh_postgis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The steps of the compose file with this machine's programs: migrate, serve, the first token."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    api, migration = services["api"], services["migrate"]
    assert api["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert migration["depends_on"]["db"] == {"condition": "service_healthy"}
    assert migration["command"] == ["gridplan", "migrate"]
    for name, value in api["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value))
    assert os.environ["GRIDPLAN_DATABASE_URL"] == "postgresql://gridplan:${GRIDPLAN_DB_PASSWORD}@db/gridplan"
    monkeypatch.setenv("GRIDPLAN_DATABASE_URL", fresh_postgis_url)
    assert main(migration["command"][1:]) == 0
    assert main(["token", "create", "--name", "first", "--role", "admin"]) == 0
    secret = capsys.readouterr().out.splitlines()[-1]
    (command,) = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert json.loads(command)[:4] == ["gridplan", "serve", "--host", "0.0.0.0"]
    settings = {name: value for name, value in os.environ.items() if name.startswith("GRIDPLAN_")}
    with process(tmp_path, "--host", "0.0.0.0", **settings) as real:
        assert real.client.get("/ready").status_code == 200
        assert real.client.get("/plans").status_code == 200
        told(real.client.get("/tokens"), 401, "GP550")
        assert real.client.get("/tokens", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    monkeypatch.delenv("GRIDPLAN_AUTH")
    assert main(["serve", "--host", "0.0.0.0"]) == 1
    assert "GP530" in capsys.readouterr().err


def _tokens(running: Served, secret: str) -> int:
    return running.client.get("/tokens", headers={"Authorization": f"Bearer {secret}"}).status_code
