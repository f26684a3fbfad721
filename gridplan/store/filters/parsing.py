"""CQL2 (OGC 21-065r2) filters."""

from dataclasses import dataclass

from gridplan.store.dialects import Dialect
from gridplan.store.filters.reading import FilterLanguage, Tree, read_tree
from gridplan.store.filters.references import Reference, parse_crs
from gridplan.store.filters.translating import Translation
from gridplan.store.filters.values import Columns, Condition

_CLASSES = (
    "cql2-text",
    "cql2-json",
    "basic-cql2",
    "advanced-comparison-operators",
    "case-insensitive-comparison",
    "accent-insensitive-comparison",
    "basic-spatial-functions",
    "basic-spatial-functions-plus",
    "spatial-functions",
    "temporal-functions",
    "property-property",
    "arithmetic",
)
#: The conformance classes of CQL2 that filters keep.
CONFORMANCE = tuple(f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" for name in _CLASSES)


@dataclass(frozen=True)
class Filter:
    """A filter that was read; made by :func:`parse_filter`."""

    tree: Tree
    reference: Reference

    def condition(self, columns: Columns, dialect: Dialect) -> Condition:
        """The filter on the rows of a table.

        Parameters
        ----------
        columns : the columns that it may name, by the names it knows them under; a geometry is a column of its table.

        Raises
        ------
        RequestError
            GP540 an operator lacks operands; GP541 too many operators, too deep; GP542 an unknown property; GP543 a value of the
            wrong type; GP544 an unknown operator or function; GP545 a geometry that is none; GP548 a time that is none.
        """
        return Translation(columns, self.reference, dialect).condition(self.tree, decides=True)


def parse_filter(text: str, *, language: FilterLanguage = "cql2-text", crs: str | None = None) -> Filter:
    """The filter that ``text`` writes.

    Parameters
    ----------
    crs : the CRS of its geometries, as ``filter-crs`` names it; longitude and latitude where it is None.

    Raises
    ------
    RequestError
        GP540 it is not CQL2; GP541 it is too long or too deep; GP546 an unknown CRS.

    Examples
    --------
    >>> parse_filter("households > 300 AND CASEI(name) LIKE CASEI('a%')").tree["op"]
    'and'
    """
    reference = parse_crs(crs, parameter="filter-crs")
    return Filter(read_tree(text, language), reference)
