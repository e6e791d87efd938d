"""Watch time as the median of videos of that length."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from vireo_training.data import Samples, Videos
from vireo_training.ranking.piecewise import steps
from vireo_training.ranking.watch_time import WatchScale, fit_watch_scale


@dataclass(frozen=True)
class LengthMedian:
    videos: Videos = field(repr=False)
    name: str = "median by length"

    def choose(self, train: Samples, validation: Samples, seed: int) -> None:
        """There is nothing to choose."""

    def fit(self, train: Samples, choice: object, seed: int) -> FittedLengthMedian:
        lengths_ms = self.videos.lengths_ms
        return FittedLengthMedian(fit_watch_scale(lengths_ms[train.video], train.labels["watch_ms"]), lengths_ms)


@dataclass(frozen=True)
class FittedLengthMedian:
    scale: WatchScale
    lengths_ms: NDArray[np.float32]  # [V]

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        quantiles_ms = self.scale(torch.from_numpy(self.lengths_ms[rows.video]))  # [N, K + 2]
        half = steps(torch.tensor([0.5]), self.scale.levels())  # [1, K + 1]
        return {"watch_ms": (torch.diff(quantiles_ms, dim=1) * half).sum(dim=1).double().numpy()}
