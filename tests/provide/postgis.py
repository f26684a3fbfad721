"""A real PostGIS for the tests: a server named in the environment, else Docker's, else one made of Debian's packages.

Every database is made by the tests and dropped by them; no other one is touched.
"""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from gridplan.store import migrate
from tests.provide.debian import docker_runs, private_server, server_programs
from tests.provide.need import needed

IMAGE = "postgis/postgis:16-3.4"
MISSING = (
    "no PostGIS: set GRIDPLAN_TEST_DATABASE_URL=postgresql://user:password@host/postgres, or start Docker, "
    "or install Debian's postgresql-15-postgis-3 (python -m tests.provide)"
)


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[str]:
    """The URL of a server on which databases may be made."""
    with ExitStack() as stack:
        yield needed(MISSING, _server(stack))


@pytest.fixture(scope="session")
def postgis_template(postgis_server: str) -> Iterator[str]:
    """The URL of a database with the tables of gridplan and no row, for :func:`copied`."""
    with database(postgis_server) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def postgis_url(postgis_server: str) -> Iterator[str]:
    """The URL of a database of the whole run, empty at its start."""
    with database(postgis_server) as url:
        yield url


@pytest.fixture
def fresh_postgis_url(postgis_server: str) -> Iterator[str]:
    """The URL of an empty database of one test."""
    with database(postgis_server) as url:
        yield url


def _server(stack: ExitStack) -> str | None:
    named = os.environ.get("GRIDPLAN_TEST_DATABASE_URL")
    if named:
        return named
    if docker_runs():
        url = _docker_server(stack)
        if url:
            return url
    programs = server_programs()
    return stack.enter_context(private_server(programs)) if programs else None


def _docker_server(stack: ExitStack) -> str | None:
    """A container on a free port of this machine; None where the image cannot be had."""
    password = secrets.token_hex(8)
    start = ["docker", "run", "--detach", "--rm", "--publish", "127.0.0.1::5432", "--env", f"POSTGRES_PASSWORD={password}"]
    started = subprocess.run([*start, IMAGE], capture_output=True, text=True, check=False)
    if started.returncode:
        return None
    container = started.stdout.strip()
    stack.callback(subprocess.run, ["docker", "stop", "--time", "2", container], capture_output=True, check=False)
    address = subprocess.run(["docker", "port", container, "5432/tcp"], capture_output=True, text=True, check=True).stdout
    url = f"postgresql://postgres:{password}@{address.splitlines()[0].strip()}/postgres"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        # The image starts a first server to prepare its databases; only the second listens on TCP.
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.2)
        else:
            return url
    return None


@contextmanager
def copied(template: str) -> Iterator[str]:
    """The URL of a new database like the one at ``template``, which is quicker than to make its tables; dropped at the end."""
    with database(template, template=urlsplit(template).path[1:]) as url:
        yield url


@contextmanager
def database(server: str, *, template: str = "template1") -> Iterator[str]:
    """The URL of a new database on the server, empty or like the one of the name ``template``; dropped at the end."""
    name = f"gridplan_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(made)
    try:
        parts = urlsplit(server)
        yield urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
