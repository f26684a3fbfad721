"""A small plan that is really redrawn behind the editor's protocol: moves, merges, splits, locks, names, undo, revisions."""

from copy import deepcopy
from typing import Any

Row = dict[str, Any]  # whatever JSON can hold


class RefusedError(Exception):
    """An operation that the plan does not allow, with what its problem says."""


class Redrawn:
    """The atoms of a scene and their grids; every edit is one revision."""

    def __init__(self, scene: Row) -> None:
        self.base = scene
        self.revision = int(scene["revision"])
        self.row = {atom: number for number, atom in enumerate(scene["atoms"]["id"])}
        self.code = [scene["grids"][grid]["code"] for grid in scene["atoms"]["grid"]]
        self.grids: dict[str, Row] = {grid["code"]: grid for grid in scene["grids"]}
        self.before: list[tuple[list[str], dict[str, Row], Row]] = []
        self.after: list[tuple[list[str], dict[str, Row], Row]] = []
        self.news: list[Row] = []
        self.asked: list[Row] = []

    def scene(self) -> Row:
        codes = list(self.grids)
        atoms = {**self.base["atoms"], "grid": [codes.index(code) for code in self.code]}
        return {**self.base, "revision": self.revision, "atoms": atoms, "grids": list(self.grids.values()), **self._told()}

    def answer(self, request: Row, *, who: str = "张三") -> Row:
        self.asked.append(request)
        if request["revision"] != self.revision:
            return self._problem(request, 412, "The plan is at another revision")
        atoms, grids = list(self.code), deepcopy(self.grids)
        try:
            for operation in request["operations"]:
                self._do(operation, atoms, grids, who)
        except RefusedError as refused:
            self.code, self.grids = atoms, grids
            return self._problem(request, 422, str(refused))
        self.revision += 1
        moved = [row for row, code in enumerate(self.code) if code != atoms[row]]
        patch = {
            "grids": [grid for code, grid in self.grids.items() if grids.get(code) != grid],
            "gone": [code for code in grids if code not in self.grids],
            "atoms": {"row": moved, "grid": [self.code[row] for row in moved]},
            **self._told(),
        }
        self.news.append({"revision": self.revision, "patch": patch, "who": who})
        return {"request": request["request"], "revision": self.revision, "patch": patch}

    def explain(self, code: str) -> Row:
        return {"lines": [{"en": f"Grid {code} holds {self.grids[code]['households']} households.", "zh": f"网格 {code}。"}]}

    def _do(self, operation: Row, atoms: list[str], grids: dict[str, Row], who: str) -> None:
        name = operation["operation"]
        if name in ("undo", "redo"):
            source, other = (self.before, self.after) if name == "undo" else (self.after, self.before)
            codes, rows, entry = source.pop()
            other.append((self.code, self.grids, entry))
            self.code, self.grids = codes, rows
            return
        self.code, self.grids = list(self.code), deepcopy(self.grids)
        if name == "move":
            self._move([self.row[atom] for atom in operation["atoms"]], operation["to"])
        elif name == "merge":
            self._move([row for row, code in enumerate(self.code) if code in operation["grids"][1:]], operation["grids"][0])
        elif name == "split" and "atoms" in operation:
            self._move([self.row[atom] for atom in operation["atoms"]], self._new(operation["grid"]))
        elif name in ("lock", "unlock"):
            for code in self.grids if operation.get("all") else operation["grids"]:
                self.grids[code]["locked"] = name == "lock"
        elif name == "rename":
            self.grids[operation["code"]]["name"] = operation["name"]
        else:
            raise RefusedError(f"{name} is not known here")
        entry = {"number": self.revision, "operation": name, "who": who, "when": "2026-03-01T08:00:00Z", "note": ""}
        self.before.append((atoms, grids, entry))
        self.after.clear()

    def _new(self, like: str) -> str:
        number = f"{max(int(grid['number']) for grid in self.grids.values()) + 1:03d}"
        code = f"{like[:-3]}{number}"
        self.grids[code] = {**self.grids[like], "code": code, "number": number, "name": f"东风社区第{number}网格"}
        return code

    def _move(self, rows: list[int], to: str) -> None:
        touched = {self.code[row] for row in rows} | {to}
        locked = sorted(code for code in touched if self.grids[code]["locked"])
        if locked:
            raise RefusedError(f"Grid {locked[0]} is locked")
        for row in rows:
            self.code[row] = to
        for code in touched:
            held = [row for row, own in enumerate(self.code) if own == code]
            households = sum(self.base["atoms"]["households"][row] for row in held)
            grid = self.grids[code]
            inside = grid["low"] <= households <= grid["high"]
            grid |= {"households": households, "buildings": len(held), "status": "ok" if inside else "open"}
            if not held:
                del self.grids[code]

    def _told(self) -> Row:
        grids = list(self.grids.values())
        return {
            "findings": [_finding(grid) for grid in grids if grid["status"] != "ok"],
            "totals": {
                "households": sum(grid["households"] for grid in grids),
                "grids": len(grids),
                "in_range": sum(grid["status"] == "ok" for grid in grids),
            },
            "history": {
                "undo": len(self.before),
                "redo": len(self.after),
                "edits": [entry for _, _, entry in self.before],
            },
        }

    def _problem(self, request: Row, status: int, title: str) -> Row:
        problem = {"code": "GP000", "title": title, "detail": "The plan is as it was.", "status": status}
        return {"request": request["request"], "revision": self.revision, "problem": problem}


def _finding(grid: Row) -> Row:
    low = grid["households"] < grid["low"]
    return {
        "code": "GP212",
        "level": "grid",
        "zone": grid["code"],
        "grid": grid["code"],
        "measure": float(grid["households"]),
        "limit": float(grid["low"] if low else grid["high"]),
        "message": f"{grid['households']} households, {'below' if low else 'above'} the range.",
        "message_zh": f"{grid['households']} 户，{'不足' if low else '超过'}范围。",
        "waiver": None,
        "waiver_zh": None,
        "proof": False,
        "bbox": None,
    }
