"""Maps of incidents from the command line."""

import argparse

from gridplan.cli import reading
from gridplan.cli.console import Screen
from gridplan.plan import Plan
from gridplan.progress import Progress
from gridplan.sources import Town


def incident_map(
    args: argparse.Namespace, plan: Plan, town: Town | None, screen: Screen, listen: Progress, *, image: bool
) -> str | bytes:
    """The page of the incidents in ``args.incidents``, or the bytes of the picture; says how many there are, and where."""
    # Other maps need none of this.
    from gridplan.analysis.incidents.view import ViewOptions, incident_view
    from gridplan.maps import view_page
    from gridplan.maps.picture_of_incidents import view_picture

    read = reading.read(args, args.incidents, listen)
    view = incident_view(plan, read.incidents, options=ViewOptions(time_zone=args.time_zone, public=args.public))
    screen.say("cli.map.incidents", rows=read.rows, left_out=len(read.left_out), **view.totals)
    if args.public:
        screen.say("cli.map.rounded", to=view.options.disclosure.round_to)
    if image:
        return view_picture(plan, view, town=town, language=screen.language)
    return view_page(plan, view, town=town, language=screen.language, progress=listen)
