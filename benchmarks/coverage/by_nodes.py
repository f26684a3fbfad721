"""Distances by pandana or networkx, which put places on the nearest corner: ``python by_nodes.py METHOD IN.npz OUT.npy LIMIT``.

A program of its own, with none of gridplan, since pandana stands in an environment of its own. Metres by home
and kind go to OUT, seconds of each step and the memory at most to OUT.json, as pandana prints what it does.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np


def by_pandana(given: "np.lib.npyio.NpzFile", limit: float, clock: dict[str, float]) -> np.ndarray:
    """Metres from corner to corner; what lies between home or service and its corner is not in them."""
    import pandana
    import pandas as pd

    begin = time.perf_counter()
    weights = pd.DataFrame({"length": given["length"]})
    x, y = pd.Series(given["x"]), pd.Series(given["y"])
    network = pandana.Network(x, y, pd.Series(given["start"]), pd.Series(given["end"]), weights, twoway=True)
    clock["network"] = time.perf_counter() - begin
    begin = time.perf_counter()
    homes = network.get_node_ids(pd.Series(given["homes"][:, 0]), pd.Series(given["homes"][:, 1])).to_numpy()
    found = []
    for kind in range(int(given["kind"].max()) + 1):
        sites = given["sites"][given["kind"] == kind]
        network.set_pois(f"k{kind}", limit, 1, pd.Series(sites[:, 0]), pd.Series(sites[:, 1]))
        nearest = network.nearest_pois(limit, f"k{kind}", num_pois=1)[1].to_numpy()
        found.append(np.where(nearest[homes] >= limit, np.inf, nearest[homes]))
    clock["distances"] = time.perf_counter() - begin
    return np.column_stack(found)


def by_networkx(given: "np.lib.npyio.NpzFile", limit: float, clock: dict[str, float]) -> np.ndarray:
    """As pandana's, by ``multi_source_dijkstra_path_length``."""
    import networkx as nx
    from scipy.spatial import cKDTree

    begin = time.perf_counter()
    graph = nx.Graph()
    graph.add_nodes_from(range(len(given["x"])))
    ends = zip(given["start"].tolist(), given["end"].tolist(), given["length"].tolist(), strict=True)
    # Of two edges between the same corners the shorter counts.
    graph.add_weighted_edges_from(sorted(ends, key=lambda edge: -edge[2]))
    clock["network"] = time.perf_counter() - begin
    begin = time.perf_counter()
    corners = cKDTree(np.column_stack([given["x"], given["y"]]))
    homes, sites = corners.query(given["homes"])[1], corners.query(given["sites"])[1]
    found = []
    for kind in range(int(given["kind"].max()) + 1):
        sources = set(sites[given["kind"] == kind].tolist())
        metres = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=limit)
        found.append(np.array([metres.get(home, np.inf) for home in homes.tolist()]))
    clock["distances"] = time.perf_counter() - begin
    return np.column_stack(found)


def main() -> None:
    method, source, target, limit = sys.argv[1:]
    clock: dict[str, float] = {}
    cpu = time.process_time()
    with np.load(source) as given:
        metres = {"pandana": by_pandana, "networkx": by_networkx}[method](given, float(limit), clock)
    clock["cpu"] = time.process_time() - cpu
    np.save(target, metres)
    clock["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(f"{target}.json").write_text(json.dumps(clock))


if __name__ == "__main__":
    main()
