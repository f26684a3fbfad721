"""The service over a GeoPackage and over PostGIS, with the same plan in both."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from benchmarks.api.plan import made_plan
from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.provide.postgis import copied
from tests.samples import sample_plan


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the sample plan in its store."""
    with _sampled(request, tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="session", params=["geopackage", "postgis"])
def lattice_service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with a plan of 625 units, for clients that only read."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("lattice") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(made_plan(columns=25, rows=25))
        yield stack.enter_context(served(store, Settings()))


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def changing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Another one, for tests that change what is in it."""
    with _sampled(request, tmp_path_factory) as running:
        yield running


@pytest.fixture(params=["geopackage", "postgis"])
def empty_service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """The service with an empty store, which says Chinese by itself."""
    with ExitStack() as stack:
        where: str | Path = tmp_path / "empty.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        yield stack.enter_context(served(store, Settings(language="zh")))


@contextmanager
def _sampled(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Served]:
    """The service over a store of its own with the sample plan."""
    with ExitStack() as stack:
        where: str | Path = folders.mktemp("store") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        yield stack.enter_context(served(store, Settings()))
