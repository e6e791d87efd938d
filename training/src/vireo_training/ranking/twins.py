"""A network of its own for each task: what a task gains or loses by being learned with the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Samples
from vireo_training.ranking.ranker import FittedNetwork, NetworkRanker


@dataclass(frozen=True)
class SingleTaskTwins:
    ranker: NetworkRanker
    tasks: tuple[str, ...]
    name: str = "single-task"

    def choose(self, train: Samples, validation: Samples, seed: int) -> dict[str, Any]:
        return {task: self.of(task).choose(train, validation, seed) for task in self.tasks}

    def fit(self, train: Samples, choice: Any, seed: int) -> FittedTwins:
        return FittedTwins({task: self.of(task).fit(train, choice[task], seed) for task in self.tasks})

    def of(self, task: str) -> NetworkRanker:
        """The same network and training for one task alone."""
        network = replace(self.ranker.settings.network, tasks=(task,))
        settings = replace(self.ranker.settings, network=network, watch_weight=0.0)
        return replace(self.ranker, name=f"{self.name}: {task}", settings=settings)


@dataclass(frozen=True)
class FittedTwins:
    networks: dict[str, FittedNetwork]

    def predict(self, rows: Samples) -> dict[str, NDArray[np.float64]]:
        return {task: network.predict(rows)[task] for task, network in self.networks.items()}
