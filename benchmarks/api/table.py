"""The table in Markdown: a row a work, a column a server, and how gridplan compares with the best peer."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.api.measure import Ends, Result

OURS = "gridplan"
EMBEDDED = "gridplan, GeoPackage"
COLUMNS = (OURS, EMBEDDED, "tipg", "pygeoapi", "database alone")
PEERS = ("tipg", "pygeoapi")
HEADER = "\n".join(["| work | " + " | ".join(COLUMNS) + " | to the best peer |", "|---" * (len(COLUMNS) + 2) + "|"])


def line(work: str, cells: Mapping[str, str], ratio: str = "") -> str:
    """One row."""
    return "| " + " | ".join([work, *(cells.get(name, "") for name in COLUMNS), ratio]) + " |"


def speed_line(work: str, results: Mapping[str, Result | None], alone: str) -> str:
    """The row of answers a second; a server without such an answer says none."""
    cells = {name: "none" if one is None else _speed(one) for name, one in results.items()}
    return line(work, cells | {"database alone": alone}, ratio(results, lambda one: one.per_second))


def _speed(one: Result) -> str:
    broken = f", {one.broken} connections broke" if one.broken else ""
    return f"{number(one.per_second)}/s, p95 {number(one.p95_ms)} ms{broken}"


def cpu_line(work: str, results: Mapping[str, Result | None]) -> str:
    """The row of CPU milliseconds an answer, of server and database together."""
    cells = {name: "none" if one is None else f"{number(one.cpu_ms)} ms" for name, one in results.items()}
    return line(f"CPU of one answer: {work}", cells, ratio(results, lambda one: 1 / one.cpu_ms))


def seconds_line(work: str, seconds: Mapping[str, float], alone: str) -> str:
    """The row of seconds."""
    cells = {name: f"{one:.2f} s" for name, one in seconds.items()}
    peers = [seconds[name] for name in PEERS if name in seconds]
    told = f"{min(peers) / seconds[OURS]:.1f} x" if peers and OURS in seconds else ""
    return line(work, cells | {"database alone": alone}, told)


def ends_line(found: Mapping[str, Ends]) -> str:
    """The row of the last page against the first."""
    cells = {
        name: f"{one.last_ms / one.first_ms:.2f} x ({one.first_ms:.1f}, {one.last_ms:.1f} ms)" for name, one in found.items()
    }
    return line("last page of 100 against the first", cells)


def status_lines(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A row for each wrong request."""
    names: Sequence[str] = list(next(iter(found.values()), {}))
    return [line(f"status: {name}", {server: str(told[name]) for server, told in found.items()}) for name in names]


def ratio(results: Mapping[str, Result | None], value: Callable[[Result], float]) -> str:
    """How many times gridplan's value is that of the best peer."""
    ours = results.get(OURS)
    peers = [value(one) for name in PEERS if (one := results.get(name)) is not None]
    return f"{value(ours) / max(peers):.1f} x" if ours is not None and peers else ""


def number(value: float) -> str:
    """Three digits at least.

    Examples
    --------
    >>> number(1234.5), number(56.78), number(0.123)
    ('1,234', '56.8', '0.12')
    """
    return f"{value:,.0f}" if value >= 100 else (f"{value:.1f}" if value >= 10 else f"{value:.2f}")
