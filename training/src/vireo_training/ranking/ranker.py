"""The ranker as evaluation calls it: what is chosen on the last day before, what is learned from all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Samples, Videos
from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.calibration import Calibration, fit_calibration
from vireo_training.ranking.network import RankingNetwork
from vireo_training.ranking.settings import RankingSettings
from vireo_training.ranking.training import Predictions, Trained, train
from vireo_training.training_loop import Run


@dataclass(frozen=True)
class NetworkRanker:
    name: str
    settings: RankingSettings
    videos: Videos = field(repr=False)
    build: type[RankingModule] = RankingNetwork

    def choose(self, train_samples: Samples, validation: Samples, seed: int) -> dict[str, Any]:
        """How many epochs were best on the last day, by the log loss of all tasks, and each task's calibration."""
        found: list[tuple[float, dict[str, Any]]] = []

        def look(epoch: int, trained: Trained) -> None:
            predictions = trained.predict(validation)
            found.append(judged(epoch, predictions, validation, self.settings.network.tasks))

        run = Run(after_epoch=look)
        train(train_samples, self.videos, self.settings, self.settings.epochs, seed, run, self.build)
        return min(found, key=lambda each: each[0])[1]

    def fit(self, train_samples: Samples, choice: Any, seed: int) -> FittedNetwork:
        trained = train(train_samples, self.videos, self.settings, choice["epochs"], seed, build=self.build)
        return FittedNetwork(trained, {task: Calibration(*line) for task, line in choice["calibration"].items()})


@dataclass(frozen=True)
class FittedNetwork:
    trained: Trained
    calibrations: dict[str, Calibration]

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        predictions = self.trained.predict(rows)
        tasks = self.trained.settings.network.tasks
        chances = {
            task: self.calibrations[task].of(logits) for task, logits in zip(tasks, predictions.logits.T, strict=True)
        }
        watched = {"watch_ms": predictions.watch_ms} if self.trained.settings.watch_weight > 0 else {}
        return chances | watched


def judged(
    epoch: int, predictions: Predictions, validation: Samples, tasks: tuple[str, ...]
) -> tuple[float, dict[str, Any]]:
    """The sum of the tasks' log losses after calibration, and the choice."""
    total, lines = 0.0, {}
    for task, logits in zip(tasks, predictions.logits.T, strict=True):
        labels = validation.labels[task]
        line = fit_calibration(labels, logits)
        lines[task] = [line.slope, line.intercept]
        known = ~np.isnan(labels)
        if known.any():
            total += log_loss(labels[known], line.of(logits[known]))
    return total, {"epochs": epoch, "calibration": lines}


def log_loss(labels: NDArray[np.float32], chances: NDArray[np.float64]) -> float:
    return float(-np.log(np.where(labels == 1, chances, 1 - chances).clip(1e-12)).mean())
