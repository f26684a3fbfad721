"""What a search is told beside the graph and the rule."""

from dataclasses import dataclass

from gridplan.partition import Effort, Objective
from gridplan.progress import Progress, silent


@dataclass(frozen=True)
class Search:
    """Weights, effort, seed, and who is told of the progress."""

    objective: Objective
    effort: Effort
    seed: int
    progress: Progress = silent
