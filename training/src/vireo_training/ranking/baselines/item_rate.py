"""How often it happened with the video, whoever saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import History, Samples
from vireo_training.ranking.features import fit_strength
from vireo_training.ranking.settings import TASKS


@dataclass(frozen=True)
class ItemRate:
    """Shares of the training rows and of the history before them, drawn to that of all videos by a Beta prior that is
    learned from them."""

    history: History = field(repr=False)
    name: str = "item rate"
    tasks: tuple[str, ...] = TASKS

    def choose(self, train: Samples, validation: Samples, seed: int) -> None:
        """There is nothing to choose."""

    def fit(self, train: Samples, choice: object, seed: int) -> FittedItemRate:
        earlier = {"long_view": self.history.long_view, "like": self.history.liked}
        shares = {}
        for task in self.tasks:
            known = ~np.isnan(train.labels[task])
            videos, happened = [train.video[known]], [train.labels[task][known] == 1]
            if task in earlier:
                videos.append(self.history.video)
                happened.append(earlier[task])
            shares[task] = smoothed_shares(np.concatenate(videos), np.concatenate(happened))
        return FittedItemRate(shares)


@dataclass(frozen=True)
class FittedItemRate:
    shares: Mapping[str, NDArray[np.float64]]  # [W] by video, and last that of a video that was not shown

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        return {task: shares[np.minimum(rows.video, len(shares) - 1)] for task, shares in self.shares.items()}


def smoothed_shares(video: NDArray[np.int64], happened: NDArray[np.bool_]) -> NDArray[np.float64]:
    trials = np.bincount(video).astype(np.float64)  # [W - 1]
    successes = np.bincount(video, happened).astype(np.float64)  # [W - 1]
    strength = fit_strength(successes, trials)
    usual = successes.sum() / max(1.0, trials.sum())
    return np.append((successes + usual * strength) / (trials + strength), usual)
