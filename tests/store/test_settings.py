"""What the environment says, read once."""

from pathlib import Path

from gridplan.settings import Settings


def test_an_empty_environment_keeps_plans_in_one_file() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings(database_url="", store=Path("gridplan.gpkg"), language="en", allow_public=False)
    assert settings.database == "gridplan.gpkg"


def test_each_variable() -> None:
    url = "postgresql://planner:p%40ss@db:5433/gridplan?sslmode=require"
    environ = {"GRIDPLAN_DATABASE_URL": url, "GRIDPLAN_STORE": "a.gpkg", "GRIDPLAN_LANG": "en", "LANG": "zh_CN.UTF-8"}
    settings = Settings.from_environment({**environ, "GRIDPLAN_ALLOW_PUBLIC": "1"})
    assert settings == Settings(database_url=url, store=Path("a.gpkg"), language="en", allow_public=True)
    assert settings.database == "postgresql://planner:***@db:5433/gridplan"
    assert Settings.from_environment({"LANG": "zh_CN.UTF-8"}).language == "zh"
    assert not Settings.from_environment({"GRIDPLAN_ALLOW_PUBLIC": "0"}).allow_public
