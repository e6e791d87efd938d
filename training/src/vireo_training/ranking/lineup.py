"""The rows of the tables of ranking."""

from __future__ import annotations

from dataclasses import replace

from vireo_training.data import History, Videos
from vireo_training.evaluation.protocols import Ranker
from vireo_training.ranking.baselines.deepfm import DeepFm
from vireo_training.ranking.baselines.item_rate import ItemRate
from vireo_training.ranking.baselines.length_median import LengthMedian
from vireo_training.ranking.baselines.lightgbm import LightGbmRanker
from vireo_training.ranking.baselines.logistic_regression import LogisticRegression
from vireo_training.ranking.ranker import NetworkRanker
from vireo_training.ranking.settings import RankingSettings, TreeSettings
from vireo_training.ranking.twins import SingleTaskTwins

TASKS_WITH_TWINS = ("finish", "long_view", "like", "comment", "skip", "click")
"""Those with 300 positives and more in the sample."""
TREES = TreeSettings()
DETERMINISTIC = frozenset({"item rate", "median by length"})
"""Rows that a seed does not change."""
D2Q_WEIGHT = 5.0
"""Squares of quantiles are so much smaller than the loss of the other head."""


def rankers_of(
    videos: Videos, history: History, settings: RankingSettings, trees: TreeSettings = TREES
) -> tuple[Ranker, ...]:
    """The ranker that is served first. Baselines have no teacher."""
    alone = replace(settings, teacher=replace(settings.teacher, share=0.0))
    quantile = replace(settings.network, watch_head="quantile")
    d2q = replace(settings, network=quantile, watch_weight=D2Q_WEIGHT * settings.watch_weight)
    ranker = NetworkRanker("MMoE", settings, videos)
    return (
        ranker,
        NetworkRanker("MMoE without a teacher", alone, videos),
        SingleTaskTwins(ranker, TASKS_WITH_TWINS),
        LightGbmRanker(videos, trees),
        NetworkRanker("DeepFM", alone, videos, DeepFm),
        NetworkRanker("logistic regression", alone, videos, LogisticRegression),
        ItemRate(history),
        NetworkRanker("D2Q", d2q, videos),
        LengthMedian(videos),
    )
