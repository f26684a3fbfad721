"""The load: Debian's ``wrk`` with eight connections."""

import json
import math
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 8
TIMEOUT_S = 300
LONGEST_S = 120


@dataclass(frozen=True)
class Round:
    """What one round gave: answers a second, milliseconds that 95 % of the answers took at most, and connections that broke."""

    answers: int
    per_second: float
    p95_ms: float
    broken: int


class Load:
    """GET requests for paths of one server, in their order; each round begins where the last one ended.

    Parameters
    ----------
    seconds : of a round; more where the server takes longer for eight answers at a time.
    header : name and value of a header that each request carries.
    """

    def __init__(self, url: str, paths: Sequence[str], *, seconds: int, header: tuple[str, str] | None = None) -> None:
        self._url, self._paths, self._header = url, paths, header or ()
        self._first = 0
        began = time.perf_counter()
        with urllib.request.urlopen(url + paths[0], timeout=TIMEOUT_S) as answer:
            answer.read()
        took = time.perf_counter() - began
        self.seconds = min(max(seconds, math.ceil(3 * CONNECTIONS * took)), LONGEST_S)

    def round(self, seconds: int | None = None) -> Round | None:
        """One round; None where no answer came in time.

        Raises
        ------
        RuntimeError
            An answer was no success.
        """
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("\n".join(self._paths))
            file.flush()
            limits = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds or self.seconds}s", "--timeout", f"{TIMEOUT_S}s"]
            command = [wrk(), *limits, "-s", str(SCRIPT), self._url, "--", file.name, str(self._first), *self._header]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        told = json.loads(done.stdout.splitlines()[-1])
        if told["refused"]:
            raise RuntimeError(f"{self._url}{self._paths[0]}: {told}")
        answers, took = int(told["requests"]), float(told["seconds"])
        self._first += answers
        if not answers:
            return None
        return Round(answers, answers / took, told["p95_ms"], int(told["broken"]))


def wrk() -> str:
    """The load tool's path; the program ends with a hint where it is not installed."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("The load tool wrk is not installed: apt-get install wrk")
    return found
