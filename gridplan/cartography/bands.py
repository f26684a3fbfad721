"""Colours of walking distances and of shares, and the signs of kinds of services, for pages and pictures alike."""

from collections.abc import Sequence

#: Fills from the nearest band to beyond the last one: the scheme BrBG of C. Brewer's ColorBrewer, turned round, which keeps apart
#: under the common colour blindnesses and in grey.
BANDS = ("#01665e", "#5ab4ac", "#c7eae5", "#d8b365", "#8c510a")
#: Buildings with homes that reach no service of the kind at all, and buildings without homes.
UNREACHED, NO_HOMES = "#4d2600", "#e3e5e8"
#: Fills of shares 0-20 %, 20-40 %, ... 80-100 %: the scheme PuBu of ColorBrewer.
SHARES = ("#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d")
#: Fills of the signs of services, the scheme "bright" of Paul Tol, SRON/EPS/TN/09-002; with the shapes they tell 56 kinds apart.
SIGN_FILLS = ("#EE6677", "#4477AA", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#BBBBBB")
#: Shapes of the signs, as Matplotlib names its markers.
SIGN_SHAPES = ("o", "s", "^", "D", "p", "v", "X", "*")


def band_fills(steps: int) -> tuple[str, ...]:
    """The fills of so many distances, the nearest first, and of what lies beyond them.

    Examples
    --------
    >>> band_fills(3)
    ('#01665e', '#5ab4ac', '#d8b365', '#8c510a')
    """
    if steps <= 1:
        return BANDS[0], BANDS[-1]
    if steps == 3:
        return BANDS[0], BANDS[1], BANDS[3], BANDS[4]
    places = [round(step * (len(BANDS) - 1) / steps) for step in range(steps + 1)]
    return tuple(BANDS[place] for place in places)


def band_of(metres: float | None, within_m: Sequence[int]) -> int:
    """The number of the first distance that is not exceeded; ``len(within_m)`` beyond all, one more where nothing is reached."""
    if metres is None:
        return len(within_m) + 1
    return next((number for number, step in enumerate(within_m) if metres <= step), len(within_m))


def share_class(share: float) -> int:
    """0 for a share below 20 %, 1 below 40 %, ... 4 from 80 % on.

    Examples
    --------
    >>> share_class(0.2), share_class(1.0)
    (1, 4)
    """
    return min(int(share * 5 + 1e-9), 4)


def sign(number: int) -> tuple[str, str]:
    """Shape and fill of the sign of a kind of service by its number in the sorted kinds."""
    return SIGN_SHAPES[number % len(SIGN_SHAPES)], SIGN_FILLS[number % len(SIGN_FILLS)]
