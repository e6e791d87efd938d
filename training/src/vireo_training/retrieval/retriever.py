"""The two towers as a row of the evaluation's table."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from vireo_training.data import Queries, RetrievalData
from vireo_training.retrieval.settings import RetrievalSettings
from vireo_training.retrieval.training import Trained, train
from vireo_training.retrieval.validation import recall_on
from vireo_training.training_loop import Run

Floats = NDArray[np.float32]
PEOPLE_AT_ONCE = 1024


@dataclass(frozen=True)
class FittedTwoTower:
    trained: Trained
    day: int
    popularity: bool

    @torch.no_grad()
    def scores(self, queries: Queries) -> Floats:
        model, catalogue = self.trained.model.eval(), self.trained.catalogue
        videos = catalogue.videos(model, torch.arange(len(catalogue), device=catalogue.device))  # [V, D]
        term = self.trained.popularity_term(self.day) if self.popularity else torch.zeros(len(videos))  # [V]
        scores = np.empty((len(queries), len(videos)), dtype=np.float32)  # [P, V]
        for start in range(0, len(queries), PEOPLE_AT_ONCE):
            rows = np.arange(start, min(start + PEOPLE_AT_ONCE, len(queries)))
            people = catalogue.people(model, queries.where(rows))  # [B, D]
            scores[rows] = (people @ videos.T + term.to(people.device)).cpu().numpy()
        return scores


@dataclass(frozen=True)
class TwoTowerRetriever:
    settings: RetrievalSettings = field(default_factory=RetrievalSettings)
    name: str = "two-tower"

    def choose(self, data: RetrievalData, validation_day: int, seed: int) -> dict[str, int]:
        """After how many epochs it does best on the validation day."""
        recalls: dict[int, float] = {}

        def judge(epoch: int, trained: Trained) -> None:
            fitted = FittedTwoTower(trained, validation_day, self.settings.popularity)
            recalls[epoch] = recall_on(validation_day, data, fitted)

        train(data, validation_day, self.settings, self.settings.epochs, seed, Run(after_epoch=judge))
        return {"epochs": max(recalls, key=lambda epoch: recalls[epoch])}

    def fit(self, data: RetrievalData, test_day: int, choice: object, seed: int) -> FittedTwoTower:
        if not isinstance(choice, dict):
            raise TypeError(f"{self.name} needs a number of epochs, not {choice!r}")
        trained = train(data, test_day, self.settings, int(choice["epochs"]), seed)
        return FittedTwoTower(trained, test_day, self.settings.popularity)
