"""What is asked of each server: the same boxes, pages and tiles, drawn with a fixed seed."""

import json
import math
import random
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.api.plan import CELL, COLUMNS, ROWS, SEED, SOUTH, WEST
from benchmarks.api.servers import Server

SIDE = 5.7 * CELL
"""The side of a box; about 45 units touch it."""
ZOOM = 14
PAGE = 10_000
BOXES = 200_000


@dataclass(frozen=True)
class Work:
    """One row of the table: ``paths`` are asked in their order; ``tag`` sends the ETag of the first answer with each."""

    key: str
    name: str
    paths: Callable[[Server], list[str]]
    tag: bool = False


def boxes(count: int) -> Iterator[tuple[float, float, float, float]]:
    """West, south, east, north of boxes that lie inside the plan."""
    dice = random.Random(SEED)
    for _ in range(count):
        west = WEST + dice.random() * (COLUMNS * CELL - SIDE)
        south = SOUTH + dice.random() * (ROWS * CELL - SIDE)
        yield west, south, west + SIDE, south + SIDE


def bbox_paths(server: Server, count: int = BOXES) -> list[str]:
    """A path for each box."""
    return [server.asked(bbox=",".join(f"{edge:.6f}" for edge in box), limit="1000") for box in boxes(count)]


def tile_range() -> tuple[range, range]:
    """Columns and rows of the tiles that lie wholly inside the plan."""
    west, north = _tile(WEST, SOUTH + ROWS * CELL)
    east, south = _tile(WEST + COLUMNS * CELL, SOUTH)
    return range(west + 1, east), range(north + 1, south)


def tile_paths(server: Server) -> list[str]:
    """The paths of those tiles, shuffled."""
    columns, rows = tile_range()
    tiles = [(x, y) for x in columns for y in rows]
    random.Random(SEED).shuffle(tiles)
    return [server.tile(ZOOM, x, y) for x, y in tiles]


def _tile(lon: float, lat: float) -> tuple[int, int]:
    across = 2**ZOOM
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((lon + 180) / 360 * across), int((1 - up) / 2 * across)


def page_paths(server: Server) -> list[str]:
    """The first page of 10,000."""
    return [server.asked(limit=str(PAGE))]


def small_paths(server: Server) -> list[str]:
    """A page of ten."""
    return [server.asked(limit="10")]


WORKS = (
    Work("bbox", "bbox of about 45 features, with numberMatched and links", bbox_paths),
    Work("page", "10,000-feature page", page_paths),
    Work("tile", "vector tile z14, about 60 features", tile_paths),
    Work("304", "304 on an unchanged plan", small_paths, tag=True),
)


def fetched(server: Server, path: str) -> dict[str, object]:
    """The JSON that the server answers with."""
    with urllib.request.urlopen(server.url + path, timeout=300) as answer:
        body: dict[str, object] = json.load(answer)
    return body


def tag_of(server: Server, path: str) -> str | None:
    """The ETag of the path; None where the server gives none."""
    with urllib.request.urlopen(server.url + path, timeout=300) as answer:
        answer.read()
        tag: str | None = answer.headers.get("ETag")
    return tag


def found(server: Server, path: str) -> tuple[int, list[str]]:
    """How many match, and the sorted codes of the features at the path."""
    body = fetched(server, path)
    features, matched = body["features"], body["numberMatched"]
    assert isinstance(features, list)
    assert isinstance(matched, int)
    assert isinstance(body["links"], list)
    return matched, sorted(feature["properties"]["code"] for feature in features)


def check_same(servers: list[Server]) -> None:
    """Nothing, where all servers find the same units in the same boxes and on the first page; else AssertionError."""
    for paths in (bbox_paths, page_paths):
        asked = [paths(server)[:20] if paths is page_paths else bbox_paths(server, 20) for server in servers]
        for same in zip(*asked, strict=True):
            answers = [found(server, path) for server, path in zip(servers, same, strict=True)]
            for server, answer in zip(servers, answers, strict=True):
                assert answer == answers[0], f"{server.name} at {same[0]}: {answer[0]}, {servers[0].name}: {answers[0][0]}"


def last_page(server: Server, limit: int) -> str:
    """The path of the last page of the layer, found by following the links from page to page."""
    path = server.asked(limit=str(limit))
    while True:
        links = fetched(server, path)["links"]
        assert isinstance(links, list)
        following = [link["href"] for link in links if link["rel"] == "next"]
        if not following:
            return path
        path = following[0].removeprefix(server.url)
