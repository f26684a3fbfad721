"""A client that edits the made plan by operations: it renames grids, each edit with the ETag that it was based on."""

import threading

import httpx

from benchmarks.api.ledger import Ledger
from benchmarks.api.plan import PLAN_ID

PLAN = f"/plans/{PLAN_ID}"
EDITS = f"{PLAN}/edits"
FIRST_GRID = "522730001001001"


def rename(client: httpx.Client, tag: str, grid: str, name: str) -> httpx.Response:
    """The answer to the edit of the plan that gives a grid another name, based on the state with that ETag."""
    operation = {"operation": "rename", "level": "grid", "code": grid, "name": name}
    return client.post(EDITS, json={"operations": [operation]}, headers={"If-Match": tag})


def state(client: httpx.Client, grid: str) -> tuple[str, str]:
    """The ETag of the plan, and the name of the grid at that state or a newer one, never an older one.

    The ETag is read first: were it read last, it could vouch for an edit that the name does not show yet.
    """
    plan = client.get(PLAN, headers={"Accept": "application/json"})
    plan.raise_for_status()
    name = client.get(f"{PLAN}/collections/grids/items/{grid}")
    name.raise_for_status()
    return plan.headers["ETag"], str(name.json()["properties"]["name"])


class Renamer(threading.Thread):
    """Renames the grids of the plan in turns until the server is gone; ``ledger.known`` has the name of each renamed grid."""

    def __init__(self, url: str, label: str, ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self._url, self._label, self.ledger = url, label, ledger

    def run(self) -> None:
        """One edit after the other."""
        ledger, number = self.ledger, 0
        with httpx.Client(base_url=self._url, trust_env=False, timeout=30) as client:
            try:
                tag = client.get(PLAN, headers={"Accept": "application/json"}).headers["ETag"]
                while True:
                    number += 1
                    grid, name = f"522730001001{1 + number % 25:03}", f"{self._label}-{number}"
                    ledger.doubt = (grid, {"name": name})
                    answer = rename(client, tag, grid, name)
                    if not answer.is_success:
                        ledger.refused.append(f"{answer.status_code}: {answer.text[:300]}")
                        return
                    ledger.known[grid] = {"name": name}
                    ledger.acknowledged += 1
                    ledger.doubt, tag = None, answer.headers["ETag"]
            except httpx.TransportError:
                return


def lost_names(ledger: Ledger, stored: dict[str, str]) -> list[str]:
    """Grids whose name is not the one acknowledged last; what was in doubt is settled."""
    if ledger.doubt is not None:
        grid, value = ledger.doubt
        if value is not None and stored.get(grid) == value["name"]:
            ledger.known[grid] = value
        ledger.doubt = None
    return [
        f"grid {grid} is called {stored.get(grid)}, acknowledged was {value['name']}"
        for grid, value in ledger.known.items()
        if stored.get(grid) != value["name"]
    ]
