"""What the environment says, read once."""

import re
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.settings import Limits, Oidc, Role, Settings


def test_an_empty_environment_keeps_plans_in_one_file() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings(database_url="", store=Path("gridplan.gpkg"), language="en")
    assert settings.database == "gridplan.gpkg"


def test_each_variable() -> None:
    url = "postgresql://planner:p%40ss@db:5433/gridplan?sslmode=require"
    environ = {"GRIDPLAN_DATABASE_URL": url, "GRIDPLAN_STORE": "a.gpkg", "GRIDPLAN_LANG": "en", "LANG": "zh_CN.UTF-8"}
    settings = Settings.from_environment(environ)
    assert settings == Settings(database_url=url, store=Path("a.gpkg"), language="en")
    assert settings.database == "postgresql://planner:***@db:5433/gridplan"
    assert Settings.from_environment({"LANG": "zh_CN.UTF-8"}).language == "zh"


def test_who_may_ask() -> None:
    environ = {
        "GRIDPLAN_AUTH": "on",
        "GRIDPLAN_ANONYMOUS": "none",
        "GRIDPLAN_HOSTS": "plans.example.org, Maps.example.org",
        "GRIDPLAN_CORS_ORIGINS": "https://maps.example.org",
        "GRIDPLAN_OIDC_ISSUER": "https://id.example.org",
        "GRIDPLAN_OIDC_AUDIENCE": "gridplan",
        "GRIDPLAN_OIDC_ROLE_CLAIM": "realm_access.roles",
        "GRIDPLAN_OIDC_ROLES": "planner=gis|editors, admin=owners",
        "GRIDPLAN_REQUESTS": "12",
    }
    settings = Settings.from_environment(environ)
    assert (settings.auth, settings.anonymous, settings.cors_origins) == (True, "none", ("https://maps.example.org",))
    assert settings.hosts == ("plans.example.org", "maps.example.org")
    mapped: dict[str, Role] = {"gis": "planner", "editors": "planner", "owners": "admin"}
    assert settings.oidc == Oidc("https://id.example.org", "gridplan", role_claim="realm_access.roles", roles=mapped)
    assert settings.limits == Limits(requests=12)


@pytest.mark.parametrize(
    "environ",
    [
        {"GRIDPLAN_AUTH": "maybe"},
        {"GRIDPLAN_ANONYMOUS": "admin"},
        {"GRIDPLAN_CORS_ORIGINS": "*"},
        {"GRIDPLAN_REQUESTS": "0"},
        {"GRIDPLAN_BODY_BYTES": "1e6"},
        {"GRIDPLAN_OIDC_ISSUER": "https://id.example.org"},
        {"GRIDPLAN_OIDC_AUDIENCE": "gridplan"},
        {"GRIDPLAN_OIDC_ISSUER": "id.example.org", "GRIDPLAN_OIDC_AUDIENCE": "gridplan"},
        {"GRIDPLAN_OIDC_ISSUER": "https://i", "GRIDPLAN_OIDC_AUDIENCE": "a", "GRIDPLAN_OIDC_ROLES": "owner=x"},
        {"GRIDPLAN_OIDC_ISSUER": "https://i", "GRIDPLAN_OIDC_AUDIENCE": "a", "GRIDPLAN_OIDC_JWKS_URL": "file:///etc/passwd"},
    ],
    ids=lambda environ: "{}={}".format(*next(reversed(environ.items()))),
)
def test_what_a_variable_cannot_hold_is_said(environ: dict[str, str]) -> None:
    with pytest.raises(InputError, match="GP118"):
        Settings.from_environment(environ)


def test_every_variable_is_documented() -> None:
    root = Path(__file__).parents[2]
    documented = set(re.findall(r"`(GRIDPLAN_\w+)`", (root / "docs" / "operations.md").read_text(encoding="utf-8")))
    named = set(re.findall(r"``(GRIDPLAN_\w*[A-Z])``", (root / "gridplan" / "settings.py").read_text(encoding="utf-8")))
    assert named
    assert named <= documented
