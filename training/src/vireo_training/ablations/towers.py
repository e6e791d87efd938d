"""The two towers with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vireo_training.data import RetrievalData
from vireo_training.evaluation.retrieval_quality import find
from vireo_training.evaluation.retrieval_runs import FIRST, RetrievalDay
from vireo_training.evaluation.saved_runs import Arrays
from vireo_training.retrieval.retriever import TwoTowerRetriever
from vireo_training.retrieval.settings import RetrievalSettings

Change = Callable[[RetrievalSettings], RetrievalSettings]


@dataclass(frozen=True)
class TowersVariant:
    name: str
    settings: RetrievalSettings

    def made(self, data: RetrievalData, asked: RetrievalDay, seed: int) -> Arrays:
        """Where the day's videos to be found are ranked by towers that have learned all days before."""
        choice = {"epochs": self.settings.epochs}
        fitted = TwoTowerRetriever(self.settings).fit(data.before(asked.day), asked.day, choice, seed)
        found = find(fitted.scores(asked.queries), asked.masked, asked.relevant, FIRST)
        return {"person": found.person, "rank": found.rank, "first": found.first}


def towers(**changes: float) -> Change:
    return lambda settings: replace(settings, towers=replace(settings.towers, **changes))  # type: ignore[arg-type]


def training(**changes: float) -> Change:
    return lambda settings: replace(settings, **changes)  # type: ignore[arg-type]


CHANGES: dict[str, Change] = {
    "reads 10 events": towers(recent=10),
    "reads 20 events": towers(recent=20),
    "1 attention query": towers(attention_queries=1),
    "no context": towers(context=False),
    "no id dropout": towers(id_dropout=0.0),
    "id dropout .3": towers(id_dropout=0.3),
    "softmax over all videos": training(in_batch=False),
    "no logQ": training(log_q=False),
    "long views are the only targets": training(unwatched_weight=0.0),
    "and hard negatives weigh .3": training(unwatched_weight=0.0, hard_weight=0.3),
    "no untimed history": training(history_cuts=0),
    "no recent popularity": training(popularity=False),
}


def tower_variants(base: RetrievalSettings, reference: str) -> list[TowersVariant]:
    return [TowersVariant(reference, base), *(TowersVariant(name, change(base)) for name, change in CHANGES.items())]
