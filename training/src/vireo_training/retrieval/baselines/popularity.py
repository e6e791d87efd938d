"""The same for everybody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData
from vireo_training.retrieval.popularity import long_views_of

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FittedPopularity:
    by_video: Floats  # [V]

    def scores(self, queries: Queries) -> Floats:
        return np.broadcast_to(self.by_video, (len(queries), len(self.by_video)))  # [P, V]


@dataclass(frozen=True)
class Popularity:
    """The number of long views on the days before."""

    days: int

    @property
    def name(self) -> str:
        return f"popularity, {self.days} day{'' if self.days == 1 else 's'}"

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> None:
        """There is nothing to choose."""

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedPopularity:
        return FittedPopularity(long_views_of(data, test_day - self.days, test_day))
