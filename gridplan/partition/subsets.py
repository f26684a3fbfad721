"""All connected sets of up to some weight, in graphs of any size, as bit masks."""

from collections.abc import Sequence


def connected_sets(weight: Sequence[int], near: Sequence[int], roots: Sequence[int], *, most: int, cap: int) -> list[int] | None:
    """The connected sets of nodes that hold a root and weigh at most ``most``, as bit masks, or None above ``cap`` of them.

    ``near`` is the mask of each node's neighbours. Each set is found once: as the one grown from its first root, with every
    node that was passed over barred from the sets grown after (the order of enumeration of Wernicke 2006,
    doi:10.1109/TCBB.2006.51).
    """
    found: list[int] = []
    passed = 0
    for root in roots:
        passed |= 1 << root
        if weight[root] > most:
            continue
        stack = [(1 << root, near[root] & ~passed, passed, weight[root])]
        while stack:
            members, ahead, barred, total = stack.pop()
            found.append(members)
            if len(found) > cap:
                return None
            while ahead:
                bit = ahead & -ahead
                ahead ^= bit
                barred |= bit
                node = bit.bit_length() - 1
                if total + weight[node] <= most:
                    stack.append((members | bit, ahead | (near[node] & ~barred), barred, total + weight[node]))
    return found


def bits(mask: int) -> list[int]:
    """The positions of the bits that are set, ascending."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def reached(near: Sequence[int], start: int, within: int) -> int:
    """The nodes of ``within`` that are connected with those of ``start``, and these, as a mask; ``near`` as above."""
    seen = ahead = start
    while ahead:
        node = ahead.bit_length() - 1
        fresh = near[node] & within & ~seen
        ahead = (ahead ^ (1 << node)) | fresh
        seen |= fresh
    return seen
