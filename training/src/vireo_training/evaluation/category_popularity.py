"""The baseline for videos that nobody has seen: how well their categories do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData


@dataclass(frozen=True)
class FittedCategoryPopularity:
    by_video: NDArray[np.float32]  # [V]

    def scores(self, queries: Queries) -> NDArray[np.float32]:
        return np.broadcast_to(self.by_video, (len(queries), len(self.by_video)))  # [P, V]


@dataclass(frozen=True)
class CategoryPopularity:
    """A video scores what a displayed video of its categories had of recent long views, on average."""

    days: int = 7
    name: str = "popularity by category"

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> None:
        """There is nothing to choose."""

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedCategoryPopularity:
        samples = data.samples
        viewed = (samples.labels["long_view"] == 1) & (samples.day >= test_day - self.days)
        videos = len(data.videos)
        views = np.bincount(samples.video[viewed], minlength=videos)  # [V]
        was_shown = np.bincount(data.shown()[1], minlength=videos) > 0  # [V]
        overall = float(views[was_shown].mean()) if was_shown.any() else 0.0
        names = sorted({category for own in data.videos.categories for category in own})
        number = {name: at for at, name in enumerate(names)}
        pairs = np.array(
            [(video, number[each]) for video, own in enumerate(data.videos.categories) for each in own], dtype=np.int64
        ).reshape(-1, 2)  # [K, 2], of video and category
        shown = pairs[was_shown[pairs[:, 0]]]
        totals = np.bincount(shown[:, 1], views[shown[:, 0]], len(names))  # [C]
        of_category = totals / np.maximum(1, np.bincount(shown[:, 1], minlength=len(names)))
        counts = np.bincount(pairs[:, 0], minlength=videos)  # [V]
        sums = np.bincount(pairs[:, 0], of_category[pairs[:, 1]], videos)
        by_video = np.where(counts > 0, sums / np.maximum(1, counts), overall)
        return FittedCategoryPopularity(by_video.astype(np.float32))
