"""From areas to the graph that is partitioned.

Nothing is imported here on purpose: the engine needs ``gridplan.graph.atom_graph`` alone, and must not load geometry with it.

- ``atom_graph``: ``AtomGraph``, frozen arrays; kinds of edges
- ``adjacency``: ``build_graph`` from cells that share vertices, ``from_tables`` from prepared tables
- ``barriers``: what each stretch of a border lies along
- ``moments``: area, centroid, second moment and perimeter of polygons
"""
