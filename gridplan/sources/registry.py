"""The registry of the files that the repository ships under ``data/boundaries``: where each is from and how it was made."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyogrio

FOLDER = Path(__file__).resolve().parents[2] / "data" / "boundaries"
COMMAND = "python data/boundaries/make.py"


def registry(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """What is known of each shipped file: package, licence, date, CRS, sha256, attribution."""
    path = folder / "registry.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def record(path: Path, facts: Mapping[str, str]) -> None:
    """Writes what is known of a shipped file into the registry beside it; the other files' entries stay."""
    entries = registry(path.parent) | {path.name: {**facts, "command": COMMAND, "sha256": sha256([path])}}
    parts = []
    for name, known in sorted(entries.items()):
        parts.append("\n".join([f'["{name}"]', *(f'{key} = "{value}"' for key, value in known.items())]))
    (path.parent / "registry.toml").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def made_with() -> str:
    """The versions that decide the bytes of a GeoPackage."""
    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    return f"pyogrio {pyogrio.__version__}, GDAL {gdal}"


def sha256(paths: Iterable[Path]) -> str:
    """The checksum of files put one after the other."""
    together = hashlib.sha256()
    for path in paths:
        together.update(path.read_bytes())
    return together.hexdigest()
