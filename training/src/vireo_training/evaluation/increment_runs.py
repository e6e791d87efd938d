"""Trains on all days before one, goes on through that day and the next in steps, and keeps what both would have said.

Whatever a model is asked, features, recent videos and popularity are as of then: only what it has learned is older.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import RetrievalData, Samples
from vireo_training.data.samples import MS_PER_HOUR
from vireo_training.evaluation.ranking_quality import Ints
from vireo_training.evaluation.retrieval_quality import find
from vireo_training.evaluation.retrieval_runs import RetrievalDay, retrieval_day
from vireo_training.evaluation.saved_runs import Arrays
from vireo_training.increment import ranking as ranking_increment
from vireo_training.increment import retrieval as retrieval_increment
from vireo_training.increment.replay import reservoir_of
from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking import training as ranking
from vireo_training.ranking.settings import RankingSettings
from vireo_training.retrieval import training as retrieval
from vireo_training.retrieval.popularity import PopularityByDay
from vireo_training.retrieval.retriever import FittedTwoTower
from vireo_training.retrieval.settings import RetrievalSettings

TASK = "long_view"
STEP_HOURS = 6
STEPS_A_DAY = 24 // STEP_HOURS
WHOLE, INCREMENTS = "whole", "increments"
"""Arrays of a run: what the whole training says of both days, and what it says with its increments so far."""
DEEPEST = 100  # rank that a video to be found counts to


def steps_of(samples: Samples, utc_offset_hours: int) -> Ints:
    """The number of the step that each sample was displayed in, from midnight on: [N]."""
    return (samples.time_ms + utc_offset_hours * MS_PER_HOUR) // (STEP_HOURS * MS_PER_HOUR)


def two_days(day: int) -> range:
    """Steps of a day and the next."""
    return range(day * STEPS_A_DAY, (day + 2) * STEPS_A_DAY)


@dataclass(frozen=True)
class RankerIncrements:
    settings: RankingSettings
    increment: IncrementSettings
    utc_offset_hours: int
    name: str = "increments of the ranker"

    def made(self, data: RetrievalData, day: int, seed: int) -> Arrays:
        """Chances of a long view of all samples of both days, in their order."""
        samples, videos = data.samples, data.videos
        step = steps_of(samples, self.utc_offset_hours)
        before = np.flatnonzero(samples.day < day)
        whole = ranking.train(samples.where(before), videos, self.settings, self.settings.epochs, seed)
        reservoir = before[reservoir_of(len(before), self.increment.reservoir, seed)]
        task = self.settings.network.tasks.index(TASK)
        current, said = whole, {WHOLE: [np.empty(0)], INCREMENTS: [np.empty(0)]}
        for at in two_days(day):
            new = np.flatnonzero(step == at)
            if len(new) == 0:
                continue
            for arm, trained in ((WHOLE, whole), (INCREMENTS, current)):
                logits = trained.predict(samples.where(new)).logits[:, task]
                said[arm].append(1 / (1 + np.exp(-logits)))
            facts = ranking.known_facts(samples.video[step <= at], videos, self.settings)
            current = ranking_increment.go_on(current, samples, new, reservoir, facts, self.increment, seed)
        return {arm: np.concatenate(parts) for arm, parts in said.items()}


@dataclass(frozen=True)
class TowerIncrements:
    settings: RetrievalSettings
    increment: IncrementSettings
    utc_offset_hours: int
    name: str = "increments of the towers"

    def made(self, data: RetrievalData, day: int, seed: int) -> Arrays:
        """Of each video to be found, who asks in which step, and its rank."""
        samples = data.samples
        by_step = replace(data, samples=replace(samples, day=steps_of(samples, self.utc_offset_hours)))
        whole = retrieval.train(data, day, self.settings, self.settings.epochs, seed)
        reservoir = retrieval_increment.reservoir_examples(
            data.before(day), self.settings, self.increment.reservoir, seed
        )
        current, parts = whole, []
        for at in two_days(day):
            new = by_step.samples.day == at
            if not new.any():
                continue
            today = at // STEPS_A_DAY
            asked = retrieval_day(by_step, at)
            popularity = PopularityByDay.until(today, data.before(today))
            parts.append(
                {
                    "person": asked.queries.person[asked.relevant[0]],
                    "step": np.full(len(asked.relevant[0]), at),
                    WHOLE: self.ranks(replace(whole, popularity=popularity), today, asked),
                    INCREMENTS: self.ranks(replace(current, popularity=popularity), today, asked),
                }
            )
            known = replace(data, samples=samples.where(by_step.samples.day <= at))
            facts = retrieval.known_facts(known, self.settings)
            current = retrieval_increment.go_on(
                current,
                known,
                new[by_step.samples.day <= at],
                reservoir,
                facts,
                self.settings,
                self.increment,
                seed,
            )
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}

    def ranks(self, trained: retrieval.Trained, day: int, asked: RetrievalDay) -> NDArray[np.int64]:
        scores = FittedTwoTower(trained, day, self.settings.popularity).scores(asked.queries)
        return find(scores, asked.masked, asked.relevant, DEEPEST).rank
