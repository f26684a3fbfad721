"""Queries that nobody should send: generated, and from a list of strings that broke other services.

``python -m tests.api.fuzz`` asks 10,000 of them of each kind of store.
"""

import base64
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

import httpx

from gridplan.settings import Settings
from gridplan.store import migrate, open_store
from tests.api.conformance.conftest import stock
from tests.api.served import Served, served
from tests.provide.debian import private_server, server_programs
from tests.provide.postgis import database
from tests.samples import PLAN_ID, RURAL, sample_plan

#: What may come back: an answer, a refusal, nothing there, and 414 or 431 of absurd lengths.
ALLOWED = (200, 400, 404, 414, 431)
SLOW_S = 2.0

PARAMETERS = (
    "bbox",
    "bbox-crs",
    "crs",
    "cursor",
    "datetime",
    "f",
    "filter",
    "filter-crs",
    "filter-lang",
    "limit",
    "properties",
    "sortby",
)
PROPERTIES = ("households", "kind", "area_m2", "stacked", "code", "reported_at", "capacity", "limit", "name", "nothing")
COLLECTIONS = ("grids", "units", "findings", "meta", "sections", "services", "incidents", "staff", "areas", "report")
ROOTS = ("", f"/plans/{PLAN_ID}", f"/adopted/{RURAL}")

_STRINGS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
#: Strings that broke other services; and for each parameter values that are right in some collection.
NASTY: list[str] = _STRINGS["anywhere"]
RIGHT: dict[str, list[str]] = _STRINGS["right"]
#: Escapes that no text gives: lone surrogates, overlong and cut-off UTF-8, percent signs that escape nothing, bare bytes.
RAW = "%ED%A0%80 %C0%80 %C0%AF %E2%82 %FF %F5%80%80%80 % %2 %zz %00 %25%30%30 %0d%0aX:1 %u0041 + && = ;".split()  # noqa: SIM905  # shorter


#: Values of rows as cursors have them.
_SORTED_BY: list[object] = ["x", 1, 1.5, None, True, "\0", 2**70, "é" * 9, [], "2026-03-01T08:30:00Z"]


@dataclass(frozen=True)
class Outcome:
    """One question and what came of it."""

    path: str
    status: int
    seconds: float


def questions(seed: int, count: int) -> Iterator[str]:
    """The paths of so many questions, the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        path = f"{chance.choice(ROOTS[: 1 if number % 2 else 3])}/collections/{chance.choice(COLLECTIONS)}/items"
        if chance.random() < 0.05:
            path += f"/{_text(chance)}"
        elif chance.random() < 0.03:
            path = f"{chance.choice(('/plans/', '/adopted/', '/collections/'))}{_text(chance)}/items"
        names = [_name(chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))]
        wrong = chance.choice((None, *names))  # one value at most, so that the others are looked at as well
        given = [f"{name}={_text(chance) if name == wrong else _right(chance, name)}" for name in names]
        yield f"{path}?{'&'.join(given)}"[:30_000]


def _name(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.85:
        return chance.choice(PARAMETERS)
    return chance.choice(PROPERTIES) if kind < 0.98 else _text(chance)


def _right(chance: random.Random, name: str) -> str:
    return quote(chance.choice(RIGHT.get(name, NASTY)), safe=",:/")


def _text(chance: random.Random) -> str:
    """A value as it stands in an address."""
    kind = chance.random()
    if kind < 0.5:
        return quote(chance.choice(NASTY), safe="")
    if kind < 0.58:
        return "".join(chance.choices(RAW, k=chance.randint(1, 3)))
    if kind < 0.68:
        text = "".join(
            chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) for _ in range(chance.randint(0, 40))
        )
    elif kind < 0.78:
        text = ",".join(
            repr(chance.choice((chance.uniform(-200, 200), chance.gauss(0, 1e9), chance.randint(-9, 9))))
            for _ in range(chance.choice((4, 4, 6, 3)))
        )
    elif kind < 0.9:
        text = _mixed(chance)
    else:
        made: list[object] = [chance.choice((True, False, 0, None)), chance.choice((0, 1, 7, 2**63, -1, 1.5, "1"))]
        made += chance.choices(
            ("x", 1, 1.5, None, True, "\0", 2**70, "é" * 9, [], "2026-03-01T08:30:00Z"), k=chance.randint(0, 3)
        )
        text = base64.urlsafe_b64encode(json.dumps(made).encode()).decode().rstrip("=")
    return quote(text, safe="")


def _mixed(chance: random.Random) -> str:
    """Words of CQL2 one after the other, now and then a filter."""
    if chance.random() < 0.5:
        side = chance.choice(("households", "capacity", "area_m2", "floor_from", "count", "measure"))
        other = f"{chance.choice('+-*/^%')} {chance.choice((0, 1, 7, 1e300, -2.5))}"
        return f"{side} {other} {chance.choice(('=', '<', '>='))} {chance.gauss(0, 100)}"
    return " ".join(chance.choices(_STRINGS["words"], k=chance.randint(1, 14)))


def ask(service: Served, paths: Iterator[str]) -> Iterator[Outcome]:
    """Ask each, one after the other."""
    for path in paths:
        begun = time.perf_counter()
        # The address as it is: httpx would put right what is wrong in it.
        url = httpx.URL(service.url).copy_with(raw_path=path.encode("ascii", "replace"))
        status = service.client.get(url).status_code
        yield Outcome(path, status, time.perf_counter() - begun)


def main(count: int = 10_000) -> int:
    """Ask of both kinds of store; the number of wrong or slow answers."""
    wrong = 0
    with ExitStack() as stack:
        programs = server_programs()
        assert programs is not None, "PostGIS is not installed"
        postgis = stack.enter_context(database(stack.enter_context(private_server(programs))))
        migrate(postgis)
        for kind, where in (("GeoPackage", str(Path(mkdtemp()) / "fuzz.gpkg")), ("PostGIS", postgis)):
            store = stack.enter_context(open_store(where))
            store.save_plan(sample_plan())
            stock(store)
            service = stack.enter_context(served(store, Settings()))
            outcomes = list(ask(service, questions(20260301, count)))
            bad = [each for each in outcomes if each.status not in ALLOWED or each.seconds > SLOW_S]
            for each in bad[:20]:
                print(each.status, f"{each.seconds:.2f} s", each.path[:300])
            slowest = max(outcomes, key=lambda each: each.seconds)
            counts = dict(sorted(Counter(each.status for each in outcomes).items()))
            print(f"{kind}: {len(outcomes)} questions, {counts}, slowest {slowest.seconds:.2f} s, {len(bad)} wrong")
            wrong += len(bad)
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:2]))))
