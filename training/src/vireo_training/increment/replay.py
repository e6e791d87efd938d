"""What an increment repeats, so that what is new does not take the place of what was known (experience replay: Rolnick
et al., "Experience Replay for Continual Learning", NeurIPS 2019)."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def reservoir_of(rows: int, most: int, seed: int) -> Ints:
    """As many of so many rows: the same ones as long as the rows and the seed are the same."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:most])


def repeated(reservoir: Ints, new: int, share: float, random: np.random.Generator) -> Ints:
    """Rows of the reservoir that make up this share beside so many new ones; all of it where it has no more."""
    wanted = round(new * share / (1 - share))
    return random.permutation(reservoir)[:wanted]
