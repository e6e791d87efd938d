"""Judges models: each is chosen on the day before a test day, fitted on all days before it, and tested on it.

Every row of a table, baselines too, goes the same way. What was computed is kept in a folder, row by row, so that an
evaluation that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from vireo_training.data import RetrievalData
from vireo_training.evaluation.all_runs import COLD, RANKING, RETRIEVAL, AllRuns, RunsByRow
from vireo_training.evaluation.category_popularity import CategoryPopularity
from vireo_training.evaluation.increments import compare_increments, days_begun_on
from vireo_training.evaluation.judge_ranking import TASKS, judge_ranking
from vireo_training.evaluation.judge_retrieval import judge_cold_videos, judge_retrieval
from vireo_training.evaluation.policy_value import MissingPropensityError, refuse_missing
from vireo_training.evaluation.progress import to_stderr
from vireo_training.evaluation.protocols import Ranker, Retriever
from vireo_training.evaluation.ranking_quality import Bools
from vireo_training.evaluation.ranking_runs import pooled, predict_day, rows_to_test
from vireo_training.evaluation.results import Choice, Figure, Results, Table
from vireo_training.evaluation.retrieval_runs import (
    RetrievalDay,
    cold_videos,
    found_of,
    known_before,
    retrieval_day,
    retrieve_day,
)
from vireo_training.evaluation.retrieval_tables import FoundByRow
from vireo_training.evaluation.saved_runs import Arrays, digest
from vireo_training.evaluation.settings import EvaluationData, EvaluationSettings, Lineup, days_to_test
from vireo_training.evaluation.shifted_tastes import compare_on_shift

Part = tuple[list[Table], list[Figure], list[Choice]]


def evaluate(
    data: EvaluationData,
    lineup: Lineup,
    settings: EvaluationSettings,
    work: Path,
    say: Callable[[str], None] = to_stderr,
) -> Results:
    """`work` keeps what was computed; `say` takes lines of progress.

    Raises ValueError where there are not enough days, two rows of a list have one name, or a model gives what is no
    prediction.
    """
    days = days_to_test(data.ranking.day, settings.last_days)
    cold_models = (*lineup.cold_retrievers, CategoryPopularity())
    runs = AllRuns.plan(
        {RANKING: lineup.rankers, RETRIEVAL: lineup.retrievers, COLD: cold_models if lineup.cold_retrievers else ()},
        lineup.deterministic | {CategoryPopularity().name},
        {day: iso(day) for day in days},
        settings.seeds,
        work,
        digest(data),
        say,
        settings.processes,
    )
    parts: list[Part] = []
    if lineup.rankers:
        parts.append(rank(data, lineup, settings, runs))
    if lineup.retrievers:
        parts.append(retrieve(data, lineup, settings, runs))
    if lineup.cold_retrievers:
        parts.append(retrieve_cold(data, cold_models, settings, runs))
    if lineup.increments:
        begun_on = {day: iso(day) for day in days_begun_on(days)}
        planned = {model.name: (model,) for model in lineup.increments}
        own_runs = AllRuns.plan(
            planned, frozenset(), begun_on, settings.seeds[:1], work, runs.saved.data_digest, say, settings.processes
        )
        parts.append((compare_increments(data.retrieval, lineup.increments, days, own_runs, settings), [], []))
        if settings.simulated_rows > 0:
            parts.append((compare_on_shift(work, settings, say), [], []))
    tested = np.isin(data.ranking.day, days)  # [N]
    return Results(
        days=tuple(runs.days.values()),
        seeds=settings.seeds,
        draws=settings.draws,
        samples=int(tested.sum()),
        people=len(np.unique(data.ranking.person[tested])),
        data_digest=runs.saved.data_digest,
        tables=tuple(table for tables, _, _ in parts for table in tables),
        figures=tuple(figure for _, figures, _ in parts for figure in figures),
        choices=tuple(choice for _, _, choices in parts for choice in choices),
        refused_for_policy_value=refusal(data, tested),
    )


def rank(data: EvaluationData, lineup: Lineup, settings: EvaluationSettings, runs: AllRuns) -> Part:
    def made(ranker: Ranker, day: int, seed: int, chosen: str | None) -> Arrays:
        return predict_day(ranker, data.ranking, day, seed, chosen)

    found = runs.all_of(RANKING, lineup.rankers, made)
    days = list(runs.days)
    learnt = data.ranking.day < days[0]
    tables, figures = judge_ranking(
        rows_to_test(data.ranking, data.retrieval.videos.lengths_ms, days),
        {row: [pooled(of_days) for of_days in seeds] for row, seeds in found.items()},
        {task: int((data.ranking.labels[task][learnt] == 1).sum()) for task in TASKS},
        lineup,
        settings,
    )
    return tables, figures, runs.choices(RANKING, found)


def retrieve(data: EvaluationData, lineup: Lineup, settings: EvaluationSettings, runs: AllRuns) -> Part:
    asked, found = retrieved(data, lineup.retrievers, RETRIEVAL, runs)
    _, creators = np.unique(data.retrieval.videos.creators.astype(str), return_inverse=True)
    tables, figures = judge_retrieval(founds(found), asked, creators, lineup.retrieval_references, settings)
    return tables, figures, runs.choices(RETRIEVAL, found)


def retrieve_cold(
    data: EvaluationData, models: Sequence[Retriever], settings: EvaluationSettings, runs: AllRuns
) -> Part:
    cold = cold_videos(data.retrieval.videos.ids, settings.cold_share)
    asked, found = retrieved(data, models, COLD, runs, cold)
    tables, figures = judge_cold_videos(founds(found), asked, (CategoryPopularity().name,), settings)
    return tables, figures, runs.choices(COLD, found)


def retrieved(
    data: EvaluationData, models: Sequence[Retriever], kind: str, runs: AllRuns, cold: Bools | None = None
) -> tuple[list[RetrievalDay], RunsByRow]:
    asked = {day: retrieval_day(data.retrieval, day, cold) for day in runs.days}

    @lru_cache(maxsize=1)  # one day's samples at a time are enough of memory
    def known(day: int) -> RetrievalData:
        return known_before(data.retrieval, day, cold)

    def made(retriever: Retriever, day: int, seed: int, chosen: str | None) -> Arrays:
        return retrieve_day(retriever, known(day), asked[day], seed, chosen)

    return list(asked.values()), runs.all_of(kind, models, made)


def founds(runs: RunsByRow) -> FoundByRow:
    return {row: [[found_of(arrays) for arrays in days] for days in seeds] for row, seeds in runs.items()}


def refusal(data: EvaluationData, tested: Bools) -> str:
    """What an estimate of another policy's value says of the tested rows; empty where it takes them."""
    try:
        refuse_missing(data.ranking.sample_id[tested], data.ranking.propensity[tested])
    except MissingPropensityError as error:
        return str(error)
    return ""


def iso(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
