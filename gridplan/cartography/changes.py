"""How land that changed its grid is drawn, by what happened to it."""

from collections.abc import Mapping

#: Fills by change, of the scheme "vibrant" of Paul Tol, SRON/EPS/TN/09-002.
CHANGE_FILLS: Mapping[str, str] = {
    "moved": "#EE7733",
    "split": "#33BBEE",
    "merged": "#AA4499",
    "new": "#009988",
    "gone": "#BBBBBB",
}
#: Lines of the old plan and of the new one.
OLD_LINE, NEW_LINE = "#b3261e", "#15191d"
