"""Shapes as a few bytes a point: shared lines once, steps in whole small units, numbers in as many bytes as they need."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridplan.maps.limits import MOST_KEPT
from gridplan.maps.lines import Simplifier
from gridplan.maps.polylines import Bools, Ints, Lines, Rows, joined, places, sums
from gridplan.maps.topology import Topology
from gridplan.progress import Progress, silent

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


def pack(topology: Topology, loose: Mapping[str, Rows], *, unit: int = 1, tolerance: float = 0.0) -> Packed:
    """The zones of a topology and loose lines, packed.

    Parameters
    ----------
    topology : zones by layer, with shared lines.
    loose : lines and rings that share nothing, by layer, in 1e-6 degrees from the topology's origin; rings without their
        closing point.
    unit : 1e-6 degrees that coordinates are rounded to.
    tolerance : 1e-6 degrees that a shared line may be moved by leaving out points. Ends of lines stay, a line that two zones
        share stays one line, and a line stays as it was where a zone would cross itself without its points.

    Notes
    -----
    Lines are kept in the order and in the direction of their first use, so that most begin where the one before ends and most
    references say no more than "the next".
    """
    if not tolerance:
        return _written(topology, loose, topology.arcs, unit)
    simplifier = Simplifier(topology)
    return _written(topology, loose, simplifier.mended(simplifier.simplified(tolerance)), unit)


def _written(topology: Topology, loose: Mapping[str, Rows], arcs: Lines, unit: int) -> Packed:
    """The bytes of the zones with these lines in the place of their own, and of the loose ones."""
    turned, references = _by_first_use(topology)
    number = np.arange(len(arcs))
    shared = Lines(arcs.points[places(arcs.starts, number, turned)], arcs.starts)
    lines = _rounded(joined([shared, *(rows.lines for rows in loose.values())]), unit)
    # The step to every point from the one before, also from line to line.
    steps = np.diff(lines.points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    streams = [varints(lines.sizes()), varints(_folded(steps[:, 0])), varints(_folded(steps[:, 1]))]
    for name, zones in topology.layers.items():
        streams += [varints(np.diff(starts)) for starts in (zones.rows, zones.polygons, zones.rings)]
        streams.append(varints(references[name]))
    streams += [varints(np.diff(rows.starts)) for rows in loose.values()]
    head: dict[str, object] = {
        "origin": list(topology.origin),
        "unit": unit,
        "streams": [len(stream) for stream in streams],
        "zones": {name: len(zones) for name, zones in topology.layers.items()},
        "loose": {name: len(rows) for name, rows in loose.items()},
        "shared": len(arcs),
    }
    return Packed(head, b"".join(streams))


def packed_for_page(
    topology: Topology, loose: Mapping[str, Rows], features: int, progress: Progress = silent
) -> tuple[Packed, float]:
    """The shapes of a page, and how far a point of them is at most from where it was, in metres.

    Up to ``MOST_KEPT`` features are exact to 1e-6 degrees and said to have moved by 0; more become as coarse as they must to keep
    the page small.
    """
    if features <= MOST_KEPT:
        return pack(topology, loose), 0.0
    counts = {name: len(zones) for name, zones in topology.layers.items()} | {name: len(rows) for name, rows in loose.items()}
    room = _MOST_BYTES - sum(_FACTS.get(name, _OTHER_FACTS) * count for name, count in counts.items())
    simplifier, last = Simplifier(topology), len(_COARSER) - 1
    for step, (unit, tolerance) in enumerate(_COARSER):
        progress("stage.page_shapes", step, len(_COARSER))
        lines = simplifier.simplified(tolerance)
        # Mending gives points back: what is too large before it need not be mended.
        if step < last and _compressed(_written(topology, loose, lines, unit)) > room:
            continue
        made = _written(topology, loose, simplifier.mended(lines), unit)
        if step == last or _compressed(made) <= room:
            break
    progress("stage.page_shapes", len(_COARSER), len(_COARSER))
    return made, round((tolerance + unit / 2) * _METRES, 1)


def _compressed(packed: Packed) -> int:
    return len(zlib.compress(packed.body, 6))


def _by_first_use(topology: Topology) -> tuple[Bools, dict[str, Ints]]:
    """Whether each line is turned round to run as at its first use, and each layer's references.

    A reference is 0 for the next line that was not used before, else one more than twice the number of lines since it, plus one
    where it runs backwards.
    """
    layers = topology.layers.values()
    arcs = np.concatenate([np.zeros(0, dtype=np.int64), *(zones.arcs for zones in layers)])
    number, backwards = np.where(arcs < 0, ~arcs, arcs), arcs < 0
    _, first = np.unique(number, return_index=True)
    turned, new = backwards[first], np.zeros(len(arcs), dtype=bool)
    new[first] = True
    known = np.cumsum(new)
    written = np.where(new, 0, 1 + 2 * (known - 1 - number) + (backwards != turned[number]))
    ends = np.cumsum([len(zones.arcs) for zones in layers])
    return turned, dict(zip(topology.layers, np.split(written, ends[:-1]), strict=True))


def _rounded(lines: Lines, unit: int) -> Lines:
    """The lines in units, each point other than the one before it; a line keeps its two ends."""
    if unit == 1:
        return lines
    units = Lines(np.rint(lines.points / unit).astype(np.int64), lines.starts)
    kept = units.changes()
    short = (sums(kept.astype(np.int64), lines.starts) == 1) & (lines.sizes() > 1)
    kept[lines.starts[1:][short] - 1] = True
    return units.kept(kept)


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
