"""Fits each ranker for each test day and seed, and keeps what it predicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import LABELS, Samples
from vireo_training.evaluation.all_runs import CHOICE
from vireo_training.evaluation.protocols import Ranker
from vireo_training.evaluation.ranking_quality import Floats, Ints
from vireo_training.evaluation.saved_runs import Arrays


@dataclass(frozen=True)
class TestRows:
    """N rows of all test days, in the order of time."""

    __test__ = False  # no test of pytest's

    people: int  # P
    person: Ints  # [N], 0 to P − 1
    day: Ints  # [N]
    surface: Ints  # [N], into surfaces
    surfaces: tuple[str, ...]
    earlier_plays: Ints  # [N], that the person's recent list tells
    length_ms: Floats  # [N], 0 unknown
    labels: dict[str, Floats]  # each [N]; NaN unknown


Predictions = dict[str, Floats]
"""By task, of all test rows: [N]."""


def rows_to_test(samples: Samples, lengths_ms: NDArray[np.float32], days: Sequence[int]) -> TestRows:
    """`lengths_ms` [V] are the videos'."""
    of_days = samples.where(np.isin(samples.day, days))
    people, person = np.unique(of_days.person, return_inverse=True)
    return TestRows(
        people=len(people),
        person=person,
        day=of_days.day,
        surface=of_days.surface,
        surfaces=of_days.surfaces,
        earlier_plays=(of_days.recent_videos >= 0).sum(axis=1),
        length_ms=lengths_ms[of_days.video].astype(np.float64),
        labels={task: values.astype(np.float64) for task, values in of_days.labels.items()},
    )


def predict_day(ranker: Ranker, samples: Samples, day: int, seed: int, chosen: str | None = None) -> Arrays:
    """Chooses on the last day before, fits on all before, predicts the day. Raises ValueError for no predictions."""
    validation_day = last_day_before(samples, day)
    told = chosen or json.dumps(ranker.choose(samples.before(validation_day), samples.on(validation_day), seed))
    test = samples.on(day)
    predicted = ranker.fit(samples.before(day), json.loads(told), seed).predict(test)
    for task, values in predicted.items():
        if task not in LABELS:
            raise ValueError(f"{ranker.name} predicts {task}, which is no task; these are {', '.join(LABELS)}")
        highest = np.inf if task == "watch_ms" else 1
        if values.shape != (len(test),) or not ((values >= 0) & (values <= highest)).all():
            raise ValueError(f"{ranker.name} predicts something else than {len(test):,} {kind_of(task)} of {task}")
    return {CHOICE: np.array(told), **{task: values.astype(np.float32) for task, values in predicted.items()}}


def last_day_before(samples: Samples, day: int) -> int:
    return int(samples.day[samples.day < day].max())


def kind_of(task: str) -> str:
    return "times" if task == "watch_ms" else "probabilities"


def pooled(days: Sequence[Arrays]) -> Predictions:
    """The predictions of test days after each other, of the tasks that all of them have."""
    tasks = [task for task in LABELS if all(task in day for day in days)]
    return {task: np.concatenate([day[task] for day in days]).astype(np.float64) for task in tasks}
