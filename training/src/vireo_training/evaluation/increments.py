"""What fresher models are worth: trained anew each day, going on every few hours, or stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vireo_training.data import RetrievalData
from vireo_training.evaluation import measures
from vireo_training.evaluation.all_runs import CHOICE, AllRuns
from vireo_training.evaluation.bootstrap import mean_over, person_draws
from vireo_training.evaluation.increment_runs import (
    DEEPEST,
    INCREMENTS,
    STEP_HOURS,
    STEPS_A_DAY,
    TASK,
    WHOLE,
    RankerIncrements,
    TowerIncrements,
)
from vireo_training.evaluation.ranking_quality import Bools, Floats, group_aucs, log_losses
from vireo_training.evaluation.results import Column, Table
from vireo_training.evaluation.saved_runs import Arrays
from vireo_training.evaluation.settings import EvaluationSettings
from vireo_training.evaluation.tables import Values, table

SECTION = "Increments"
FULL, WITH_INCREMENTS, STALE, ONLY_INCREMENTS = (
    "full a day",
    "full a day, and increments",
    "stale by a day",
    "stale, and increments",
)
NOTE = (
    f"Increments follow every {STEP_HOURS} hours and are asked from the next step on. Whole trainings are those"
    " of half of the epochs, without a teacher; nothing is chosen on a day before, and nothing calibrated."
)
RANKING_COLUMNS = (Column("AUC", "higher"), Column("GAUC by page", "higher"), Column("log loss", "lower"))
RETRIEVAL_COLUMNS = (Column("Recall@20", "higher"), Column(f"Recall@{DEEPEST}", "higher"))


@dataclass(frozen=True)
class Arm:
    """Which run says what of a test day: one trained until then, or until the day before; with increments or not."""

    days_before: int
    said: str


ARMS = {
    FULL: Arm(0, WHOLE),
    WITH_INCREMENTS: Arm(0, INCREMENTS),
    STALE: Arm(1, WHOLE),
    ONLY_INCREMENTS: Arm(1, INCREMENTS),
}

Increments = RankerIncrements | TowerIncrements
OfDays = dict[int, Arrays]
"""A run's arrays by the first day that it has not learned whole."""


def compare_rankers(
    data: RetrievalData,
    days: Sequence[int],
    seeds: Sequence[OfDays],
    settings: EvaluationSettings,
    among: Bools | None = None,
    title: str = "Ranking",
    note: str = NOTE,
) -> Table:
    """Of the long views of test days, some of the samples [N] only where they are given."""
    samples = data.samples
    known = ~np.isnan(samples.labels[TASK]) & (True if among is None else among)  # [N]

    def predicted(runs: OfDays, arm: Arm) -> Floats:
        parts = []
        for day in days:
            said = runs[day - arm.days_before][arm.said]
            of_both = np.flatnonzero(np.isin(samples.day, (day - arm.days_before, day - arm.days_before + 1)))
            parts.append(said[(samples.day[of_both] == day) & known[of_both]])
        return np.concatenate(parts)

    rows = np.concatenate([np.flatnonzero((samples.day == day) & known) for day in days])
    people, person = np.unique(samples.person[rows], return_inverse=True)
    _, page = np.unique(np.stack([samples.person[rows], samples.time_ms[rows]]), axis=1, return_inverse=True)
    labels = samples.labels[TASK][rows] == 1
    weights = person_draws(len(people), settings.draws, settings.draw_seed)
    values: dict[str, Values] = {}
    for name, arm in ARMS.items():
        scores = [predicted(runs, arm) for runs in seeds]
        values[name] = [
            mean_over([measures.auc(person, labels, each) for each in scores], weights),
            mean_over(
                [measures.mean_of_groups(person, group_aucs(labels, each, page.ravel())) for each in scores], weights
            ),
            mean_over([measures.mean(person, log_losses(labels, each)) for each in scores], weights),
        ]
    counted = f"{title}, {TASK}: {int(labels.sum()):,} of {len(labels):,} rows"
    return table(SECTION, counted, RANKING_COLUMNS, values, (FULL, STALE), note=note)


def compare_towers(days: Sequence[int], seeds: Sequence[OfDays], settings: EvaluationSettings) -> Table:
    """Each person in each step is one who asks."""

    def of_test_days(runs: OfDays, arm: Arm, name: str) -> Floats:
        parts = []
        for day in days:
            run = runs[day - arm.days_before]
            parts.append(run[name][run["step"] // STEPS_A_DAY == day])
        return np.concatenate(parts)

    asks = np.stack([of_test_days(seeds[0], ARMS[FULL], name) for name in ("person", "step")])  # [2, R]
    (people, _), ask = np.unique(asks, axis=1, return_inverse=True)
    to_find = np.bincount(ask.ravel())
    everybody, person = np.unique(people, return_inverse=True)
    weights = person_draws(len(everybody), settings.draws, settings.draw_seed)
    values: dict[str, Values] = {
        name: [
            mean_over(
                [
                    measures.mean(
                        person, np.bincount(ask.ravel(), of_test_days(runs, arm, arm.said) <= depth) / to_find
                    )
                    for runs in seeds
                ],
                weights,
            )
            for depth in (20, DEEPEST)
        ]
        for name, arm in ARMS.items()
    }
    title = f"Retrieval: {len(people):,} times somebody asks, {asks.shape[1]:,} videos to find"
    return table(SECTION, title, RETRIEVAL_COLUMNS, values, (FULL, STALE), note=NOTE)


def compare_increments(
    data: RetrievalData, models: Sequence[Increments], days: Sequence[int], runs: AllRuns, settings: EvaluationSettings
) -> list[Table]:
    """`runs` are of `days_begun_on` the test days."""
    tables = []
    for model in models:
        seeds = kept(data, model, runs)
        if isinstance(model, RankerIncrements):
            tables.append(compare_rankers(data, days, seeds, settings))
        else:
            tables.append(compare_towers(days, seeds, settings))
    return tables


def days_begun_on(days: Sequence[int]) -> list[int]:
    """Days before which whole trainings end: each test day and the one before it."""
    return sorted({day - before for day in days for before in (0, 1)})


def kept(data: RetrievalData, model: Increments, runs: AllRuns) -> list[OfDays]:
    """The model's runs, by seed; they are made where they are not there yet."""

    def made(model: Increments, day: int, seed: int, chosen: str | None) -> Arrays:
        return {CHOICE: np.array("null"), **model.made(data, day, seed)}

    found = runs.all_of(model.name, (model,), made)[model.name]
    return [dict(zip(runs.days, of_days, strict=True)) for of_days in found]
