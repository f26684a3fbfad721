"""GeoJSON features held against the contract of a register: every fault at once, values as the store keeps them."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import shapely

from gridplan.contracts import Column, Contract
from gridplan.errors import RequestError
from gridplan.messages import Fact, Phrase
from gridplan.store.filters import Reference
from gridplan.store.rendering import Value

Json = Mapping[str, object]

#: What a feature may have beside its geometry and properties; foreign members would be lost, so they are refused.
_MEMBERS = ("type", "id", "geometry", "properties", "bbox", "links")
_MOST_TEXT = 4_000
_MOST_ID = 200
_MOST_WHOLE = 2**63 - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
#: RFC 3339, seconds and their fraction optional.
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A row that meets its contract: values by column without the id, and its shape in longitude and latitude."""

    id: str | None
    values: Mapping[str, Value]
    shape: shapely.Geometry | None


def checked_row(feature: object, contract: Contract, *, item: str | None = None, reference: Reference | None = None) -> Row:
    """The row that a GeoJSON feature describes.

    Parameters
    ----------
    item : the id in the address, where there is one; an id in the feature must then be the same.
    reference : the CRS of its coordinates, in the order of its axes; None: longitude, latitude.

    Raises
    ------
    RequestError
        GP583 with every fault: no feature, an unknown member or property, a value of another type, out of range, too long or
        not in the list, a time without zone, a missing value, a geometry of another type or beyond the degrees, a bad id.

    Examples
    --------
    >>> from gridplan.contracts import REGISTERS
    >>> feature = {"type": "Feature", "geometry": None, "properties": {"name": "李", "post": "leader"}}
    >>> checked_row(feature, REGISTERS["staff"]).values["name"]
    '李'
    """
    faults: list[Phrase] = []
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _refused(contract, [Phrase("row.fault.no_feature")])
    faults += [_fault(name, "row.fault.member", known=", ".join(_MEMBERS)) for name in feature if name not in _MEMBERS]
    given = feature.get("properties")
    properties: Json = given if isinstance(given, Mapping) else {}
    if given is not None and not isinstance(given, Mapping):
        faults.append(_fault("properties", "row.fault.type", value=_shown(given), expected="object"))
    names = contract.names()
    faults += [_fault(name, "row.fault.unknown", known=", ".join(names)) for name in properties if name not in names]
    identifier = _identifier(feature, properties, item, faults)
    values: dict[str, Value] = {}
    for column in contract.columns:
        if column.name not in contract.key:
            values[column.name] = _value(column, properties.get(column.name), faults)
    shape = _shape(feature.get("geometry"), contract, reference, faults)
    if faults:
        raise _refused(contract, faults)
    return Row(identifier, values, shape)


