"""What the engine is told and what it answers."""

from dataclasses import dataclass, field

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.messages import Plain


@dataclass(frozen=True)
class People:
    """Every zone holds ``low`` to ``high`` people."""

    low: int
    high: int


@dataclass(frozen=True)
class Rule:
    """Every zone is connected and holds ``low`` to ``high`` households; ``target`` is the size aimed at.

    ``hard_kinds``: kinds of edges (of ``atom_graph``) that no zone may cross. ``population``: a range of people that holds as
    well. ``service_radius_m``: how far homes should lie from the middle of their zone at most, a wish that ``Objective.service``
    weighs.
    """

    low: int
    high: int
    target: int
    hard_kinds: tuple[int, ...] = ()
    population: People | None = None
    service_radius_m: float | None = None


@dataclass(frozen=True)
class Objective:
    """Weights of what is to be small once the rule is kept: compounds, crossings, off-street lines, shape, evenness, ways.

    ``service`` counts where the rule has a radius: once for a zone of the target size whose households are spread evenly over a
    circle of that radius, and with the square of their distance from their middle.
    """

    compound_split: float = 8.0
    crossing: float = 3.0
    off_street: float = 0.25
    compactness: float = 2.0
    evenness: float = 0.5
    service: float = 1.0


@dataclass(frozen=True)
class Effort:
    """How long to search, in counts, so that the same seed and versions of packages give the same answer on every machine.

    - ``rounds`` over all regions; ``moves`` of each node in the first round; ``windows`` of each zone in all rounds (None: 100 to
      500, more where there are fewer zones), each of at most ``zones`` zones, with about ``sets`` connected sets listed;
    - ``exact_sets``: connected sets that are listed on land of up to 62 nodes; ``exact_columns``: on larger land and in proofs;
      ``exact_nodes``: nodes of the search tree of the integer solver;
    - ``seconds`` of each search: no round and no proof begins after so long, and the best zones so far are returned: the answer
      then depends on the machine;
    - ``threads``: at most so many at once (None: one for each core); they change nothing but the time.
    """

    rounds: int = 8
    moves: int = 100
    windows: float | None = None
    zones: int = 6
    sets: int = 300
    exact_sets: int = 1_000_000
    exact_columns: int = 20_000
    exact_nodes: int = 200
    seconds: float | None = None
    threads: int | None = None


@dataclass(frozen=True)
class Verdict:
    """Why a zone is out of range or not connected: a message code GP2xx with its facts.

    ``proof``: whether it is proved that no legal answer exists there; False means that the search found none.
    The nearest waiver has the message key ``<code>.waiver`` and the same facts.
    """

    code: str
    measure: float
    limit: float
    proof: bool
    facts: dict[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True)
class Partition:
    """``zone`` of each atom (0..k-1, numbered by smallest atom), verdicts by zone, and what was reached.

    ``objective`` is the sum that was minimised and ``terms`` its parts. ``bound``, where one is known: no division in range that
    keeps whole the compounds that fit has a lower objective; where it equals the objective, the zones are optimal.
    """

    zone: Ints
    verdicts: dict[int, Verdict]
    objective: float
    terms: dict[str, float]
    bound: float | None = None


@dataclass(frozen=True)
class Units:
    """The units of all grids: m pieces, k sections, units numbered 0..u-1 by grid, then by first piece and floor.

    ``of_piece``: unit of each piece, -1 for a stacked piece. ``of_section``: unit of each section; those of a piece that is not
    stacked have the unit of their piece, or, where its land joins a tower, the tower's lowest unit. ``stack_of``: for a piece
    without households whose neighbours in its grid are all stacked, the stacked piece whose land it joins (its ``of_piece`` is
    then -1); itself for every other piece. ``verdicts`` by unit. ``objective`` and ``bound`` by grid: what the flat pieces of the
    grid cost, and what they must cost at least in any division in range (nan where nothing is proved); 0 where there are none.
    Floors are cut optimally wherever they can be.
    """

    of_piece: Ints
    of_section: Ints
    stack_of: Ints
    verdicts: dict[int, Verdict]
    objective: Floats = field(default_factory=lambda: np.zeros(0))
    bound: Floats = field(default_factory=lambda: np.zeros(0))
