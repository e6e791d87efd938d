"""People and videos as vectors (Hu, Koren and Volinsky, Collaborative Filtering for Implicit Feedback, ICDM 2008)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from vireo_training.data import Queries, RetrievalData
from vireo_training.retrieval.baselines.interactions import long_view_matrix
from vireo_training.retrieval.validation import recall_on

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FittedFactors:
    people: Floats  # [people, D]
    videos: Floats  # [V, D]

    def scores(self, queries: Queries) -> Floats:
        return self.people[queries.person] @ self.videos.T  # [P, V]


@dataclass(frozen=True)
class MatrixFactorisation:
    """Alternating least squares on long views; one without any weighs 1, a long view 1 + alpha."""

    name: str = "iALS"
    factors: int = 64
    iterations: int = 10
    alpha: float = 10.0
    options: tuple[float, ...] = (30, 100, 200)
    """Strength of the ridge."""

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> float:
        earlier = data.before(validation_day)
        return max(
            self.options,
            key=lambda option: recall_on(validation_day, data, self.fit(earlier, validation_day, option, seed)),
        )

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedFactors:
        if not isinstance(choice, float | int):
            raise TypeError(f"{self.name} needs a number, not {choice!r}")
        # It has threads of its own, and warns of others below them.
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=float(choice),
                alpha=self.alpha,
                iterations=self.iterations,
                num_threads=1,
                random_state=seed,
            )
            model.fit(scipy.sparse.csr_matrix(long_view_matrix(data)), show_progress=False)
        return FittedFactors(model.user_factors, model.item_factors)
