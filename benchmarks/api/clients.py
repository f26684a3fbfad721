"""The whole layer by GDAL's drivers: seconds of one ``ogr2ogr`` from a service, a database or a file."""

import json
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.api.servers import Server
from benchmarks.api.work import PAGE


def by_service(server: Server) -> tuple[float, int]:
    """Seconds and features of the units by the driver OAPIF, pages of 10,000."""
    return _copied([f"OAPIF:{server.url}{server.root}", server.collection, "-oo", f"PAGE_SIZE={PAGE}"])


def by_database(store: str) -> tuple[float, int]:
    """Seconds and features of the units by GDAL's PostGIS driver."""
    place = urlsplit(store)
    return _copied([f"PG:host={place.hostname} port={place.port} dbname={place.path[1:]} user={place.username}", "units"])


def by_file(path: Path) -> tuple[float, int]:
    """Seconds and features of the units of a bundle by GDAL's GeoPackage driver."""
    return _copied([str(path), "units"])


def from_memory(server: Server) -> tuple[float, int]:
    """Seconds and features of the driver OAPIF where the server's pages come from memory: GDAL's own part."""
    pages: dict[str, bytes] = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages)) as kept:
        here = f"http://127.0.0.1:{kept.server_address[1]}"
        first = f"/collections/{server.collection}/items?limit={PAGE}"
        asked, place = server.asked(limit=str(PAGE)), first
        while asked:
            with urllib.request.urlopen(server.url + asked, timeout=300) as answer:
                body = answer.read()
            following = next((link["href"] for link in json.loads(body)["links"] if link["rel"] == "next"), "")
            assert following.encode() in body, "the link is written with escapes"
            pages[place] = body.replace(following.encode(), f"{here}{first}&page={len(pages)}".encode()) if following else body
            asked, place = following.removeprefix(server.url), f"{first}&page={len(pages) - 1}"
        pages["/collections"] = json.dumps({"collections": [{"id": server.collection, "links": []}], "links": []}).encode()
        thread = threading.Thread(target=kept.serve_forever)
        thread.start()
        try:
            return _copied([f"OAPIF:{here}", server.collection, "-oo", f"PAGE_SIZE={PAGE}"])
        finally:
            kept.shutdown()
            thread.join()


def _handler(pages: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """A page by its path."""
            body = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, form: str, *args: object) -> None:
            """Nothing on the screen."""

    return Handler


def _copied(source: list[str]) -> tuple[float, int]:
    ogr2ogr, ogrinfo = shutil.which("ogr2ogr"), shutil.which("ogrinfo")
    if ogr2ogr is None or ogrinfo is None:
        raise SystemExit("GDAL's programs are not installed: apt-get install gdal-bin")
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/units.fgb"
        began = time.perf_counter()
        subprocess.run(
            [ogr2ogr, "-f", "FlatGeobuf", target, *source, "-lco", "SPATIAL_INDEX=NO"], check=True, capture_output=True
        )
        seconds = time.perf_counter() - began
        told = subprocess.run([ogrinfo, "-so", target, "-al"], check=True, capture_output=True, text=True).stdout
    count = next(line for line in told.splitlines() if line.startswith("Feature Count"))
    return seconds, int(count.partition(": ")[2])
