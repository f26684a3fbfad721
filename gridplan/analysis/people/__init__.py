"""Who works in grids, and which bodies they have: posts, party groups, committees."""
