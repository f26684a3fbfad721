"""Codes of buildings and entrances in other grids than before: kept where they stay, the next ones free where they do not."""

import pandas as pd

from gridplan.plan.succession import origin
from gridplan.schemes.model import Scheme


def node_codes(moved: pd.DataFrame, before: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """``moved`` with its codes: rows as in ``before``, but for the grid that each is in now."""
    codes: dict[str, str] = {}
    table = moved.copy()
    for level in scheme.of("nodes"):
        rows = before.index[before["level"] == level.name]
        numbers: dict[str, int] = {}
        wanting: list[tuple[str, str, int]] = []
        for row in rows:
            code = str(before.at[row, "code"])
            parent = str(table.at[row, "grid"])
            if level.atoms != "building":
                parent = codes.get(str(table.at[row, "building"]), parent)
            place = origin(code, level.code)
            if place is not None:
                numbers[place[0]] = max(numbers.get(place[0], 0), place[1])
            if place is None or place[0] != parent:
                wanting.append((parent, code, row))
        for parent, _, row in sorted(wanting):
            numbers[parent] = numbers.get(parent, 0) + 1
            table.at[row, "code"] = level.code.code(parent, numbers[parent])
        if level.atoms == "building":
            codes = {str(table.at[row, "id"]): str(table.at[row, "code"]) for row in rows}
    return table
