"""Sets that grow together: each is a tree of its members, whose root stands for it."""

from gridplan.graph.atom_graph import Ints
from gridplan.partition.kernels.compiled import inner


@inner
def head(tree: Ints, member: int) -> int:
    """The root of the tree of ``member``; shortens the way to it (Tarjan and van Leeuwen 1984, doi:10.1145/62.2160)."""
    while tree[member] != member:
        tree[member] = tree[tree[member]]
        member = tree[member]
    return member
