"""What trees have learned, as part of what a network learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vireo_training.data import Samples, Videos
from vireo_training.ranking.baselines.lightgbm import LightGbmRanker
from vireo_training.ranking.calibration import LEAST_POSITIVES
from vireo_training.ranking.settings import TeacherSettings


def taught(
    samples: Samples,
    videos: Videos,
    tasks: tuple[str, ...],
    settings: TeacherSettings,
    seed: int,
    prepares: Callable[[str], None] = lambda what: None,
) -> Samples:
    """The samples with labels between 0 and 1: part what happened, part what trees that were fitted to the same rows
    expected (knowledge distillation: Hinton, Vinyals and Dean, 2015). Tasks with few positives stay as they are.

    The trees are held so strictly that fitting them to other rows than those that they teach made no better network.
    """
    known = [task for task in tasks if np.nansum(samples.labels[task]) >= LEAST_POSITIVES]
    if settings.share == 0 or not known:
        return samples
    trees = LightGbmRanker(videos, settings.trees, prepares=prepares).fit(
        samples, dict.fromkeys(known, settings.rounds), seed
    )
    expected = trees.predict(samples)
    mixed = {
        task: ((1 - settings.share) * samples.labels[task] + settings.share * expected[task]).astype(np.float32)
        for task in known
    }
    return replace(samples, labels=samples.labels | mixed)
