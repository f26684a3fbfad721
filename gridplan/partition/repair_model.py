"""The integer programme of a repair: which zone each item is in, ranges, and cuts that keep zones connected."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from gridplan.partition.repair_ground import NEVER, Ground, limits, masks_of
from gridplan.partition.subsets import bits

WISHES = 0.2
"""What all wishes together may cost beside one household, so that none is bought with a household."""

Row = tuple[float, float, list[int], list[float]]
"""Least and most of a sum, its columns and their factors."""

OUT = -1
"""The label of all that lies in zones outside."""


class Model:
    """Variables for each item and zone that it may be in; what may be in one zone only is constant."""

    def __init__(
        self,
        ground: Ground,
        start: Sequence[int],
        reach: int,
        price: float | None,
        fresh: Sequence[int],
        charged: Mapping[int, float],
    ) -> None:
        self.ground, self.start, self.reach, self.price = ground, start, reach, price
        self.charged = {label: each * (1.0 if price is None else price) for label, each in charged.items()}
        self.present = masks_of(ground, start)
        self.parted = {label for label, mask in self.present.items() if ground.part(mask & -mask, mask) != mask}
        self.own: dict[int, int] = {}
        for row, shares in enumerate(ground.home):
            for label in shares:
                self.own[label] = self.own.get(label, 0) | ground.nodes[row]
        self.own = dict(sorted(self.own.items()))
        # A new zone moves all that it holds.
        count = reach // ground.rule.low
        self.fresh = [label for label in fresh if label not in self.own][:count]
        self.options = self._options()
        self.column: dict[tuple[int, int], int] = {}
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        unit = WISHES / max(sum(sorted(ground.wish)), 1e-9)
        self.base = 0.0
        for row, labels in enumerate(self.options):
            prices = [self._price(row, label) + (0 if label in ground.home[row] else unit * ground.wish[row]) for label in labels]
            if len(labels) == 1:
                self.base += prices[0]
            else:
                for label, each in zip(labels, prices, strict=True):
                    self.column[row, label] = self._add(each, 1.0)
        self.alive = {label: self._add(0.0, 1.0) for label in self._may_end()}
        self.rows: list[Row] = []
        self.inflow: dict[int, tuple[int, int]] = {}

    def _add(self, cost: float, upper: float, whole: bool = True) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def _price(self, row: int, label: int) -> float:
        if label == OUT:
            assert self.price is not None
            return self.price * self.ground.size[row]
        return float(self.ground.cost(row, label))

    def _options(self) -> list[list[int]]:
        options = [sorted(shares) for shares in self.ground.home]
        labels: list[int] = [*self.own, *([OUT] if self.price is not None else [])]
        for label in labels:
            for row in self._reached(label):
                if label not in options[row]:
                    options[row].append(label)
        for label in self.fresh:
            for row in range(len(options)):
                if self.ground.size[row] <= self.reach:
                    options[row].append(label)
        for row, label in enumerate(self.start):
            if label not in options[row]:
                options[row].append(label)
        return options

    def _reached(self, label: int) -> Iterator[int]:
        """The items that zone ``label`` can hold with no more than ``reach`` households moved.

        What zones out of range must be charged is spent in any case: for moves out of zones in range only the rest is left, and
        what the zone itself is charged.
        """
        ground = self.ground
        whole = [self._price(row, label) / ground.nodes[row].bit_count() for row in range(len(ground.size))]
        left = self.reach - sum(self.charged.values()) + self.charged.get(label, 0.0)
        rest = [0.0 if self.charged.keys() & ground.home[row].keys() else each for row, each in enumerate(whole)]
        ways = [max(pair) for pair in zip(self._ways(label, whole, self.reach), self._ways(label, rest, left), strict=True)]
        seen = {ground.item[node] for node, way in enumerate(ways) if way <= self.reach}
        yield from sorted(row for row in seen if self._price(row, label) <= self.reach)

    def _ways(self, label: int, cost: Sequence[float], most: float) -> list[float]:
        """What zone ``label`` must move at least to hold each node, infinite above ``most``; beyond the edge the way is free."""
        ground = self.ground
        best = [inf] * len(ground.near)
        heap: list[tuple[float, int]] = []
        for node in bits(ground.outside if label == OUT else self.own[label]):
            best[node] = cost[ground.item[node]] if label == OUT else 0.0
            heap.append((best[node], node))
        heapq.heapify(heap)
        left = self.price is None
        while heap:
            way, node = heapq.heappop(heap)
            if way > best[node]:
                continue
            ahead = ground.near[node]
            if not left and ground.outside >> node & 1:
                left, ahead = True, ahead | ground.outside
            for other in bits(ahead):
                total = way + cost[ground.item[other]]
                if total < best[other] and total <= most + 1e-6:
                    best[other] = total
                    heapq.heappush(heap, (total, other))
        return [way if way <= most + 1e-6 else inf for way in best]

    def _may_end(self) -> list[int]:
        ended = []
        for label, mask in self.own.items():
            if sum(self.ground.home[row].get(label, 0) for row in self.ground.items(mask)) * (self.price or 1) <= self.reach:
                ended.append(label)
        return [*ended, *self.fresh]

    def term(self, row: int, label: int) -> int | float:
        """The column of an item in a zone, or a constant."""
        if (row, label) in self.column:
            return self.column[row, label]
        return 1.0 if self.options[row] == [label] else 0.0

    def add(self, low: float, high: float, terms: Sequence[tuple[float, int | float]]) -> None:
        """A row low <= sum of factor x term <= high, constants taken over."""
        columns: dict[int, float] = {}
        for factor, term in terms:
            if isinstance(term, float):
                low, high = low - factor * term, high - factor * term
            else:
                columns[term] = columns.get(term, 0.0) + factor
        self.rows.append((low, high, list(columns), list(columns.values())))

    def write(self) -> None:
        """Write the rows."""
        for row, labels in enumerate(self.options):
            if len(labels) > 1:
                self.add(1.0, 1.0, [(1.0, self.column[row, label]) for label in labels])
        members: dict[int, list[int]] = {}
        for row, labels in enumerate(self.options):
            for label in labels:
                members.setdefault(label, []).append(row)
        for label, rows in sorted(members.items()):
            if label != OUT:
                self._range(label, rows, self.present.get(label, 0))
            for row in rows:
                self._joined(row, label)
                for other in self._foes(row):
                    if row < other and label != OUT and label in self.options[other]:
                        self.add(-inf, 1.0, [(1.0, self.term(row, label)), (1.0, self.term(other, label))])

    def _foes(self, row: int) -> list[int]:
        return self.ground.items(self.ground.foe.get(row, 0))

    def _range(self, label: int, rows: list[int], present: int) -> None:
        """The range of households, and of people where the rule has one; no further out than the zone is at the start."""
        ground, rule = self.ground, self.ground.rule
        fewest, most, _ = limits(rule)
        weight, people = ground.counted(present)
        lows = min(rule.low, weight) if present else rule.low, min(fewest, people) if present else fewest
        highs = max(rule.high, weight), max(most, people)
        inside: int | float = self.alive.get(label, 1.0)
        flows = self._inflow(label)
        for low, high, each, flow in zip(lows, highs, (ground.weight, ground.people), flows or (None, None), strict=True):
            if high >= NEVER:
                continue
            terms: list[tuple[float, int | float]] = [(float(each[row]), self.term(row, label)) for row in rows]
            terms += [] if flow is None else [(1.0, flow)]
            self.add(0.0, inf, [*terms, (-float(low), inside)])
            self.add(-inf, 0.0, [*terms, (-float(high), inside)])
        if label in self.alive:
            if label in self.own:
                kept = [(1.0, self.term(row, label)) for row in ground.items(self.own[label])]
                self.add(0.0, inf, [*kept, (-1.0, inside)])
            for row in rows:
                self.add(-inf, 0.0, [(1.0, self.term(row, label)), (-1.0, inside)])

    def _inflow(self, label: int) -> tuple[int, int] | None:
        """Households and people that come from outside, which only a zone at the edge can take."""
        if self.price is None or label in self.fresh:
            return None
        edge = [row for row in self.ground.items(self.ground.outside) if label in self.options[row]]
        if not edge:
            return None
        flow = self._add(self.price, inf, whole=False), self._add(0.0, inf, whole=False)
        most = self.reach / self.price
        for column, limit in zip(flow, (most, float(NEVER if self.ground.rule.population is None else 1e6)), strict=True):
            touching = [(-limit, self.term(row, label)) for row in edge]
            self.add(-inf, 0.0, [(1.0, column), *touching])
        self.inflow[label] = flow
        return flow

    def _joined(self, row: int, label: int) -> None:
        """Beside an item that comes into a zone there is another one of that zone."""
        ground = self.ground
        alone = label in ground.home[row] or label in self.fresh
        if (alone and ground.weight[row] >= ground.rule.low) or not self._strict(label) or len(self.options[row]) == 1:
            return
        for node in bits(ground.nodes[row]):
            if self.price is not None and ground.outside >> node & 1:
                continue
            beside = [ground.item[other] for other in bits(ground.near[node])]
            self.add(
                -inf,
                0.0,
                [(1.0, self.term(row, label)), *((-1.0, self.term(other, label)) for other in sorted(set(beside) - {row}))],
            )

    def _strict(self, label: int) -> bool:
        """Whether a zone must be connected: not where it is in parts at the start, and no way was found."""
        return label not in self.parted

    def cuts(self, chosen: dict[int, int]) -> int:
        """Rows that forbid the parts of zones in pieces; how many."""
        before = len(self.rows)
        for label, mask in chosen.items():
            if not self._strict(label):
                continue
            pieces = self.ground.parts(mask)
            edge = self.ground.outside if self.price is not None else 0
            if label == OUT:
                for piece in pieces:
                    if not piece & edge:
                        self._leave(piece, label)
                continue
            if len(pieces) < 2:
                continue
            own = self.own.get(label, 0)
            for place, piece in enumerate(pieces):
                if piece & edge:
                    continue
                if own and not piece & own:
                    self._leave(piece, label)
                else:
                    self._part(piece, pieces[1] if place == 0 else pieces[0], label)
        return len(self.rows) - before

    def _between(self, piece: int, goal: int, label: int) -> int:
        """Nodes that part a piece from ``goal``: those around it that can be reached from there in zone ``label``."""
        ground = self.ground
        around, within = ground.border(piece), 0
        for row, labels in enumerate(self.options):
            if label in labels:
                within |= ground.nodes[row]
        around &= within
        beyond = ground.part(goal, (within & ~around & ~piece) | goal)
        return around & (ground.border(beyond) | beyond)

    def _leave(self, piece: int, label: int) -> None:
        goal = self.ground.outside if label == OUT else self.own[label]
        wall = self._between(piece, goal & ~self.ground.border(piece), label) if goal & ~self.ground.border(piece) else 0
        wall |= goal & self.ground.border(piece)
        around = [(-1.0, self.term(row, label)) for row in self.ground.items(wall)]
        for row in self.ground.items(piece):
            self.add(-inf, 0.0, [(1.0, self.term(row, label)), *around])

    def _part(self, piece: int, other: int, label: int) -> None:
        ground = self.ground
        heavy = sorted(ground.items(other), key=lambda row: (len(self.options[row]) > 1, -ground.size[row], row))[:1]
        for far in heavy:
            around = [(-1.0, self.term(row, label)) for row in ground.items(self._between(piece, ground.nodes[far], label))]
            for row in ground.items(piece):
                if far != row:
                    self.add(-inf, 1.0, [(1.0, self.term(row, label)), (1.0, self.term(far, label)), *around])
