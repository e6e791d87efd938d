"""Measures of quality as functions of how often each person is drawn.

All but AUC come down to sums by person, so that a bootstrap is one product of matrices. `person` [N] holds rows of
0 to P − 1 throughout.
"""

from collections.abc import Callable

import numpy as np

from vireo_training.evaluation.bootstrap import Measure
from vireo_training.evaluation.calibration_quality import calibration_line, logits, newton_steps, newton_terms
from vireo_training.evaluation.ranking_quality import Bools, Floats, GroupValues, Ints, RankedRows
from vireo_training.evaluation.watch_quality import PairCounts


def ratio(person: Ints, numerator: Floats, denominator: Floats) -> Measure:
    """Σ numerator over Σ denominator. [N] each."""

    def measure(weights: Floats) -> Floats:
        people = weights.shape[1]
        by_person = [np.bincount(person, each, people) for each in (numerator, denominator)]  # [P] each
        above, below = (weights @ np.stack(by_person, axis=1)).T  # [B] each
        return np.asarray(np.divide(above, below, out=np.full(len(weights), np.nan), where=below > 0))

    return measure


def mean(person: Ints, values: Floats) -> Measure:
    return ratio(person, values, np.ones(len(values)))


def mean_of_groups(person: Ints, groups: GroupValues) -> Measure:
    """Of groups whose rows are one person's."""
    return ratio(person[groups.row], groups.value * groups.weight, groups.weight)


def auc(person: Ints, labels: Bools, scores: Floats) -> Measure:
    rows = RankedRows.of(labels, scores)
    people = person[rows.order]

    def measure(weights: Floats) -> Floats:
        return np.array([rows.auc(drawn[people]) for drawn in weights])

    return measure


def xauc(person: Ints, counts: PairCounts) -> Measure:
    """To first order: a pair comes and goes with both of its rows, and a ratio of sums by row moves half as far."""
    value = counts.xauc()
    by_row = ratio(person, counts.in_order, counts.pairs)
    return lambda weights: value + 2 * (by_row(weights) - value)


def calibration_slope(person: Ints, labels: Bools, probabilities: Floats) -> Measure:
    return calibration(person, labels, probabilities, lambda line: line[:, 1])


def calibration_intercept(person: Ints, labels: Bools, probabilities: Floats) -> Measure:
    return calibration(person, labels, probabilities, lambda line: line[:, 0])


def calibration(person: Ints, labels: Bools, probabilities: Floats, part: Callable[[Floats], Floats]) -> Measure:
    """One step of Newton from the best line of all rows to that of the drawn ones; NaN where there is no best line."""
    try:
        best = calibration_line(labels, probabilities)
    except ValueError:
        return lambda weights: np.full(len(weights), np.nan)
    line = np.array([best.intercept, best.slope])
    terms = newton_terms(labels, logits(probabilities), line)  # [N, 5]

    def measure(weights: Floats) -> Floats:
        people = weights.shape[1]
        by_person = np.stack([np.bincount(person, term, people) for term in terms.T], axis=1)  # [P, 5]
        return part(line + newton_steps(weights @ by_person))  # [B]

    return measure
