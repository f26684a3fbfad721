"""The integer programme of a repair: which zone each item is in, ranges, what zones are charged, and cuts for connectivity."""

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from gridplan.partition.repair_ground import NEVER, limits, masks_of
from gridplan.partition.repair_net import SLACK, Net
from gridplan.partition.repair_ways import FIXED, OUT, Row, Task, reached
from gridplan.partition.subsets import bits


class Programme:
    """Variables for each item and zone that it may be in; what may be in one zone only is constant."""

    def __init__(self, task: Task) -> None:
        ground = task.ground
        self.task, self.ground = task, ground
        self.net = Net(ground, task.shared, task.price is not None)
        self.present = masks_of(ground, task.start)
        self.parted = {label for label, mask in self.present.items() if ground.part(mask & -mask, mask) != mask}
        self.own: dict[int, int] = {}
        for row, shares in enumerate(ground.home):
            for label in shares:
                self.own[label] = self.own.get(label, 0) | ground.nodes[row]
        # A new zone moves all that it holds.
        count = int(task.most // ground.rule.low) if task.held is None else len(task.fresh)
        self.fresh = [label for label in task.fresh if label not in self.own][:count]
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.base = 0.0
        self.rows: list[Row] = []
        # The households and people that come into each zone from outside.
        self.flows: dict[int, tuple[int, int]] = {}
        self.cut: set[tuple[int, int, int, int]] = set()
        # Whether some row cannot hold whatever is chosen.
        self.void = False
        self.options = self._options()
        self.members: dict[int, list[int]] = {}
        for row, columns in enumerate(self.options):
            for label in columns:
                self.members.setdefault(label, []).append(row)
        self.members = dict(sorted(self.members.items()))
        self.allowed = {label: self._nodes(rows) for label, rows in self.members.items()}
        self.alive = {label: self._add(0.0) for label in self._may_end()}
        self.core = self._cores()
        self._write()

    def _nodes(self, rows: Sequence[int]) -> int:
        mask = 0
        for row in rows:
            mask |= self.ground.nodes[row]
        return mask & ~self.task.shared

    def _add(self, cost: float, most: float = 1.0) -> int:
        self.cost.append(cost)
        self.low.append(0.0)
        self.high.append(most)
        return len(self.cost) - 1

    def _price(self, row: int, label: int) -> float:
        if label == OUT:
            assert self.task.price is not None
            return self.task.price * self.ground.size[row]
        moved = float(self.ground.cost(row, label))
        # What is left to choose where all households are held: as few items as can be, and none from whole compounds.
        return moved + (0.0 if self.task.held is None or label in self.ground.home[row] else 0.01 + self.ground.wish[row])

    def _options(self) -> list[dict[int, int]]:
        task, ground = self.task, self.ground
        labels = [set(shares) for shares in ground.home]
        sources = dict(self.own)
        if task.held is not None:
            sources = masks_of(ground, [task.held.get(row, OUT) for row in range(len(labels))])
            sources.pop(OUT, None)
        elif task.price is not None:
            sources[OUT] = ground.outside
        for label, mask in sources.items():
            for row in reached(task, label, mask):
                labels[row].add(label)
        for row, label in enumerate(task.start):
            # Where fewer households move there are fewer new zones.
            labels[row].update({label} & (self.own.keys() | set(self.fresh)))
            labels[row].update(self.fresh if ground.size[row] <= task.most else ())
        answer: list[dict[int, int]] = []
        for row, each in enumerate(labels):
            if task.held is not None and row in task.held:
                each = {task.held[row]}
            elif not ground.nodes[row] & ~task.shared:
                answer.append({})
                continue
            if len(each) == 1:
                answer.append(dict.fromkeys(each, FIXED))
                self.base += sum(self._price(row, label) for label in each)
            else:
                answer.append({label: self._add(self._price(row, label)) for label in sorted(each)})
        return answer

    def _may_end(self) -> list[int]:
        """The zones that a repair may do without, and new ones."""
        ended = []
        for label, mask in self.own.items():
            rows = self.ground.items(mask)
            held = sum(self.ground.home[row].get(label, 0) for row in rows)
            stays = any(self.options[row].get(label) == FIXED for row in rows)
            if not stays and (self.task.held is not None or held * (self.task.price or 1) <= self.task.most):
                ended.append(label)
        return [*ended, *self.fresh]

    def _cores(self) -> dict[int, int]:
        """An item of each zone that is in it in every answer, if there is one."""
        found = {}
        for label, rows in self.members.items():
            kept = [row for row in rows if self.options[row][label] == FIXED]
            if kept and label != OUT:
                found[label] = max(kept, key=lambda row: (self.ground.size[row], -row))
        return found

    def add(self, low: float, high: float, terms: Sequence[tuple[float, int | None]]) -> None:
        """A row low <= sum of factor x column <= high; None is a column that is not there."""
        columns: dict[int, float] = {}
        for factor, column in terms:
            if column == FIXED:
                low, high = low - factor, high - factor
            elif column is not None:
                columns[column] = columns.get(column, 0.0) + factor
        if columns:
            self.rows.append((low, high, list(columns), list(columns.values())))
        elif low > 1e-6 or high < -1e-6:
            self.void = True

    def _write(self) -> None:
        for columns in self.options:
            if len(columns) > 1:
                self.add(1.0, 1.0, [(1.0, column) for column in columns.values()])
        for label, rows in self.members.items():
            if label != OUT:
                self._range(label, rows)
                self._foes(label, rows)
            for row in rows:
                self._joined(row, label)
        charges = self.task.charges
        for number, least in charges.least.items():
            terms: list[tuple[float, int | None]] = []
            for row, columns in enumerate(self.options):
                for label, column in columns.items():
                    terms.append((charges.share(self.ground, row, label, number), column))
            terms += [(1.0, flow) for flow in self.flows.get(number, ())[:1]]
            if least > 0:
                self.add(least - 1e-6, inf, [term for term in terms if term[0]])

    def _foes(self, label: int, rows: Sequence[int]) -> None:
        for row in rows:
            for other in self.ground.items(self.ground.foe.get(row, 0)):
                if row < other and label in self.options[other]:
                    self.add(-inf, 1.0, [(1.0, self.options[row][label]), (1.0, self.options[other][label])])

    def _range(self, label: int, rows: list[int]) -> None:
        """The range of households, and of people where the rule has one; no further out than the zone is at the start."""
        ground, rule = self.ground, self.ground.rule
        fewest, most, _ = limits(rule)
        present = self.present.get(label, 0)
        weight, people = ground.counted(present)
        lows = (min(rule.low, weight), min(fewest, people)) if present else (rule.low, fewest)
        highs = max(rule.high, weight), max(most, people)
        inside = self.alive.get(label, FIXED)
        flows = self._inflow(label)
        for low, high, each, flow in zip(lows, highs, (ground.weight, ground.people), flows, strict=True):
            if high >= NEVER:
                continue
            terms = [(float(each[row]), self.options[row][label]) for row in rows] + [(1.0, flow)]
            self.add(0.0, inf, [*terms, (-float(low), inside)])
            self.add(-inf, 0.0, [*terms, (-float(high), inside)])
        if label in self.alive:
            if label in self.own:
                kept = [(1.0, self.options[row].get(label)) for row in ground.items(self.own[label])]
                if not self.own[label] & self.task.shared:
                    self.add(0.0, inf, [*kept, (-1.0, inside)])
            for row in rows:
                self.add(-inf, 0.0, [(1.0, self.options[row][label]), (-1.0, inside)])

    def _inflow(self, label: int) -> tuple[int | None, int | None]:
        """Households and people that come from outside, which only a zone at the edge can take."""
        price = self.task.price
        if price is None or label in self.fresh:
            return None, None
        rim = self.ground.outside | self.net.rim | self.ground.border(self.net.rim)
        edge = [row for row in self.ground.items(rim) if label in self.options[row]]
        touching = [self.options[row][label] for row in edge]
        # Shared nodes at the edge lead there from everywhere.
        if not touching and not rim & self.task.shared:
            return None, None
        most = self.task.most / price
        flow = self._add(price, most), self._add(0.0, float(NEVER if self.ground.rule.population is None else 1e6))
        self.flows[label] = flow
        if FIXED not in touching and not rim & self.task.shared:
            self.add(-inf, 0.0, [(1.0, flow[0]), *((-most, column) for column in touching)])
            self.add(-inf, 0.0, [(1.0, flow[1]), *((-1e6, column) for column in touching)])
        return flow

    def _joined(self, row: int, label: int) -> None:
        """Beside an item that comes into a zone there is another one of that zone."""
        ground = self.ground
        alone = label in ground.home[row] or label in self.fresh
        full = ground.weight[row] >= ground.rule.low and ground.people[row] >= limits(ground.rule)[0]
        if self.options[row][label] == FIXED or (alone and full) or label in self.parted:
            return
        for node in bits(ground.nodes[row] & ~self.task.shared):
            if self.net.edge >> node & 1:
                continue
            beside = ground.items(self.net.near[node])
            if row in beside:
                continue
            self.add(-inf, 0.0, [(1.0, self.options[row][label]), *((-1.0, self.options[other].get(label)) for other in beside)])

    def cuts(self, values: NDArray[np.float64]) -> int:
        """Rows that these values break, of zones in pieces; how many."""
        before = len(self.rows)
        for label, rows in self.members.items():
            if label in self.parted:
                continue
            share: dict[int, float] = {}
            for row in rows:
                column = self.options[row][label]
                value = 1.0 if column == FIXED else float(values[column])
                if value > 1e-5:
                    share |= dict.fromkeys(bits(self.ground.nodes[row] & ~self.task.shared), value)
            if share:
                self._part(label, share)
        return len(self.rows) - before

    def _part(self, label: int, share: dict[int, float]) -> None:
        """Cuts of one zone: of the nodes that less leads to from its root than of them is in the zone."""
        item, size = self.ground.item, self.ground.size
        if label == OUT:
            root, goal, held = None, self.net.edge, 1.0
        else:
            root = self.core.get(label)
            if root is None:
                root = item[max(share, key=lambda node: (share[node], size[item[node]], -node))]
            goal, held = self.ground.nodes[root] & ~self.task.shared, min(1.0, share[min(bits(self.ground.nodes[root]))])
        whole = sum(1 << node for node, value in share.items() if value > 1 - 1e-5)
        goal = self.net.part(goal & -goal, whole | goal & -goal) if label != OUT else goal
        support = sum(1 << node for node in share)
        main = self.net.part(goal, support | goal)
        done = goal
        for node in sorted(share, key=lambda node: (-share[node], node)):
            need = share[node] + held - 1.0
            if done >> node & 1 or need < SLACK:
                continue
            side = self.net.part(1 << node, support) if not main >> node & 1 else self.net.parted(node, goal, share, need)
            if not side:
                continue
            own = self.own.get(label, 0)
            if main >> node & 1:
                self._cut(label, item[node], root, self.net.wall(side, goal, self.allowed[label]))
            elif label != OUT and root != self.core.get(label) and own and not own & (side | self.task.shared):
                wall = self.net.wall(side, own, self.allowed[label])
                for far in bits(side):
                    self._cut(label, item[far], None, wall)
            else:
                wall = self.net.wall(side, goal, self.allowed[label])
                for far in bits(side):
                    self._cut(label, item[far], root, wall)
            done |= side

    def _cut(self, label: int, row: int, root: int | None, wall: int) -> None:
        around = self.ground.items(wall)
        key = label, row, -1 if root is None else root, wall
        if row in around or root in around or key in self.cut:
            return
        self.cut.add(key)
        terms = [(1.0, self.options[row][label]), *((-1.0, self.options[other].get(label)) for other in around)]
        if root is None or root == row or self.core.get(label) == root:
            self.add(-inf, 0.0, terms)
        else:
            self.add(-inf, 1.0, [*terms, (1.0, self.options[root][label])])

    def label(self, values: NDArray[np.float64]) -> list[int]:
        """The label of each item; of shared ones that of today."""
        return [
            max(columns, key=lambda label: 1.0 if columns[label] == FIXED else float(values[columns[label]]))
            if columns
            else max(self.ground.home[row], key=lambda label: (self.ground.home[row][label], -label))
            for row, columns in enumerate(self.options)
        ]
