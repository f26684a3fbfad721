"""What a paper can be had as and what it is told, known without loading what writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Form:
    """A format that a paper can be had in."""

    media_type: str


FORMS: Mapping[str, Form] = {
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": Form("application/pdf"),
}


@dataclass(frozen=True)
class Filing:
    """What the office adds: the date of the form, who adopted the new plan, and why it changed."""

    day: date | None = None
    adopted_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Flow:
    """Households that came from, or went to, a zone: its code, None where they are new or gone; what happened to them."""

    code: str | None
    households: int
    change: str
