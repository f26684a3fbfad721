"""What differs between two drawings of one plan, row by row, found from the grids that changed alone."""

from gridplan.plan.redraw.changed_rows import Kept
from gridplan.plan.redraw.changed_zones import Replaced
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.facts import drawn_facts
from gridplan.plan.redraw.pairs import Cells, Change, Pair


def changes(before: Drawing, after: Drawing) -> list[Change]:
    """The layers in which two drawings on the same land differ.

    Cost: what the grids hold that are not the same object in both, and the objective of all.
    """
    pair = Pair(before, after)
    facts: dict[str, Cells] = {key: {"value": value} for key, value in drawn_facts(after).items()}
    made = [*Kept(pair).all(), *Replaced(pair).all(), Change("meta", ("key",), facts)]
    return [change for change in made if change.put or change.gone or change.come is not None]
