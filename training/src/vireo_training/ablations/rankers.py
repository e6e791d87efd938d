"""The ranker with one thing changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from vireo_training.data import Samples, Videos
from vireo_training.evaluation.saved_runs import Arrays
from vireo_training.ranking.settings import RankingSettings
from vireo_training.ranking.training import train

Change = Callable[[RankingSettings], RankingSettings]
TASKS = ("long_view", "like", "skip", "click")
TEACHER_SHARE = 0.5
D2Q = "watch time as D2Q"


@dataclass(frozen=True)
class RankerVariant:
    name: str
    settings: RankingSettings
    without: str  # an expression that names of features begin with or end in; empty: all are read
    videos: Videos = field(repr=False)

    def made(self, samples: Samples, day: int, seed: int) -> Arrays:
        """Logits of the day's rows by task and times of watching in ms where it learns them, [N] each, of a network
        that has learned all days before."""
        read = without_features(samples, self.without) if self.without else samples
        trained = train(read.before(day), self.videos, self.settings, self.settings.epochs, seed)
        predicted = trained.predict(read.on(day))
        watched: Arrays = {"watch_ms": predicted.watch_ms} if self.settings.watch_weight > 0 else {}
        return watched | {task: predicted.logits[:, self.settings.network.tasks.index(task)] for task in TASKS}


def without_features(samples: Samples, expression: str) -> Samples:
    """Features that never differ are left out of a network."""

    def kept(names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return np.array([re.search(expression, name) is None for name in names], dtype=np.float32)

    return replace(
        samples,
        person_values=samples.person_values * kept(samples.person_features),
        item_values=samples.item_values * kept(samples.item_features),
    )


def network(**changes: object) -> Change:
    return lambda settings: replace(settings, network=replace(settings.network, **changes))  # type: ignore[arg-type]


def training(**changes: float) -> Change:
    return lambda settings: replace(settings, **changes)  # type: ignore[arg-type]


def teacher(share: float) -> Change:
    return lambda settings: replace(settings, teacher=replace(settings.teacher, share=share))


CHANGES: dict[str, Change] = {
    "reads 10 plays": network(recent=10),
    "reads 20 plays": network(recent=20),
    "no attention to the history": network(attention=False),
    "4 experts": network(experts=4),
    "16 experts": network(experts=16),
    "PLE": network(mixture="ple"),
    "no id dropout": network(id_dropout=0.0),
    "no ids": network(id_dropout=1.0),
    "no dropout": network(dropout=0.0, feature_dropout=0.0),
    "all tasks' losses weigh the same": training(rare_power=0.0),
    "losses weigh as if all tasks were as rare": training(rare_power=1.0),
    "no loss of watch time": training(watch_weight=0.0),
    "loss of watch time weighs 2": training(watch_weight=2.0),
    "loss of watch time weighs 4": training(watch_weight=4.0),
    D2Q: network(watch_head="quantile"),
    "a teacher": teacher(TEACHER_SHARE),
}
WITHOUT: dict[str, str] = {
    "no features of the person": "^(person_(?!category|length)|session_|surface_)",
    "no counts of the video": "^video_(?!length_ms$|age_hours$)",
    "no counts of creator and audio": "^(creator|audio)_",
    "no counts of category and length": "^(category|length)_",
    "no counts of the person with category and length": "^person_(category|length)_",
    "nothing of what candidate and history share": "^recent_",
    "no windows of 10 min and 1 h": "_(10m|1h)$",
}
"""Groups of features, which a variant does not read."""


def ranker_variants(base: RankingSettings, videos: Videos, reference: str) -> list[RankerVariant]:
    return [
        RankerVariant(reference, base, "", videos),
        *(RankerVariant(name, change(base), "", videos) for name, change in CHANGES.items()),
        *(RankerVariant(name, base, expression, videos) for name, expression in WITHOUT.items()),
    ]
