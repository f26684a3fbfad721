"""Memory of the server under a mixed load: ``python -m benchmarks.api.soak [--minutes 10]``.

Boxes, pages, tiles, single units and a 304 by wrk, while one client writes services and another renames a grid each second.
The memory of the server's process is read from /proc each second.
"""

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.api.kill import made
from benchmarks.api.ledger import Ledger, Writer
from benchmarks.api.load import Load
from benchmarks.api.processes import resident_mb
from benchmarks.api.renames import FIRST_GRID, rename, state
from benchmarks.api.servers import Server, gridplan
from benchmarks.api.work import bbox_paths, page_paths, tile_paths

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60


@dataclass(frozen=True)
class Memory:
    """Samples of a process's memory in MB, one a second."""

    samples: list[float]

    @property
    def slope(self) -> float:
        """MB a minute over the second half, by least squares."""
        late = self.samples[len(self.samples) // 2 :]
        return 60 * statistics.linear_regression(range(len(late)), late).slope

    def plot(self) -> str:
        """The samples as bars, the lowest to the highest."""
        step = max(1, len(self.samples) / WIDTH)
        shown = [self.samples[int(place * step)] for place in range(min(WIDTH, len(self.samples)))]
        low, high = min(self.samples), max(self.samples)
        return "".join(BARS[round((one - low) / ((high - low) or 1) * (len(BARS) - 1))] for one in shown)


def mixed_paths(server: Server) -> list[str]:
    """Boxes above all; a page of 1,000, a tile and a unit among them."""
    tiles, paths = tile_paths(server), []
    for number, box in enumerate(bbox_paths(server, 5000)):
        paths.append(box)
        if number % 5 == 0:
            paths += [server.asked(limit="1000"), tiles[number % len(tiles)], server.tile(10, 807, 422)]
        if number % 500 == 0:
            paths += page_paths(server)
    return paths


@contextmanager
def _written(server: Server) -> Iterator[None]:
    """Services and a grid's name are written meanwhile; AssertionError where one of these changes is refused."""
    stopped, ledger, refused = threading.Event(), Ledger(), list[str]()

    def renamed() -> None:
        with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
            while not stopped.wait(1):
                tag, _ = state(client, FIRST_GRID)
                answer = rename(client, tag, FIRST_GRID, f"soak {time.monotonic_ns()}")
                if not answer.is_success:
                    refused.append(answer.text)

    writer = Writer(server.url, "soak", ledger, 7)
    threads = [writer, threading.Thread(target=renamed, daemon=True)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        writer.stopped.set()
        for thread in threads:
            thread.join(60)
    assert ledger.refused + refused == []
    assert ledger.acknowledged > 0


def soaked(server: Server, *, seconds: int) -> tuple[Memory, int]:
    """The server's memory under the load, and how many requests it answered."""
    samples: list[float] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(1):
            samples.append(resident_mb(server.process))

    load = Load(server.url, mixed_paths(server), seconds=seconds)
    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    with _written(server):
        found = load.round(seconds)
    ended.set()
    watcher.join()
    assert found is not None
    return Memory(samples), found.answers


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--stores", default="postgis,geopackage", help="of postgis, geopackage")
    parser.add_argument("--out", type=Path, help="write the samples to this file, a line a second")
    options = parser.parse_args(argv)
    print("| store | minutes | requests | MB after 10 s | at half time | at the end | most | MB a minute, second half |")
    print("|---|---|---|---|---|---|---|---|")
    for name in options.stores.split(","):
        with ExitStack() as stack:
            store, _ = made(name, stack, large=True)
            server = stack.enter_context(gridplan(store))
            memory, answers = soaked(server, seconds=round(60 * options.minutes))
        told = memory.samples
        figures = [told[min(10, len(told) - 1)], told[len(told) // 2], told[-1], max(told)]
        shown = " | ".join(f"{one:.0f}" for one in figures)
        print(f"| {name} | {options.minutes:g} | {answers:,} | {shown} | {memory.slope:+.2f} |", flush=True)
        print(f"{name}: {memory.plot()} {min(told):.0f}-{max(told):.0f} MB", file=sys.stderr)
        if options.out:
            with options.out.open("a") as file:
                file.writelines(f"{name} {second} {one:.1f}\n" for second, one in enumerate(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
