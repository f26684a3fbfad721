"""Arithmetic on numbers, always on floats, so that both databases give the same bits.

What would leave the range of a float is refused beforehand, from the powers of ten that each operand may reach, since PostgreSQL
ends a whole query for it. A division by zero is unknown.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects import Dialect
from gridplan.store.dialects.scalars import FUNCTIONS, POWER_DIGITS, Element, Scalar
from gridplan.store.filters.values import COLUMN_DIGITS, NUMBERS, Value, as_float, bound, number_value, wrong_type

ARITHMETIC = ("+", "-", "*", "/", "div", "%", "^")
_NAMED: Mapping[str, Scalar] = {"div": "quotient", "%": "remainder", "^": "power"}
#: Powers of ten that a result may reach.
_MOST_DIGITS = 290


def calculate(operator: str, left: Value, right: Value, dialect: Dialect) -> Value:
    """The result of one of ``ARITHMETIC``.

    Raises
    ------
    RequestError
        GP543 an operand is no number; GP541 the result may leave the range of a float, or ``^`` or ``%`` stands inside another.
    """
    for side in (left, right):
        if side.kind not in NUMBERS:
            raise wrong_type(operator, "number", side.kind)
    least, most = _digits(operator, left.digits, right.digits)
    if least < -_MOST_DIGITS or most > _MOST_DIGITS:
        raise RequestError("GP541", what=Phrase("filter.digits"), found=max(-least, most), most=_MOST_DIGITS)
    if isinstance(left.known, float) and isinstance(right.known, float):
        return _known(operator, left.known, right.known)
    sides = _operand(left), _operand(right)
    if operator not in _NAMED:
        by = sa.func.nullif(sides[1], bound(0.0, sa.Double()), type_=sa.Double()) if operator == "/" else sides[1]
        made: Element = Grouping(sides[0].op(operator, return_type=sa.Double())(by))
        return Value("float", made, digits=(least, most), powers=left.powers or right.powers)
    twice = operator in ("^", "%")
    if twice and (left.powers or right.powers):
        raise RequestError("GP541", what=Phrase("filter.powers"), found=2, most=1)
    made = dialect.scalar(_NAMED[operator], *sides)
    return Value("float", made, digits=(least, most), powers=twice or left.powers or right.powers)


def _digits(operator: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """Powers of ten between which the result lies where it is not 0; a difference may be as small as a float's last bit."""
    if operator in ("+", "-"):
        return min(left[0], right[0]) - 17, max(left[1], right[1]) + 1
    if operator == "*":
        return left[0] + right[0], left[1] + right[1]
    if operator == "^":
        return -POWER_DIGITS, POWER_DIGITS + 1
    whole = left[0] - right[1], left[1] - right[0]
    return whole if operator == "/" else (min(left[0], right[0]) - 17, max(left[1], right[1], whole[1]) + 1)


def _known(operator: str, left: float, right: float) -> Value:
    if operator in _NAMED:
        result = FUNCTIONS[_NAMED[operator]](left, right)
    elif operator == "/":
        result = left / right if right else None
    else:
        result = {"+": left + right, "-": left - right, "*": left * right}[operator]
    return number_value(result) if isinstance(result, float) else Value("float", sa.cast(sa.null(), sa.Double()))


def _operand(value: Value) -> Element:
    """A number as a float; a column of floats without those so large or small that a result might leave their range."""
    number = as_float(value)
    if not (value.kind == "float" and isinstance(value.sql, sa.ColumnClause)):
        return number
    size: Element = sa.func.abs(number, type_=sa.Double())
    return sa.case(
        (size > bound(10.0**COLUMN_DIGITS, sa.Double()), sa.null()),
        (size < bound(10.0**-COLUMN_DIGITS, sa.Double()), bound(0.0, sa.Double())),
        else_=number,
    )
