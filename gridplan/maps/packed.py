"""Shapes as a few bytes a point: shared lines once, steps in whole small units, numbers in as many bytes as they need."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridplan.maps.limits import MOST_KEPT
from gridplan.maps.lines import simplified
from gridplan.maps.topology import Topology

Ints = npt.NDArray[np.int64]
#: The rings or lines of one row, each as points in 1e-6 degrees from the origin.
Rings = Sequence[Ints]
#: Bytes of a painted page of 2.5 MB that are left, compressed, for shapes and facts, and how many the facts of a shape take.
_MOST_BYTES, _FACTS = 1_650_000, {"grids": 11, "buildings": 9}
_OTHER_FACTS = 4
#: Unit and tolerance, in 1e-6 degrees, of shapes that are painted; the first that makes them small enough is taken.
_COARSER = ((4, 4), (8, 8), (8, 16), (16, 32), (32, 64))
#: Metres of 1e-6 degrees of latitude.
_METRES = 0.111


@dataclass(frozen=True)
class Packed:
    """Shapes ready for a page: what the page must know to read them, for JSON, and the bytes.

    ``head`` has ``origin`` (1e-6 degrees), ``unit`` (1e-6 degrees that one step counts), ``streams`` (bytes of each stream), and
    ``zones`` and ``loose`` (names of layers with their rows). ``assets/page/shapes.js`` reads it.
    """

    head: dict[str, object]
    body: bytes


def pack(topology: Topology, loose: Mapping[str, Sequence[Rings]], *, unit: int = 1, tolerance: float = 0.0) -> Packed:
    """The zones of a topology and loose lines, packed.

    Parameters
    ----------
    topology : zones by layer, with shared lines.
    loose : lines and rings that share nothing, by layer and row, in 1e-6 degrees from the topology's origin; rings without their
        closing point.
    unit : 1e-6 degrees that coordinates are rounded to.
    tolerance : 1e-6 degrees that a shared line may be moved by leaving out points. Ends of lines stay, a line that two zones
        share stays one line, and a line stays as it was where a zone would cross itself without its points.

    Notes
    -----
    Lines are numbered in the order and kept in the direction of their first use, so that most begin where the one before ends
    and most references say no more than "the next". About 4 s for 50,000 zones of 20 points.
    """
    arcs = simplified(topology, tolerance) if tolerance else topology.arcs
    order, turned, references = _by_first_use(topology)
    kept = [arcs[number][::-1] if turn else arcs[number] for number, turn in zip(order, turned, strict=True)]
    names, rows = list(topology.layers), list(loose)
    kept += [ring for name in rows for rings in loose[name] for ring in rings]
    counts, steps = _steps([_rounded(line, unit) for line in kept])
    streams = [varints(counts), varints(_folded(steps[:, 0])), varints(_folded(steps[:, 1]))]
    for name in names:
        polygons = topology.layers[name]
        streams.append(varints(np.array([len(row) for row in polygons], dtype=np.int64)))
        streams.append(varints(np.array([len(polygon) for row in polygons for polygon in row], dtype=np.int64)))
        streams.append(varints(np.array([len(ring) for row in polygons for polygon in row for ring in polygon], dtype=np.int64)))
        streams.append(varints(references[name]))
    streams += [varints(np.array([len(rings) for rings in loose[name]], dtype=np.int64)) for name in rows]
    head: dict[str, object] = {
        "origin": list(topology.origin),
        "unit": unit,
        "streams": [len(stream) for stream in streams],
        "zones": {name: len(topology.layers[name]) for name in names},
        "loose": {name: len(loose[name]) for name in rows},
        "shared": len(order),
    }
    return Packed(head, b"".join(streams))


def packed_for_page(topology: Topology, loose: Mapping[str, Sequence[Rings]], features: int) -> tuple[Packed, float]:
    """The shapes of a page, and how far a point of them is at most from where it was, in metres.

    Up to ``MOST_KEPT`` features are exact to 1e-6 degrees and said to have moved by 0; more become as coarse as they must to keep
    the page small.
    """
    if features <= MOST_KEPT:
        return pack(topology, loose), 0.0
    counts = {name: len(rows) for name, rows in (*topology.layers.items(), *loose.items())}
    room = _MOST_BYTES - sum(_FACTS.get(name, _OTHER_FACTS) * count for name, count in counts.items())
    for unit, tolerance in _COARSER:
        made = pack(topology, loose, unit=unit, tolerance=tolerance)
        if len(zlib.compress(made.body, 6)) <= room:
            break
    return made, round((tolerance + unit / 2) * _METRES, 1)


def _by_first_use(topology: Topology) -> tuple[list[int], list[bool], dict[str, Ints]]:
    """The lines in the order of their first use, whether each is turned round, and each layer's references.

    A reference is 0 for the next line that was not used before, else one more than twice the number of lines since it, plus one
    where it runs backwards.
    """
    place: dict[int, int] = {}
    turned: list[bool] = []
    references: dict[str, Ints] = {}
    for name, rows in topology.layers.items():
        made: list[int] = []
        for reference in (each for row in rows for polygon in row for ring in polygon for each in ring):
            number, backwards = (~reference, True) if reference < 0 else (reference, False)
            known = place.get(number)
            if known is None:
                place[number] = len(turned)
                turned.append(backwards)
                made.append(0)
            else:
                made.append(1 + 2 * (len(turned) - 1 - known) + (backwards != turned[known]))
        references[name] = np.array(made, dtype=np.int64)
    return list(place), turned, references


def _rounded(points: Ints, unit: int) -> Ints:
    """The points in units, each other than the one before it; a line keeps its two ends."""
    if unit == 1:
        return points
    units = np.rint(points / unit).astype(np.int64)
    moved = np.ones(len(units), dtype=bool)
    moved[1:] = (units[1:] != units[:-1]).any(axis=1)
    return units[moved] if moved.sum() > 1 else units[[0, -1]]


def _steps(lines: Sequence[Ints]) -> tuple[Ints, Ints]:
    """How many points each line has, and the step to every point from the one before, also from line to line."""
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    points = np.concatenate(lines) if lines else np.zeros((0, 2), dtype=np.int64)
    return counts, np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))


def _folded(values: Ints) -> Ints:
    """Whole numbers without a sign, small where they were near 0: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (values << 1) ^ (values >> 63)


def varints(values: Ints) -> bytes:
    """Numbers from 0 on, seven bits a byte, the lowest first; the highest bit says that more follow.

    Examples
    --------
    >>> varints(np.array([1, 300])).hex()
    '01ac02'
    """
    if not len(values):
        return b""
    sizes = np.ones(len(values), dtype=np.int64)
    for bits in range(7, 63, 7):
        sizes += values >= (1 << bits)
    ends = np.cumsum(sizes)
    made = np.zeros(int(ends[-1]), dtype=np.uint8)
    for place in range(int(sizes.max())):
        there = sizes > place
        more = np.where(sizes[there] > place + 1, 128, 0)
        made[(ends - sizes)[there] + place] = ((values[there] >> (7 * place)) & 127) | more
    return made.tobytes()
