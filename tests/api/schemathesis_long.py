"""schemathesis over every operation that the service describes, writes included: ``python -m tests.api.schemathesis_long``.

All checks are on; ``schemathesis_hooks`` says where one and the standard differ. It runs on a service of its own over each kind
of store; the number given is that of examples for each operation (100).
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from gridplan.settings import Settings
from gridplan.store import migrate, open_store
from tests.api.conformance.conftest import stock
from tests.api.served import served
from tests.provide.debian import private_server, server_programs
from tests.provide.postgis import database
from tests.samples import PLAN_ID, RURAL, sample_plan

ROOT = Path(__file__).parents[2]
#: The standard's paths below each root, and the service's own.
DOCUMENTS = ("/api", f"/plans/{PLAN_ID}/api", f"/adopted/{RURAL}/api", "/openapi.json")
#: Without the check that does not fit the texts of the standard: see ``schemathesis_hooks``.
FITTING = ("--exclude-checks", "positive_data_acceptance")
#: Operations without texts of which most are wrong: see ``schemathesis_hooks``.
PLAIN = r"(^/|conformance|api|collections|schema|queryables|sortables|tiles|WebMercatorQuad|health|ready|metrics)$"


def run(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """One run over the document at that address, always the same examples."""
    program = Path(sys.executable).with_name("schemathesis")
    fixed = ("--seed", "1", "--generation-deterministic", "--no-color")
    command = [str(program), "run", url, *fixed, "--request-timeout", "30", *options]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=mkdtemp(), env=environment, capture_output=True, text=True, check=False)


def runs(url: str, document: str, *options: str) -> list[subprocess.CompletedProcess[str]]:
    """Every check but one on every operation; that one on those that it fits."""
    accepted = ("--checks", "positive_data_acceptance", "--include-path-regex", PLAIN)
    return [
        run(f"{url}{document}", *FITTING, *options),
        run(f"{url}{document}", *accepted, "--phases", "coverage,fuzzing", "--max-examples", "5"),
    ]


def main(examples: int = 100) -> int:
    """Run on both kinds of store; the number of runs with failures."""
    failed = 0
    with ExitStack() as stack:
        programs = server_programs()
        assert programs is not None, "PostGIS is not installed"
        postgis = stack.enter_context(database(stack.enter_context(private_server(programs))))
        migrate(postgis)
        for kind, where in (("GeoPackage", str(Path(mkdtemp()) / "plans.gpkg")), ("PostGIS", postgis)):
            store = stack.enter_context(open_store(where))
            store.save_plan(sample_plan())
            stock(store)
            service = stack.enter_context(served(store, Settings()))
            for document in DOCUMENTS:
                for done in runs(service.url, document, "--max-examples", str(examples)):
                    failed += done.returncode != 0
                    lines = done.stdout.splitlines()
                    print(kind, document, *[line.strip() for line in lines if "generated" in line or line.startswith("===")][-2:])
                    if done.returncode:
                        print(done.stdout[done.stdout.find("= FAILURES") :][:5000], done.stderr[-2000:])
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:2]))))
