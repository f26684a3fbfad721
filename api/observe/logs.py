"""How log lines look: for a program one JSON object a line, for a person a line of words."""

import asyncio
import logging
import sys
import time
from functools import lru_cache
from typing import Literal, TypedDict

import orjson

LogFormat = Literal["json", "text"]

_KEPT_S = 0.2
_KEPT = 1000


class RequestLine(TypedDict):
    """What is told of a request."""

    time: float
    id: str
    method: str
    path: str
    status: int
    ms: float
    bytes: int
    who: str
    client: str


class RequestLog:
    """The log of requests. Lines are handed to logging a few at a time, since for each alone that costs 30 microseconds.

    A line is written at most 0.2 s after its request, so a killed server has told of all but its last moment.
    """

    def __init__(self) -> None:
        self._logger = logging.getLogger("gridplan.request")
        self._lines: list[RequestLine] = []

    def add(self, line: RequestLine) -> None:
        """Tell of a request; called within a running event loop."""
        self._lines.append(line)
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(_KEPT_S, self.flush)
        elif len(self._lines) >= _KEPT:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        lines, self._lines = self._lines, []
        if lines and self._logger.isEnabledFor(logging.INFO):
            self._logger.info("requests: %d", len(lines), extra={"requests": lines})


@lru_cache(maxsize=2)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def stamp(seconds: float) -> str:
    """A time as ISO 8601 in UTC, to the millisecond.

    Examples
    --------
    >>> stamp(0.25)
    '1970-01-01T00:00:00.250Z'
    """
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03d}Z"


class JsonLines(logging.Formatter):
    """One JSON object a line, on one line whatever it holds."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, or a line for each of its requests."""
        level = record.levelname.lower()
        requests: list[RequestLine] | None = getattr(record, "requests", None)
        if requests is not None:
            head = {"level": level, "logger": record.name}
            return "\n".join(orjson.dumps({**head, **line, "time": stamp(line["time"])}).decode() for line in requests)
        line: dict[str, object] = {"level": level, "logger": record.name, "time": stamp(record.created)}
        line["message"] = record.getMessage()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # Whatever a path holds: bytes that are no text are told as question marks.
        return orjson.dumps({key: str(value).encode("utf-8", "replace").decode() for key, value in line.items()}).decode()


class TextLines(logging.Formatter):
    """One line of words; a fault's trace follows below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, or a line for each of its requests."""
        requests: list[RequestLine] | None = getattr(record, "requests", None)
        if requests is not None:
            words = "{clock} {method} {path} {status} {ms} ms {bytes} B {who} {client} {id}"
            return "\n".join(words.format(clock=_clock(line["time"]), **line) for line in requests)
        said = record.getMessage().replace("\n", " ").replace("\r", " ")
        head = f"{_clock(record.created)} {record.levelname.lower()} {said}"
        return f"{head}\n{self.formatException(record.exc_info)}" if record.exc_info else head


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def configure_logs(form: LogFormat | None = None) -> None:
    """Send what gridplan and its server log to standard error.

    Parameters
    ----------
    form : None: text where standard error is a terminal, else JSON.
    """
    if form is None:
        form = "text" if sys.stderr.isatty() else "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.captureWarnings(capture=True)
    for name in ("gridplan", "uvicorn", "py.warnings"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.getLogger("gridplan").setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
