"""From what retrievers found to the tables and figures of a report."""

from collections.abc import Sequence

from vireo_training.evaluation.bootstrap import person_draws
from vireo_training.evaluation.ranking_quality import Ints
from vireo_training.evaluation.results import Figure, Table
from vireo_training.evaluation.retrieval_runs import RetrievalDay
from vireo_training.evaluation.retrieval_tables import (
    COLUMNS,
    FoundByRow,
    asked_on,
    breadth_table,
    recall_figure,
    retrieval_values,
)
from vireo_training.evaluation.settings import EvaluationSettings
from vireo_training.evaluation.tables import table


def judge_retrieval(
    found: FoundByRow,
    days: Sequence[RetrievalDay],
    creators: Ints,
    references: Sequence[str],
    settings: EvaluationSettings,
) -> tuple[list[Table], list[Figure]]:
    """`creators` [V] are numbers."""
    asked = asked_on(days, settings.few_plays)
    weights = person_draws(asked.people, settings.draws, settings.draw_seed)
    askers = sum(len(day) for day in asked.person)
    title = f"{askers:,} times somebody asks, {asked.to_find:,} videos to find in {len(creators):,}"
    tables = [
        table(
            "Retrieval",
            title,
            COLUMNS,
            retrieval_values(found, asked, asked.everybody, weights),
            references,
            plot="retrieval",
        ),
        breadth_table("Retrieval", found, creators),
    ]
    new = sum(int(day.sum()) for day in asked.is_new)
    if new > 0:
        values = retrieval_values(found, asked, asked.is_new, weights)
        title = f"Retrieval for people with fewer than {settings.few_plays} earlier plays: {new:,} times"
        tables.append(table("New people", title, COLUMNS, values, references))
    return tables, [recall_figure("Retrieval", "recall", "Recall by k, whole catalogue", found)]


def judge_cold_videos(
    found: FoundByRow, days: Sequence[RetrievalDay], references: Sequence[str], settings: EvaluationSettings
) -> tuple[list[Table], list[Figure]]:
    asked = asked_on(days, settings.few_plays)
    weights = person_draws(asked.people, settings.draws, settings.draw_seed)
    askers = sum(len(day) for day in asked.person)
    title = f"{askers:,} times somebody asks, {asked.to_find:,} videos to find in {int(days[0].videos.sum()):,}"
    values = retrieval_values(found, asked, asked.everybody, weights)
    tables = [table("Cold videos", title, COLUMNS, values, references, plot="cold-videos")]
    return tables, [recall_figure("Cold videos", "recall-cold", "Recall by k, cold videos among themselves", found)]
