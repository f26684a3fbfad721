"""Each work on each server, round by round in turns, so that what else the machine does hits all alike."""

import statistics
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.api.load import Load, Round
from benchmarks.api.processes import cpu_s
from benchmarks.api.servers import Server
from benchmarks.api.work import Work, last_page, tag_of

WARM_S = 3


@dataclass(frozen=True)
class Result:
    """The median round of one work on one server, CPU milliseconds of server and database for an answer, connections it broke."""

    per_second: float
    p95_ms: float
    cpu_ms: float
    broken: int


def say(text: str) -> None:
    """Shows progress."""
    print(text, file=sys.stderr, flush=True)


def measured(
    work: Work, servers: Sequence[Server], *, seconds: int, rounds: int, database: int | None
) -> dict[str, Result | None]:
    """The result of each server by name; None where it has no such answer, as an ETag, or gave none in time."""
    loads: dict[str, Load | None] = {}
    for server in servers:
        paths = work.paths(server)
        tag = tag_of(server, paths[0]) if work.tag else None
        header = ("If-None-Match", tag) if tag else None
        if work.tag and not (header and _status(server.url + paths[0], header) == 304):
            loads[server.name] = None
            continue
        load = loads[server.name] = Load(server.url, paths, seconds=seconds, header=header)
        load.round(WARM_S)
    told: dict[str, list[tuple[Round, float]]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in servers:
            turn = loads[server.name]
            if turn is None:
                continue
            before = _spent(server, database)
            found = turn.round()
            if found is not None:
                told[server.name].append((found, (_spent(server, database) - before) / found.answers))
                say(f"{work.name}, round {number + 1}: {server.name} {found.per_second:,.1f}/s, p95 {found.p95_ms:,.1f} ms")
    return {name: _median(found) for name, found in told.items()}


def _median(told: list[tuple[Round, float]]) -> Result | None:
    if not told:
        return None
    rounds = [one for one, _ in told]
    return Result(
        statistics.median(one.per_second for one in rounds),
        statistics.median(one.p95_ms for one in rounds),
        1000 * statistics.median(cpu for _, cpu in told),
        sum(one.broken for one in rounds),
    )


def _spent(server: Server, database: int | None) -> float:
    return cpu_s(server.process) + (cpu_s(database) if database is not None else 0.0)


def _status(address: str, header: tuple[str, str] | None = None) -> int:
    request = urllib.request.Request(address, headers=dict([header]) if header else {})
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@dataclass(frozen=True)
class Ends:
    """Milliseconds of the first and of the last page of the layer, one request at a time."""

    first_ms: float
    last_ms: float


def ends(server: Server, *, limit: int = 100, times: int = 30) -> Ends:
    """The first page beside the last, asked in turns."""
    first, last = server.asked(limit=str(limit)), last_page(server, limit)
    took: dict[str, list[float]] = {first: [], last: []}
    for _ in range(times):
        for path in took:
            began = time.perf_counter()
            assert _status(server.url + path) == 200
            took[path].append(1000 * (time.perf_counter() - began))
    say(f"last page: {server.name} {last}")
    return Ends(statistics.median(took[first]), statistics.median(took[last]))


WRONG = {
    "bbox=1,2,3": {"bbox": "1,2,3"},
    "bbox=a,b,c,d": {"bbox": "a,b,c,d"},
    "unknown crs": {"crs": "http://www.opengis.net/def/crs/EPSG/0/999999"},
    "unknown parameter": {"no_such_thing": "1"},
    "limit=ten": {"limit": "ten"},
}


def wrong_parameters(server: Server) -> dict[str, int]:
    """The status that each wrong request is answered with."""
    return {name: _status(server.url + server.asked(**parameters)) for name, parameters in WRONG.items()}