def merged(target: object, patch: object) -> object:
    """What a JSON merge patch makes of a value (RFC 7396).

    Examples
    --------
    >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
    {'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def _identifier(feature: Json, properties: Json, item: str | None, faults: list[Phrase]) -> str | None:
    """The one id that address, feature and property ``id`` say; a number is its digits."""
    found = item
    for where, value in (("id", feature.get("id")), ("properties.id", properties.get("id"))):
        if value is None:
            continue
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            faults.append(_fault(where, "row.fault.type", value=_shown(value), expected="text"))
        elif found is not None and text != found:
            faults.append(_fault(where, "row.fault.other_id", value=_shown(value), expected=_shown(found)))
        else:
            found = text
    if found is not None and not _is_id(found):
        faults.append(_fault("id", "row.fault.id", value=_shown(found), most=_MOST_ID))
    return found


def _is_id(text: str) -> bool:
    """Whether it can stand in an address: not blank, nothing that programs leave out of paths or that cannot be seen."""
    plain = text.strip() == text and 0 < len(text) <= _MOST_ID and not {"", ".", ".."} & set(text.split("/"))
    return plain and not _CONTROL.search(text) and not _NO_TEXT.search(text)


def _value(column: Column, value: object, faults: list[Phrase]) -> Value:
    """The value as the column keeps it; None where it has a fault."""
    if value is None:
        if not column.nullable:
            faults.append(_fault(f"properties.{column.name}", "row.fault.missing", expected=_expected(column)))
        return None
    found = _TYPED[column.kind](value)
    most = column.longest or _MOST_TEXT
    fits = found is not None and (not column.values or found in column.values)
    if fits and isinstance(found, int | float):
        fits = (column.minimum is None or found >= column.minimum) and (column.maximum is None or found <= column.maximum)
    elif fits and isinstance(found, str):
        fits = len(found) <= most
    if fits:
        return found
    key = "row.fault.long" if isinstance(value, str) and len(value) > most else "row.fault.type"
    facts: dict[str, Fact] = {"expected": _expected(column), "most": most}
    faults.append(_fault(f"properties.{column.name}", key, value=_shown(value), **facts))
    return None


def _text(value: object) -> str | None:
    fits = isinstance(value, str) and len(value) <= _MOST_TEXT and not _NO_TEXT.search(value)
    return str(value) if fits else None


def _whole(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST_WHOLE else None


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return float(value) if plain and math.isfinite(float(value)) else None  # type: ignore[arg-type]  # it is a number
    except OverflowError:
        return None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _time(value: object) -> str | None:
    """The time in UTC, as long as it was given: to the second, or with its fraction."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


_TYPED = {"text": _text, "int": _whole, "float": _number, "bool": _truth, "time": _time}


def _shape(given: object, contract: Contract, reference: Reference | None, faults: list[Phrase]) -> shapely.Geometry | None:
    if given is None:
        return None
    kinds = ", ".join(contract.geometry) or "null"
    kind = given.get("type") if isinstance(given, Mapping) else None
    if kind not in contract.geometry:
        faults.append(_fault("geometry", "row.fault.geometry", found=_shown(kind if kind is not None else given), expected=kinds))
        return None
    try:
        # The reader takes true for 1 and passes over what follows the third number.
        plain = isinstance(given, Mapping) and _plain_numbers(given.get("coordinates"))
        shape = shapely.from_geojson(json.dumps(given)) if plain else None
    except (shapely.GEOSException, ValueError, RecursionError):
        shape = None
    if shape is None or shape.is_empty or shape.has_z:
        faults.append(_fault("geometry", "row.fault.coordinates", value=_shown(given)))
        return None
    if reference is not None:
        shape = reference.to_lonlat(np.array([shape], dtype=object))[0]
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        faults.append(_fault("geometry", "row.fault.degrees", value=_shown(given)))
        return None
    return shape


def _plain_numbers(coordinates: object) -> bool:
    """Whether the coordinates are lists of pairs of finite numbers."""
    waiting = [coordinates]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, list) or not here:
            return False
        if not any(isinstance(part, list) for part in here):
            if len(here) != 2 or any(_number(part) is None for part in here):
                return False
        else:
            waiting += here
    return True


def _expected(column: Column) -> str:
    if column.values:
        return " | ".join(column.values)
    if column.kind == "time":
        return "2026-03-01T08:30:00Z"
    if column.minimum is not None and column.maximum is not None:
        return f"{column.kind} {column.minimum:g}-{column.maximum:g}"
    return column.kind if column.minimum is None else f"{column.kind} >= {column.minimum:g}"


def _fault(where: str, key: str, **facts: Fact) -> Phrase:
    return Phrase("row.fault", {"where": where[:80], "what": Phrase(key, facts)})


def _refused(contract: Contract, faults: list[Phrase]) -> RequestError:
    return RequestError("GP583", collection=contract.name, count=len(faults), faults=tuple(faults))


def _shown(value: object) -> str:
    """The value as JSON, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError, TypeError):
        return "..."
    text = text.encode(errors="replace").decode()
    return text if len(text) <= 80 else f"{text[:79]}…"
