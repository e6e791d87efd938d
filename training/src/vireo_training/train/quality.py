"""Figures of what was trained, each with the interval that its people give it."""

from __future__ import annotations

import numpy as np

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import Measure, estimate
from vireo_training.evaluation.ranking_quality import Floats, GroupValues, Ints
from vireo_training.evaluation.results import Estimate

DRAWS = 300
WEIGHTS_AT_ONCE = 4_000_000


def over_people(measure: Measure, people: int, seed: int) -> Estimate:
    """As `person_draws` draws them, a few draws at a time: there may be millions of people.

    Raises ValueError where there is nothing to judge.
    """
    random = np.random.default_rng(seed)
    values = [measure(np.ones((1, people)))]
    at_once = max(1, WEIGHTS_AT_ONCE // people)
    for first in range(0, DRAWS, at_once):
        values.append(measure(random.poisson(1.0, (min(at_once, DRAWS - first), people)).astype(np.float64)))
    found = estimate(np.concatenate(values))
    if found is None:
        raise ValueError("there is nothing to judge")
    return found


def mean_by_person(values: GroupValues, person: Ints, people: int, seed: int) -> Estimate:
    """`person` [R] is who each row is of, 0 to people − 1."""
    return over_people(measures.mean_of_groups(person, values), people, seed)


def auc_by_person(labels: Floats, scores: Floats, person: Ints, seed: int) -> Estimate:
    """Of rows [N] with the ids of their people; labels are 0, 1, or NaN where they are not known."""
    known = ~np.isnan(labels)
    people, of = np.unique(person[known], return_inverse=True)
    return over_people(measures.auc(of, labels[known] == 1, scores[known]), len(people), seed)
