"""Random numbers inside kernels: SplitMix64 on a state of one number, the same on every machine."""

import math

import numpy as np
from numpy.typing import NDArray

from gridplan.partition.kernels.compiled import inner

State = NDArray[np.uint64]

# Rounded, so that libraries whose logarithms differ in the last bit give the same table.
_QUANTILES = np.array([round(-math.log((row + 0.5) / 4096), 9) for row in range(4096)])


def state_of(*seed: int) -> State:
    """The state that ``seed`` stands for."""
    return np.random.SeedSequence([number % 2**64 for number in seed]).generate_state(1, np.uint64).astype(np.uint64)


@inner
def bits(state: State) -> np.uint64:
    """64 random bits (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(mixed ^ (mixed >> np.uint64(31)))


@inner
def unit(state: State) -> float:
    """A number from 0 to below 1."""
    return float(bits(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def below(state: State, count: int) -> int:
    """A whole number from 0 to ``count`` - 1."""
    return int(np.int64((bits(state) >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)))


@inner
def exponential(state: State) -> float:
    """A number of the exponential distribution with mean 1, of 4,096 possible ones."""
    return float(_QUANTILES[np.int64(bits(state) >> np.uint64(52))])
