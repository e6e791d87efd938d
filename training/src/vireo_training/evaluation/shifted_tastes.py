"""What increments are worth where tastes change, on a log of which the change is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vireo_training.evaluation.all_runs import AllRuns
from vireo_training.evaluation.increment_runs import RankerIncrements
from vireo_training.evaluation.increments import compare_rankers, days_begun_on, kept
from vireo_training.evaluation.results import Table
from vireo_training.evaluation.saved_runs import digest
from vireo_training.evaluation.settings import EvaluationSettings
from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings
from vireo_training.simulated.taste_shift import taste_shift_log
from vireo_training.simulated.taste_shift_samples import retrieval_data

SEED = 1
NOTE = (
    "Half of the tastes of a simulated log, each that of a group of people for a category, turn round when the first of"
    " two test days begins. No feature follows what people do, so that it has to be learned; every page is one video."
)
SECTION = "Increments where tastes change"
TEST_DAYS = (2, 3)
"""Tastes change at the beginning of the first, on which no whole training knows of it yet."""
RANKER = RankerIncrements(
    RankingSettings(
        NetworkSettings(tasks=("long_view",), experts=4, expert_width=16, hidden_width=32, id_dropout=1.0),
        TeacherSettings(share=0.0),
        epochs=4,
        batch_size=256,
        learning_rate=0.01,
        watch_weight=0.0,
    ),
    IncrementSettings(replay_share=0.3, ranking_learning_rate=0.01, ranking_batch_size=64),
    utc_offset_hours=0,
    name="increments on simulated logs",
)
"""Small enough for a log of so few rows, and quick to learn, as so few steps must be."""


def compare_on_shift(work: Path, settings: EvaluationSettings, say: Callable[[str], None]) -> list[Table]:
    log = taste_shift_log(settings.simulated_rows, seed=SEED)
    data = retrieval_data(log)
    days = {day: f"day {day}" for day in days_begun_on(TEST_DAYS)}
    planned = {RANKER.name: (RANKER,)}
    runs = AllRuns.plan(planned, frozenset(), days, (SEED,), work, digest(data.samples), say, settings.processes)
    seeds = kept(data, RANKER, runs)
    slices = {"Simulated, tastes that changed": ~log.is_old_slice, "Simulated, tastes that did not": log.is_old_slice}
    return [
        replace(
            compare_rankers(data, TEST_DAYS, seeds, settings, among, title), section="Increments where tastes change"
        )
        for title, among in slices.items()
    ]
