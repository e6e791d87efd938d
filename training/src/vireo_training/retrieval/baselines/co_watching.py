"""What the feed does without a model: see docs/decisions/0005-score-without-a-model.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData
from vireo_training.retrieval.popularity import impressions_of

Floats = NDArray[np.float32]

PAIRED_WITH = 10
"""Interactions before one that it counts together with."""
SEEDS = 30
SEED_HALF_LIFE = 25
OWN_EXPONENT, NEIGHBOUR_EXPONENT, POPULARITY_EXPONENT = 0.7, 0.75, 0.25
GOOD = 4 | 8 | 64 | 128 | 256 | 512
"""Bits of outcomes: long view, finish, like, share, comment, follow."""


@dataclass(frozen=True)
class FittedCoWatching:
    weights: scipy.sparse.csr_array  # [V, V], from a seed's row to its neighbours
    factor: Floats  # [V]

    def scores(self, queries: Queries) -> Floats:
        videos = queries.recent_videos[:, :SEEDS]  # [P, S]
        weight = 0.5 ** (np.arange(videos.shape[1]) / SEED_HALF_LIFE)  # [S]
        good = (queries.recent_outcomes[:, :SEEDS] & GOOD) > 0
        person, place = np.nonzero(videos >= 0)
        seeds = scipy.sparse.csr_array(
            ((weight * np.where(good, 1.0, 0.5))[person, place], (person, videos[person, place])),
            (len(queries), len(self.factor)),
        )
        return (seeds @ self.weights).toarray().astype(np.float32) * self.factor  # type: ignore[no-any-return]


@dataclass(frozen=True)
class CoWatching:
    """Of the people who were shown one video, how many had a long view of another within 10 interactions.

    Lists of neighbours are whole here; those of the feed are bounded.
    """

    name: str = "co-watching × popularity, as the feed without a model"

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> None:
        """Its constants are those of the feed."""

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedCoWatching:
        person, video = data.shown()  # [H + N] each
        samples = data.samples
        good = np.concatenate([data.history.long_view | data.history.liked, was_good(samples.labels)])
        order = np.argsort(person, kind="stable")
        person, video, good = person[order], video[order], good[order]
        shape = (len(data.videos), len(data.videos))
        counts = scipy.sparse.csr_array(shape, dtype=np.float32)
        for lag in range(1, PAIRED_WITH + 1):
            earlier = np.flatnonzero(person[:-lag] == person[lag:])
            later = earlier + lag
            for seed_row, found in ((earlier, later), (later, earlier)):
                kept = good[found] & (video[seed_row] != video[found])
                seeds, neighbours = video[seed_row][kept], video[found][kept]
                counts += scipy.sparse.csr_array((np.ones(len(seeds), np.float32), (seeds, neighbours)), shape)
        plays = np.bincount(video, minlength=len(data.videos))  # [V]
        long_views = np.bincount(data.long_views()[1], minlength=len(data.videos))
        yesterday = impressions_of(data, test_day - 1, test_day)
        own = np.maximum(1, plays) ** -OWN_EXPONENT
        neighbour = np.maximum(1, long_views) ** -NEIGHBOUR_EXPONENT * (0.1 + yesterday) ** POPULARITY_EXPONENT
        return FittedCoWatching(scipy.sparse.csr_array(counts.multiply(own[:, None])), neighbour.astype(np.float32))


def was_good(labels: dict[str, Floats]) -> NDArray[np.bool_]:
    tasks = ("long_view", "finish", "like", "share", "comment", "follow")
    return np.any([labels[task] == 1 for task in tasks], axis=0)  # type: ignore[no-any-return]
