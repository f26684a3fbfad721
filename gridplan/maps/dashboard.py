"""The files and words of the dashboard: the way in to the service, with what a plan comes to at a glance."""

from functools import cache

from gridplan.maps.shipped import SCRIPT, STYLE, PageFile, embedded, shipped_bytes, words
from gridplan.messages import Language

#: In the order in which they run, after MapLibre, which is that of the viewer page.
DASHBOARD_SCRIPTS = ("words.js", "told.js", "cards.js", "map.js", "start.js")
#: The distance of which coverage is shown, in metres: a walk of some seven minutes.
WITHIN_M = 500
#: Shares that a card shows before it says how many more there are.
_MOST = 6
#: Kinds of services that people need every day, which stand first.
_FIRST = (
    *("clinic", "school", "kindergarten", "marketplace", "pharmacy", "elderly_care", "service_centre", "community_centre"),
    *("childcare", "supermarket", "nursing_home", "canteen", "hospital", "doctors", "bus_stop", "park", "library"),
)


@cache
def dashboard_file(name: str) -> PageFile | None:
    """The file that the page asks for as ``dashboard/<name>``; None where there is none."""
    if name not in (*DASHBOARD_SCRIPTS, "dashboard.css"):
        return None
    return PageFile(shipped_bytes(f"dashboard/{name}"), STYLE if name.endswith(".css") else SCRIPT)


def dashboard_data(language: Language, plan: str, *, chosen: bool, planner: bool, sheets: int) -> str:
    """What the scripts of the page start from, as JSON that can stand in it.

    Parameters
    ----------
    plan : id of the plan that is shown first; empty where there is none.
    chosen : whether the reader chose the language, so that links go on in it.
    planner : whether the reader may have distances measured.
    sheets : of an atlas that are drawn at once.
    """
    return embedded(
        {
            "language": language,
            "chosen": chosen,
            "planner": planner,
            "sheets": sheets,
            "plan": plan,
            "within": WITHIN_M,
            "most": _MOST,
            "first": _FIRST,
            "worker": "viewer/maplibre-gl-csp-worker.js",
            "words": words("dashboard")[language],
            "services": words("service")[language],
        }
    )
