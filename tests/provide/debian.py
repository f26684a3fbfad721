"""What Debian's packages give the tests: which are missing, installing them, and a private PostGIS server.

Only the standard library, so that ``python -m tests.provide`` runs before anything is installed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NO_QUESTIONS = {"DEBIAN_FRONTEND": "noninteractive"}
START_S = 60


def server_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres`` of the newest PostgreSQL that has PostGIS; None where there is none."""
    extensions = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = sorted((int(path.parents[1].name) for path in extensions if path.parents[1].name.isdigit()), reverse=True)
    folders = [Path(f"/usr/lib/postgresql/{version}/bin") for version in versions]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def docker_runs() -> bool:
    """Whether a Docker engine answers."""
    program = shutil.which("docker")
    return program is not None and subprocess.run([program, "info"], capture_output=True, check=False).returncode == 0


def _has_postgis() -> bool:
    return bool(os.environ.get("GRIDPLAN_TEST_DATABASE_URL")) or server_programs() is not None or docker_runs()


def _has_font() -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) or any(Path("/usr/share/fonts").rglob("NotoSerifCJK*"))


def _has_module(name: str) -> bool:
    return (Path("/usr/lib/python3/dist-packages") / name).exists()


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


#: Package: whether what the tests need of it is there, from the package or otherwise.
NEEDED: dict[str, Callable[[], bool]] = {
    "postgresql-postgis": _has_postgis,
    "chromium": _has_chromium,
    "fonts-noto-cjk": _has_font,
    "gdal-bin": lambda: shutil.which("ogrinfo") is not None,
    "wrk": lambda: shutil.which("wrk") is not None,
    "python3-gdal": lambda: _has_module("osgeo"),
    "python3-qgis": lambda: _has_module("qgis"),
    "qgis-providers": lambda: any(Path("/usr/lib").glob("**/qgis/plugins/libprovider_*.so")),
}


def missing() -> list[str]:
    """The packages of :data:`NEEDED` whose programs are not there."""
    return [package for package, found in NEEDED.items() if not found()]


def install(packages: list[str]) -> str:
    """Installs packages by apt-get, by sudo where not root; why it could not, or nothing."""
    if not shutil.which("apt-get"):
        return "there is no apt-get here"
    root: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            return "apt-get needs root, and there is no sudo"
        # Without a terminal nobody can type a password.
        root = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    apt = [*root, "env", *(f"{name}={value}" for name, value in NO_QUESTIONS.items()), "apt-get", "--quiet", "--yes"]
    updated = subprocess.run([*apt, "update"], check=False)
    if updated.returncode:
        return f"apt-get update ended with {updated.returncode}"
    names = [postgis_package() if name == "postgresql-postgis" else name for name in packages]
    if subprocess.run([*apt, "--no-install-recommends", "install", *names], check=False).returncode == 0:
        return ""
    # One package that is not to be had should not keep the others away.
    failed = [
        name for name in names if subprocess.run([*apt, "--no-install-recommends", "install", name], check=False).returncode
    ]
    return f"apt-get could not install {', '.join(failed)}" if failed else ""


def postgis_package() -> str:
    """The name of the PostGIS package of this Debian's newest PostgreSQL."""
    pattern = "^postgresql-[0-9]+-postgis-3$"
    search = subprocess.run(["apt-cache", "search", "--names-only", pattern], capture_output=True, text=True, check=False)
    names = [line.split()[0] for line in search.stdout.splitlines() if line]
    return max(names, key=lambda name: int(name.split("-")[1]), default="postgresql-15-postgis-3")


@contextmanager
def private_server(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own in a temporary folder; stopped and deleted at the end.

    PostgreSQL refuses to run as root, so root lends it to the user postgres. It dies with this process, also where
    this is killed.

    Parameters
    ----------
    durable : wait for the disk as PostgreSQL does by itself; tests that end with their database need not.
    """
    with tempfile.TemporaryDirectory(prefix="gridplan-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        as_user = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            as_user += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        make = [*as_user, str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*make, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, cwd=folder)
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "logging_collector": "off",
        }
        if not durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [flag for key, value in options.items() for flag in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_user, str(programs / "postgres"), "-D", data, *flags], stdout=log, stderr=log, cwd=folder
            )
            try:
                _await(server, programs, port, folder / "log")
                yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
            finally:
                # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
                server.send_signal(2)
                server.wait(timeout=START_S)


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: subprocess.Popen[bytes], programs: Path, port: int, log: Path) -> None:
    end = time.monotonic() + START_S
    ready = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
