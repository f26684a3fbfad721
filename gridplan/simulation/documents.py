"""The numbers of the source documents, which plans of simulated places are held against."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from gridplan.errors import InputError
from gridplan.messages import Language

Rows = Literal["incidents", "organisations"]
#: Shares of compounds that have a body, by its kind.
SHARES = ("party_groups_share", "owners_committees_share", "property_service_share")
#: The numbers that rows are simulated by: those of one of these sets.
_NEEDED: Mapping[Rows, tuple[frozenset[str], ...]] = {
    "incidents": (frozenset({"matters_accepted", "matters_closed"}),),
    "organisations": (frozenset({"groups", "grids"}), frozenset(SHARES)),
}


@dataclass(frozen=True)
class DocumentNumber:
    """One number of a document.

    Parameters
    ----------
    name : what it is called by, such as ``grids``.
    number : its value.
    counts : what it counts, in each language.
    source : the short words by which the design of the project cites the document.
    note : where the simulated place differs and why, in each language; empty where it does not.
    """

    name: str
    number: int
    counts: Mapping[Language, str]
    source: str
    note: Mapping[Language, str]


@cache
def _all() -> dict[str, dict[str, DocumentNumber]]:
    raw = tomllib.loads((files("gridplan.simulation") / "documents.toml").read_text(encoding="utf-8"))
    return {
        place: {
            row["name"]: DocumentNumber(row["name"], row["number"], row["counts"], row["source"], row.get("note", {}))
            for row in rows
        }
        for place, rows in raw.items()
    }


def document_numbers(place: str) -> Mapping[str, DocumentNumber]:
    """The numbers of a place's document by name, in the order of ``documents.toml``.

    Raises
    ------
    InputError
        GP150 no such place.

    Examples
    --------
    >>> document_numbers("longli")["grids"].number
    908
    """
    if place not in _all():
        raise InputError("GP150", name=place, known=", ".join(sorted(_all())))
    return _all()[place]


def check_told(place: str, rows: Rows) -> None:
    """Nothing, where the document of the place has the numbers that such rows are simulated by.

    Raises
    ------
    InputError
        GP150 no such place; GP189 the document tells nothing of them.
    """
    if not _tells(place, rows):
        raise InputError("GP189", name=place, known=", ".join(each for each in sorted(_all()) if _tells(each, rows)))


def _tells(place: str, rows: Rows) -> bool:
    return any(names <= set(document_numbers(place)) for names in _NEEDED[rows])
