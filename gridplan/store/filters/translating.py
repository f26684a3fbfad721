"""The tree of a filter becomes one condition of SQL, every value of it bound."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.store.dialects import Dialect
from gridplan.store.dialects.scalars import FUNCTIONS, Scalar
from gridplan.store.filters.arithmetic import ARITHMETIC, calculate
from gridplan.store.filters.comparing import COMPARISONS, among, as_value, between, compare, like, truth
from gridplan.store.filters.intervals import TEMPORAL, Span, open_end, relate_spans, span
from gridplan.store.filters.moments import instant, ordered_date
from gridplan.store.filters.reading import MOST_DEPTH, MOST_OPERATORS, Tree, not_cql2, too_much
from gridplan.store.filters.references import Reference
from gridplan.store.filters.shapes import SPATIAL, is_shape, literal_shape, relate
from gridplan.store.filters.values import (
    Columns,
    Condition,
    Value,
    bool_value,
    column_value,
    number_value,
    queryable,
    text_value,
    wrong_type,
)

_TEXTS: dict[str, Scalar] = {"casei": "folded", "accenti": "unaccented"}
OPERATORS = ("and", "or", "not", *COMPARISONS, "between", "in", "like", "isNull", *ARITHMETIC, *_TEXTS, *SPATIAL, *TEMPORAL)
_COUNTS = {"not": 1, "isNull": 1, "between": 3, "casei": 1, "accenti": 1}


@dataclass
class Translation:
    """One walk over a tree: where its columns, literals and functions come from, and how deep and far it is."""

    columns: Columns
    reference: Reference
    dialect: Dialect
    depth: int = 0
    operators: int = 0

    def condition(self, node: Tree, *, decides: bool) -> Condition:
        """A node that is true, false or unknown; ``decides``: where unknown is as good as false.

        Raises
        ------
        RequestError
            GP540-GP545, GP548; see :meth:`gridplan.store.filters.Filter.condition`.
        """
        if not (isinstance(node, dict) and "op" in node):
            return truth(self.value(node), "filter")
        operator, operands = self._operation(node)
        self.depth += 1
        self.operators += 1
        if self.depth > MOST_DEPTH:
            raise too_much("filter.depth", self.depth, MOST_DEPTH)
        if self.operators > MOST_OPERATORS:
            raise too_much("filter.operators", self.operators, MOST_OPERATORS)
        made = self._condition_of(operator, operands, decides=decides)
        self.depth -= 1
        return made

    def _condition_of(self, operator: str, operands: list[Tree], *, decides: bool) -> Condition:
        if operator in ("and", "or"):
            joined = [self.condition(operand, decides=decides) for operand in operands]
            return sa.and_(*joined) if operator == "and" else sa.or_(*joined)
        if operator == "not":
            return sa.not_(self.condition(operands[0], decides=False))
        if operator in SPATIAL:
            one, other = (self._geometry(operand, operator) for operand in operands)
            return relate(SPATIAL[operator], one, other, self.dialect, decides=decides)
        if operator in TEMPORAL:
            first, second = (self._span(operand, operator) for operand in operands)
            return relate_spans(operator, first, second, self.dialect)
        if operator == "isNull":
            return self._empty(operands[0])
        if operator == "in":
            choices = operands[1]
            if not isinstance(choices, list) or not choices:
                raise not_cql2("filter.list", operator=operator)
            return among(self.value(operands[0]), [self.value(choice) for choice in choices])
        values = [self.value(operand) for operand in operands]
        if operator in COMPARISONS:
            return compare(operator, values[0], values[1], self.dialect)
        if operator == "between":
            return between(values[0], values[1], values[2], self.dialect)
        if operator == "like":
            return like(values[0], values[1], self.dialect)
        return truth(self._computed(operator, values), "filter")

    def value(self, node: Tree) -> Value:
        """A node that stands on one side of an operator.

        Raises
        ------
        RequestError
            GP540-GP545, GP548; see :meth:`gridplan.store.filters.Filter.condition`.
        """
        if isinstance(node, bool):
            return bool_value(node)
        if isinstance(node, float):
            return number_value(node)
        if isinstance(node, str):
            return text_value(node)
        if node is None:
            raise wrong_type("null", "scalar", "null")
        if isinstance(node, list):
            raise wrong_type("(..., ...)", "scalar", "list")
        if "op" in node:
            return self._result(node)
        if "property" in node:
            return column_value(self.columns, node["property"])
        for kind in ("date", "timestamp"):
            if kind in node:
                return instant(node[kind], kind)
        if "interval" in node or is_shape(node):
            raise wrong_type("=, <, ...", "scalar", "interval" if "interval" in node else "geometry")
        raise not_cql2("filter.node", near=", ".join(node)[:80])

    def _result(self, node: dict[str, Tree]) -> Value:
        operator, operands = self._operation(node)
        if operator not in ARITHMETIC and operator not in _TEXTS:
            return as_value(self.condition(node, decides=False))
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise too_much("filter.depth", self.depth, MOST_DEPTH)
        made = self._computed(operator, [self.value(operand) for operand in operands])
        self.depth -= 1
        return made

    def _computed(self, operator: str, values: Sequence[Value]) -> Value:
        if operator in ARITHMETIC:
            return calculate(operator, values[0], values[1], self.dialect)
        if values[0].kind != "text":
            raise wrong_type(operator, "text", values[0].kind)
        name = _TEXTS[operator]
        if isinstance(values[0].known, str):
            return text_value(str(FUNCTIONS[name](values[0].known)))
        return Value("text", self.dialect.scalar(name, values[0].sql))

    def _operation(self, node: dict[str, Tree]) -> tuple[str, list[Tree]]:
        """The operator of a node, and its operands in the right number."""
        operator, operands = node["op"], node.get("args")
        if operator not in OPERATORS or not isinstance(operator, str):
            raise RequestError("GP544", operator=str(operator)[:40], known=", ".join(OPERATORS))
        if not isinstance(operands, list):
            raise not_cql2("filter.list", operator=operator)
        if operator == "between" and len(operands) == 2 and isinstance(operands[1], list):
            operands = [operands[0], *operands[1]]
        least = _COUNTS.get(operator, 2)
        if len(operands) != least and not (operator in ("and", "or") and len(operands) > least):
            raise not_cql2("filter.operands", operator=operator, expected=least, found=len(operands))
        return operator, operands

    def _empty(self, node: Tree) -> Condition:
        if isinstance(node, dict) and "property" in node:
            return queryable(self.columns, node["property"]).column.is_(None)
        return self.value(node).sql.is_(None)

    def _geometry(self, node: Tree, operator: str) -> sa.Table | shapely.Geometry:
        if isinstance(node, dict) and "property" in node:
            found = queryable(self.columns, node["property"])
            table = getattr(found.column, "table", None)
            if found.kind != "geometry" or not isinstance(table, sa.Table):
                raise wrong_type(operator, "geometry", found.kind)
            return table
        if isinstance(node, dict) and is_shape(node):
            return literal_shape(node, self.reference)
        raise wrong_type(operator, "geometry", "scalar")

    def _span(self, node: Tree, operator: str) -> Span:
        if isinstance(node, dict) and "interval" in node:
            ends = node["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise not_cql2(
                    "filter.operands", operator="interval", expected=2, found=len(ends) if isinstance(ends, list) else 1
                )
            return span(self._end(ends[0], start=True), self._end(ends[1], start=False))
        value = self.value(node)
        if value.kind not in ("time", "date"):
            raise wrong_type(operator, "time", value.kind)
        return Span(value, value)

    def _end(self, node: Tree, *, start: bool) -> Value:
        if node == "..":
            return open_end(start=start)
        if isinstance(node, str):
            return instant(node, "date" if ordered_date(node) else "timestamp")
        return self.value(node)
