"""What a model must offer to be judged.

Names are those of the report's rows, unique within a list. `repr` must tell the whole configuration, as that of a
frozen dataclass does: results that were kept are used again while it and the data stay the same.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData, Samples


class FittedRanker(Protocol):
    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        """A probability of each row [N] by task, for 'watch_ms' a time in ms [N]; tasks that it lacks are absent."""


class Ranker(Protocol):
    @property
    def name(self) -> str: ...

    def choose(self, train: Samples, validation: Samples, seed: int) -> object:
        """What can go to JSON (epochs, …): `validation` is the last day before the test day, `train` all before it."""

    def fit(self, train: Samples, choice: object, seed: int) -> FittedRanker:
        """Learns all days before the test day. `choice` has been to JSON and back."""


class FittedRetriever(Protocol):
    def scores(self, queries: Queries) -> NDArray[np.float32]:
        """Of the whole catalogue, higher is better: [P, V]."""


class Retriever(Protocol):
    @property
    def name(self) -> str: ...

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> object:
        """What can go to JSON. `data` ends with the validation day, which is the last one before the test day."""

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedRetriever:
        """`data` ends before the test day. `choice` has been to JSON and back."""
