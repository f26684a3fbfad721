"""schemathesis finds no fault in what the service says of itself and does; ``tests.api.schemathesis_long`` looks longer.

Each document is asked of one kind of store here, and of both there; that both answer alike is shown by the tests of the stores.
"""

import pytest

from tests.api.conformance.conftest import stocked
from tests.api.schemathesis_long import FITTING, run
from tests.api.served import Served

__all__ = ["stocked"]

#: One layer, one register and the documents; the others are made of the same parts.
SOME = r"^/(collections/grids/items|collections/services.*|conformance|api|collections)?$"


#: Enough for the suite: the other phases take minutes.
SHORT = ("--phases", "coverage", "--max-examples", "3")


@pytest.mark.parametrize("stocked", ["postgis"], indirect=True)
def test_the_standard_s_operations_keep_their_definition(stocked: Served) -> None:
    done = run(f"{stocked.url}/api", *FITTING, *SHORT, "--include-path-regex", SOME)
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.parametrize("stocked", ["geopackage"], indirect=True)
def test_the_service_s_own_operations_keep_their_definition(stocked: Served) -> None:
    done = run(f"{stocked.url}/openapi.json", *FITTING, *SHORT)
    assert done.returncode == 0, done.stdout[-6000:]
