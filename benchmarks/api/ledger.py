"""Clients that write services, and remember which changes the server acknowledged and which it may or may not have made."""

import random
import threading
from dataclasses import dataclass, field

import httpx

from benchmarks.api.plan import CELL, COLUMNS, ROWS, SOUTH, WEST

ITEMS = "/collections/services/items"
Value = dict[str, object]


@dataclass
class Ledger:
    """What one client knows.

    Attributes
    ----------
    known : value of each service that it made and did not delete, by id, as acknowledged.
    tags : the ETag of each.
    doubt : id, or the name of one to be made, and the value that was asked for when the server was killed (None: deletion).
    acknowledged, refused : how many changes were made, and answers that were neither success nor 412.
    """

    known: dict[str, Value] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    doubt: tuple[str, Value | None] | None = None
    acknowledged: int = 0
    refused: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """Makes, replaces, changes and deletes services of its own until the server is gone or it is told to stop."""

    def __init__(self, url: str, name: str, ledger: Ledger, seed: int) -> None:
        super().__init__(daemon=True)
        self.ledger, self.stopped = ledger, threading.Event()
        self._url, self._label, self._dice, self._made = url, name, random.Random(seed), 0

    def run(self) -> None:
        """One change after the other."""
        with httpx.Client(base_url=self._url, trust_env=False, timeout=30) as client:
            while not self.stopped.is_set():
                try:
                    self._step(client)
                except httpx.TransportError:
                    return

    def _step(self, client: httpx.Client) -> None:
        ledger, known = self.ledger, sorted(self.ledger.known)
        choice = self._dice.random()
        if len(known) < 5 or choice < 0.4:
            self._make(client)
            return
        identity = self._dice.choice(known)
        place = f"{ITEMS}/{identity}"
        condition = {"If-Match": ledger.tags.get(identity) or client.get(place).headers["ETag"]}
        if choice < 0.55:
            ledger.doubt = (identity, None)
            if self._done(client.delete(place, headers=condition)):
                del ledger.known[identity]
        elif choice < 0.8:
            value = self._value(str(ledger.known[identity]["name"]))
            ledger.doubt = (identity, value)
            answer = client.put(place, json=feature(value), headers=condition)
            if self._done(answer):
                ledger.known[identity], ledger.tags[identity] = value, answer.headers["ETag"]
        else:
            value = ledger.known[identity] | {"capacity": float(self._dice.randrange(1000))}
            ledger.doubt = (identity, value)
            kind = condition | {"Content-Type": "application/merge-patch+json"}
            answer = client.patch(place, json={"properties": {"capacity": value["capacity"]}}, headers=kind)
            if self._done(answer):
                ledger.known[identity], ledger.tags[identity] = value, answer.headers["ETag"]
        ledger.doubt = None

    def _make(self, client: httpx.Client) -> None:
        self._made += 1
        name = f"{self._label}-{self._made}"
        value = self._value(name)
        self.ledger.doubt = (name, value)
        answer = client.post(ITEMS, json=feature(value))
        if self._done(answer):
            identity = answer.headers["Location"].rpartition("/")[2]
            self.ledger.known[identity] = value
            self.ledger.tags[identity] = answer.headers["ETag"]
        self.ledger.doubt = None

    def _value(self, name: str) -> Value:
        dice = self._dice
        lon, lat = WEST + dice.random() * COLUMNS * CELL, SOUTH + dice.random() * ROWS * CELL
        kind = dice.choice(["clinic", "school", "service_centre"])
        return {"name": name, "kind": kind, "capacity": float(dice.randrange(1000)), "at": (round(lon, 6), round(lat, 6))}

    def _done(self, answer: httpx.Response) -> bool:
        if answer.is_success:
            self.ledger.acknowledged += 1
            return True
        self.ledger.refused.append(f"{answer.request.method} {answer.request.url.path}: {answer.text[:300]}")
        return False


def feature(value: Value) -> dict[str, object]:
    """The GeoJSON feature of a value."""
    properties = {name: part for name, part in value.items() if name != "at"}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": value["at"]}, "properties": properties}


def stored_value(properties: dict[str, object], at: tuple[float, float]) -> Value:
    """The value of a stored service."""
    return {name: properties[name] for name in ("name", "kind", "capacity")} | {"at": (round(at[0], 6), round(at[1], 6))}


def lost(ledgers: list[Ledger], stored: dict[str, Value]) -> list[str]:
    """What was acknowledged and is not stored, or is stored and was never asked for; empty where all is right.

    What was in doubt is settled: from then on it is known as it was found.
    """
    wrong, left = [], dict(stored)
    for ledger in ledgers:
        if ledger.doubt is not None:
            settle(ledger, stored)
        for identity, value in ledger.known.items():
            found = left.pop(identity, None)
            if found != value:
                wrong.append(f"{identity}: acknowledged {value}, stored {found}")
    return wrong + [f"{identity}: stored {value}, but nobody was told so" for identity, value in left.items()]


def settle(ledger: Ledger, stored: dict[str, Value]) -> None:
    """Takes note of whether the change in doubt was made."""
    assert ledger.doubt is not None
    name, value = ledger.doubt
    ledger.doubt = None
    ledger.tags.pop(name, None)
    if value is not None and name not in ledger.known:
        name = next((identity for identity, one in stored.items() if one["name"] == name), "")
        if stored.get(name) == value:
            ledger.known[name] = value
    elif value is None and name not in stored:
        del ledger.known[name]
    elif value is not None and stored.get(name) == value:
        ledger.known[name] = value
