"""The servers that are measured: how each is started on a port of its own, and what its addresses look like."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.api.plan import PLAN_ID
from tests.provide.debian import free_port

PEERS = Path(sys.prefix) / "peers-api"
"""The virtual environment of the peers; ``make bench`` makes it."""

START_S = 120.0


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    url : where it listens.
    root, collection : path of its landing page, and id of the units after it.
    tile : the path of a tile z, x, y.
    more : what each request for features must carry besides its own parameters.
    process : id of its process.
    started_s : seconds from the start of the process to its first answer.
    """

    name: str
    url: str
    collection: str
    tile: Callable[[int, int, int], str]
    process: int
    started_s: float
    root: str = ""
    more: str = ""

    def asked(self, **parameters: str) -> str:
        """The path of the units with these parameters."""
        pairs = [f"{name}={quote(value, safe=',')}" for name, value in parameters.items()]
        return f"{self.root}/collections/{self.collection}/items?{'&'.join([self.more, *pairs] if self.more else pairs)}"


@contextmanager
def gridplan(store: str | Path, *, name: str = "gridplan", memory: int | None = None) -> Iterator[Server]:
    """``gridplan serve`` on a database, or on a file, an embedded store or a bundle, that holds the made plan.

    ``memory``: bytes that it may keep to answer from; None: as many as it does by itself.
    """
    port = free_port()
    command = [str(Path(sys.executable).with_name("gridplan")), "serve", "--port", str(port)]
    environment = {"GRIDPLAN_LANG": "en", "GRIDPLAN_DATABASE_URL": "", "GRIDPLAN_MEMORY_BYTES": str(memory or "")}
    if "://" in str(store):
        environment["GRIDPLAN_DATABASE_URL"] = str(store)
    else:
        command.append(str(store))
    root = f"/plans/{PLAN_ID}"
    units = f"{root}/collections/units"

    def tile(z: int, x: int, y: int) -> str:
        return f"{units}/tiles/WebMercatorQuad/{z}/{y}/{x}"

    with _running(command, port, environment, ready=f"{units}/items?limit=1") as (url, process, seconds):
        yield Server(name, url, "units", tile, process, seconds, root=root)


@contextmanager
def tipg(store: str, peers: Path) -> Iterator[Server]:
    """The peer tipg by uvicorn with one worker."""
    port = free_port()
    command = [str(peers / "bin" / "uvicorn"), "tipg.main:app", "--port", str(port), "--workers", "1", "--log-level", "warning"]
    units = "/collections/public.units"

    def tile(z: int, x: int, y: int) -> str:
        return f"{units}/tiles/WebMercatorQuad/{z}/{x}/{y}"

    with _running(command, port, {"DATABASE_URL": store}, ready=f"{units}/items?limit=1") as (url, process, seconds):
        yield Server("tipg", url, "public.units", tile, process, seconds)


PYGEOAPI = """\
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  language: en-US
  gzip: false
  limits: {{default_items: 1000, max_items: 10000}}
  map: {{url: "http://127.0.0.1/{{z}}/{{x}}/{{y}}", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: t, description: d, keywords: [k], keywords_type: theme, terms_of_service: none, url: "http://127.0.0.1"}}
  license: {{name: none, url: "http://127.0.0.1"}}
  provider: {{name: none, url: "http://127.0.0.1"}}
  contact: {{name: none}}
resources:
  units:
    type: collection
    title: units
    description: units
    keywords: [units]
    links: []
    extents: {{spatial: {{bbox: [104, 30, 104.6, 30.75], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - &table
        type: feature
        name: PostgreSQL
        data: &data {{host: {host}, port: {database_port}, dbname: {database}, user: {user}, password: "", search_path: [public]}}
        id_field: fid
        table: units
        geom_field: geom
      - type: tile
        name: MVT-postgresql
        data: *data
        id_field: fid
        table: units
        geom_field: geom
        options: {{zoom: {{min: 0, max: 18}}}}
        format: {{name: pbf, mimetype: application/vnd.mapbox-vector-tile}}
"""


@contextmanager
def pygeoapi(store: str, peers: Path, folder: Path) -> Iterator[Server]:
    """The peer pygeoapi by gunicorn with one worker of threads."""
    port, place = free_port(), urlsplit(store)
    config, description = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    config.write_text(
        PYGEOAPI.format(
            port=port, host=place.hostname, database_port=place.port, database=place.path[1:], user=place.username or "postgres"
        )
    )
    environment = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(description)}
    make = [str(peers / "bin" / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(description)]
    subprocess.run(make, check=True, env=os.environ | environment, capture_output=True)
    command = [str(peers / "bin" / "gunicorn"), "pygeoapi.flask_app:APP", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", "8", "--timeout", "600", "--log-level", "error"]
    units = "/collections/units"

    def tile(z: int, x: int, y: int) -> str:
        return f"{units}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt"

    with _running(command, port, environment, ready=f"{units}/items?limit=1") as (url, process, seconds):
        yield Server("pygeoapi", url, "units", tile, process, seconds, more="f=json")


@contextmanager
def _running(
    command: Sequence[str], port: int, environment: Mapping[str, str], *, ready: str
) -> Iterator[tuple[str, int, float]]:
    """The address, process id and seconds from the start to the first answer; the server is stopped at the end."""
    url = f"http://127.0.0.1:{port}"
    # It ends with this process, also where this is killed.
    command = ["setpriv", "--pdeathsig", "TERM", *command]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        try:
            while not answers(url + ready):
                if process.poll() is not None or time.perf_counter() - began > START_S:
                    log.seek(0)
                    said = log.read().decode(errors="replace")
                    raise RuntimeError(f"{' '.join(command)} did not answer at {ready}: {said[-2000:]}")
                time.sleep(0.005)
            yield url, process.pid, time.perf_counter() - began
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answers(address: str) -> bool:
    """Whether a request for the address is answered with success."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return bool(answer.status == 200 and answer.read())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
