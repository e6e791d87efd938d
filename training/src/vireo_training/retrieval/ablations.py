"""What each part of the two towers is worth: the same training with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vireo_training.data import RetrievalData
from vireo_training.evaluation.retrieval_quality import find, ndcgs, recalls
from vireo_training.evaluation.retrieval_runs import retrieval_day
from vireo_training.retrieval.retriever import TwoTowerRetriever
from vireo_training.retrieval.settings import RetrievalSettings, TowerSettings

Change = Callable[[RetrievalSettings], RetrievalSettings]


@dataclass(frozen=True)
class Ablation:
    name: str
    recall_100: float  # means over people of all days
    ndcg_20: float


def towers(**changes: float) -> Change:
    return lambda settings: replace(settings, towers=changed_towers(settings.towers, changes))


def training(**changes: float) -> Change:
    return lambda settings: replace(settings, **changes)  # type: ignore[arg-type]


def changed_towers(settings: TowerSettings, changes: dict[str, float]) -> TowerSettings:
    return replace(settings, **changes)  # type: ignore[arg-type]


CHANGES: dict[str, Change] = {
    "as configured": lambda settings: settings,
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


def ablations(
    data: RetrievalData,
    days: Sequence[int],
    settings: RetrievalSettings,
    seed: int,
    changes: dict[str, Change] = CHANGES,
) -> Iterator[Ablation]:
    """Trains each variant for all of its epochs, for each of `days`: others than those that models are judged on."""
    asked = [retrieval_day(data, day) for day in days]
    for name, change in changes.items():
        retriever = TwoTowerRetriever(change(settings))
        found = []
        for each in asked:
            fitted = retriever.fit(data.before(each.day), each.day, {"epochs": retriever.settings.epochs}, seed)
            found.append(find(fitted.scores(each.queries), each.masked, each.relevant, 20))
        yield Ablation(
            name,
            recall_100=float(np.concatenate([recalls(day, 100).value for day in found]).mean()),
            ndcg_20=float(np.concatenate([ndcgs(day, 20).value for day in found]).mean()),
        )
