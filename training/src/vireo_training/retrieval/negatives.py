"""What was displayed to a person and not watched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class HardNegatives:
    """Of each request's unwatched videos as many as were asked for, drawn evenly."""

    videos: Ints  # [Q, H], -1 none
    log_stands_for: NDArray[np.float32]  # [Q, H], of how many each drawn one stands for: the sampling correction

    def where(self, rows: Ints) -> HardNegatives:
        return HardNegatives(self.videos[rows], self.log_stands_for[rows])


def draw_hard(unwatched: Ints, most: int, random: np.random.Generator) -> HardNegatives:
    """From unwatched videos [Q, K] (-1 none)."""
    there = unwatched >= 0
    luck = np.where(there, random.random(unwatched.shape), 2.0)
    drawn = np.take_along_axis(unwatched, np.argsort(luck, axis=1)[:, :most], axis=1)  # [Q, H]
    count = there.sum(axis=1, keepdims=True)  # [Q, 1]
    stands_for = np.maximum(1, count) / np.maximum(1, np.minimum(count, most))
    return HardNegatives(drawn, np.broadcast_to(np.log(stands_for), drawn.shape).astype(np.float32))
