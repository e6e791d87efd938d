"""The evaluation in minutes: whether all is well, not how good it is."""

from __future__ import annotations

from dataclasses import replace

from vireo_training.config import Config
from vireo_training.data import RetrievalData, Samples
from vireo_training.evaluation.protocols import Ranker, Retriever
from vireo_training.evaluation.settings import EvaluationData, Lineup
from vireo_training.ranking.baselines.lightgbm import LightGbmRanker
from vireo_training.ranking.settings import TreeSettings
from vireo_training.retrieval.baselines.item_to_item import ItemToItem

DAYS = 7
"""The last ones, of which the very last is tested on."""
TASKS = ("long_view", "like", "skip", "click")
RANKERS = ("MMoE", "LightGBM", "item rate", "median by length")
RETRIEVERS = ("two-tower", "popularity, 7 days", "EASE", "EASE × popularity")
TREES = TreeSettings(most_rounds=150, learning_rate=0.1)
NOTE = (
    f"This was quick: the last {DAYS} days only, half of the epochs, no teacher, fewer trees of fewer tasks, one"
    " strength of EASE, neither cold videos nor increments. Rows are weaker than in a whole evaluation, and not evenly"
    " so."
)


def quick_data(data: EvaluationData) -> EvaluationData:
    return EvaluationData(recent(data.ranking), recent_retrieval(data.retrieval))


def recent(samples: Samples) -> Samples:
    return samples.where(samples.day > samples.day.max() - DAYS)


def recent_retrieval(data: RetrievalData) -> RetrievalData:
    return replace(data, samples=recent(data.samples))


def quick_config(config: Config) -> Config:
    ranking, retrieval = config.ranking, config.retrieval
    return replace(
        config,
        ranking=replace(ranking, epochs=max(1, ranking.epochs // 2), teacher=replace(ranking.teacher, share=0.0)),
        retrieval=replace(retrieval, epochs=max(1, retrieval.epochs // 2), history_cuts=min(1, retrieval.history_cuts)),
    )


def quick_lineup(lineup: Lineup) -> Lineup:
    """The rows that matter most."""
    return replace(
        lineup,
        rankers=tuple(quick_ranker(row) for row in lineup.rankers if row.name in RANKERS),
        retrievers=tuple(quick_retriever(row) for row in lineup.retrievers if row.name in RETRIEVERS),
        cold_retrievers=(),
        increments=(),
    )


def quick_ranker(row: Ranker) -> Ranker:
    return replace(row, tasks=TASKS, settings=TREES) if isinstance(row, LightGbmRanker) else row


def quick_retriever(row: Retriever) -> Retriever:
    if not isinstance(row, ItemToItem):
        return row
    return replace(row, similarity=replace(row.similarity, options=row.similarity.options[:1]))  # type: ignore[type-var]
