"""Intervals of 95 % by drawing people anew: all rows of a person, of every day, come and go together."""

from collections.abc import Callable, Sequence

import numpy as np

from vireo_training.evaluation.ranking_quality import Floats
from vireo_training.evaluation.results import Estimate

Measure = Callable[[Floats], Floats]
"""From weights of people [B, P] to values [B]; NaN where a draw leaves nothing to judge."""


def person_draws(people: int, draws: int, seed: int) -> Floats:
    """Weights [1 + draws, P]: the people as they are, then how often each is drawn.

    Poisson weights of mean 1 are those of a bootstrap of clusters without the fixed total (Hanley and MacGibbon, 2006;
    Chamandy et al., Estimating Uncertainty for Massive Data Streams, 2012). The same seed draws the same people, so
    that differences of two models are paired.
    """
    weights = np.ones((1 + draws, people))
    weights[1:] = np.random.default_rng(seed).poisson(1.0, (draws, people))
    return weights


def mean_over(measures: Sequence[Measure], weights: Floats) -> Floats:
    """The mean of several measures (of seeds) under the same draws: [B]."""
    return np.asarray(np.mean([measure(weights) for measure in measures], axis=0))


def estimate(values: Floats) -> Estimate | None:
    """The first of the values [1 + draws], with the percentiles of the others; None where the first is not known."""
    if not np.isfinite(values[0]):
        return None
    drawn = values[1:][np.isfinite(values[1:])]
    if len(drawn) == 0:
        return Estimate(float(values[0]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(values[0]), float(low), float(high))
