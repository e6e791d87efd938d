"""Videos like those that a person had a long view of: item-kNN and EASE, alone and times yesterday's popularity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse
import torch
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData
from vireo_training.retrieval.baselines.interactions import long_view_matrix, together
from vireo_training.retrieval.popularity import impressions_of, long_views_of
from vireo_training.retrieval.validation import recall_on

Floats = NDArray[np.float32]

TIE = 1e-6
"""A long view of the last week counts so much: it decides among equal scores only."""


class Similarity(Protocol):
    @property
    def options(self) -> tuple[float, ...]:
        """What its parameter is chosen from."""

    def weights(self, together: Floats, option: float) -> Floats:
        """What a long view of the row's video says for the column's: [V, V], 0 on the diagonal."""


@dataclass(frozen=True)
class Cosine:
    """Item-to-item filtering (Linden, Smith and York, 2003); of each video the most similar ones are kept, so many."""

    options: tuple[float, ...] = (100, 1000, 10_000)

    def weights(self, together: Floats, option: float) -> Floats:
        norms = np.sqrt(np.maximum(1, np.diag(together)))  # [V]
        cosines = (together / norms[:, None] / norms).astype(np.float32)  # [V, V]
        np.fill_diagonal(cosines, 0)
        least = max(0, len(cosines) - int(option))
        kept = np.partition(cosines, least, axis=0)[least]  # [V]
        cosines[cosines < kept] = 0
        return cosines


@dataclass(frozen=True)
class Ease:
    """The linear model that gives each video from the others (Steck, Embarrassingly Shallow Autoencoders, WWW 2019)."""

    options: tuple[float, ...] = (300, 1000)
    """Strength of the ridge."""

    def weights(self, together: Floats, option: float) -> Floats:
        ridged = torch.from_numpy(together + option * np.eye(len(together), dtype=np.float32))
        inverse: Floats = torch.cholesky_inverse(torch.linalg.cholesky(ridged)).numpy()  # [V, V]
        weights = (-inverse / np.diag(inverse)).astype(np.float32)
        np.fill_diagonal(weights, 0)
        return weights


@dataclass(frozen=True)
class FittedItemToItem:
    long_views: scipy.sparse.csr_array  # [people, V]
    weights: Floats  # [V, V]
    tie: Floats  # [V]
    factor: Floats  # [V]

    def scores(self, queries: Queries) -> Floats:
        sums = self.long_views[queries.person] @ self.weights  # [P, V]
        return (sums + self.tie) * self.factor  # type: ignore[no-any-return]


@dataclass(frozen=True)
class ItemToItem:
    """The sum of what all of a person's long views say for a video, times (1 + yesterday's impressions)^power."""

    name: str
    similarity: Similarity
    popularity_power: float = 0.0

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> float:
        options = self.similarity.options
        if len(options) == 1:
            return options[0]
        earlier = data.before(validation_day)
        return max(
            options,
            key=lambda option: recall_on(validation_day, data, self.fit(earlier, validation_day, option, seed)),
        )

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedItemToItem:
        if not isinstance(choice, float | int):
            raise TypeError(f"{self.name} needs a number, not {choice!r}")
        matrix = long_view_matrix(data)
        return FittedItemToItem(
            long_views=matrix,
            weights=self.similarity.weights(together(matrix), choice),
            tie=TIE * long_views_of(data, test_day - 7, test_day),
            factor=(1 + impressions_of(data, test_day - 1, test_day)) ** self.popularity_power,
        )
