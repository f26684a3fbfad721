"""The errors of gridplan: one tree, each error with a stable code and facts a message is made from.

    GridplanError
    ├── InputError        GP1xx  a file, table or value given by the user cannot be used
    ├── RuleError         GP2xx  a rule or scheme is wrong, or households cannot be cut by it
    ├── GeometryError     GP3xx  cells or graph cannot be made from this geometry
    ├── StoreError        GP4xx  the store refused, is of another version, or holds no such thing
    ├── RequestError      GP5xx  a web request is wrong
    ├── OutputError       GP6xx  a result cannot be written or drawn
    └── MissingToolError  GP7xx  something is not installed, not reachable, not running

A message says what is wrong, where, and what to do next. Its words, in English and Chinese, stand in
``gridplan/messages``; the code that raises gives only the facts.
"""

from gridplan.messages import Fact, Language, text


class GridplanError(Exception):
    """An error of gridplan with its code and facts.

    Parameters
    ----------
    code : a code of ``gridplan/messages``, such as ``"GP101"``.
    **facts : the values that the message names.

    Examples
    --------
    >>> from gridplan.errors import InputError
    >>> error = InputError("GP101", path="town.gpkg")
    >>> error.code
    'GP101'
    """

    def __init__(self, code: str, /, **facts: Fact) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.message())

    def message(self, language: Language = "en") -> str:
        """The code and its message in ``language``."""
        return f"{self.code} {text(self.code, language, **self.facts)}"


class InputError(GridplanError):
    """A file, table or value given by the user cannot be used."""


class RuleError(GridplanError):
    """A rule or scheme is wrong, or households cannot be cut by it."""


class GeometryError(GridplanError):
    """Cells or graph cannot be made from this geometry."""


class StoreError(GridplanError):
    """The store refused, is of another version, or holds no such thing."""


class RequestError(GridplanError):
    """A web request is wrong."""


class OutputError(GridplanError):
    """A result cannot be written or drawn."""


class MissingToolError(GridplanError):
    """Something is not installed, not reachable or not running."""
