"""What another policy would have earned, from the log of one whose chances are known.

Rows without a logged chance say nothing about it, however many they are: they are refused, never given a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.evaluation.ranking_quality import Floats, Ints

NAMED = 5  # rows that an error names
Z = 1.959963984540054  # of 95 %


class MissingPropensityError(ValueError):
    """Rows whose action had no logged chance."""

    def __init__(self, sample_ids: list[str]) -> None:
        named = ", ".join(sample_ids[:NAMED])
        more = ", …" if len(sample_ids) > NAMED else ""
        super().__init__(
            f"{len(sample_ids):,} rows have no logged propensity above 0 ({named}{more}); "
            "keep only rows that exploration placed"
        )
        self.sample_ids = sample_ids


def refuse_missing(sample_id: NDArray[np.object_], propensity: NDArray[np.floating]) -> None:
    """Raises MissingPropensityError where a chance [N] is not in (0, 1]."""
    missing = ~((propensity > 0) & (propensity <= 1))
    if missing.any():
        raise MissingPropensityError([str(each) for each in sample_id[missing]])


@dataclass(frozen=True)
class LoggedRows:
    """N actions of a policy with known chances. Raises MissingPropensityError where a chance is not in (0, 1], and
    ValueError where there is no row or a target's chance is not in [0, 1]."""

    sample_id: NDArray[np.object_]  # [N] str
    person: Ints  # [N]; a person's rows are not taken as independent
    propensity: Floats  # [N], with which the logging policy took its action
    target: Floats  # [N], with which the policy to be judged would have taken it
    reward: Floats  # [N]

    def __post_init__(self) -> None:
        if len(self.reward) == 0:
            raise ValueError("there are no rows to estimate a value from")
        refuse_missing(self.sample_id, self.propensity)
        if not ((self.target >= 0) & (self.target <= 1)).all():
            raise ValueError("chances of the policy to be judged are from 0 to 1")

    @property
    def weight(self) -> Floats:
        return self.target / self.propensity


@dataclass(frozen=True)
class PolicyValue:
    """The mean reward of an action, with its 95 % interval."""

    value: float
    low: float
    high: float
    effective_rows: float
    """(Σ weights)² / Σ weights² (Kish, 1965): as many rows of the policy itself would say as much."""
    largest_weight: float
    """Target over propensity. Where one row weighs a great part of all, neither value nor interval can be trusted."""


def snips(rows: LoggedRows) -> PolicyValue:
    """Σ w·r / Σ w (Swaminathan and Joachims, The Self-Normalized Estimator for Counterfactual Learning, NIPS 2015).

    Raises ValueError where the policy to be judged would never have taken any logged action.
    """
    weight = rows.weight
    total = weight.sum()
    if total == 0:
        raise ValueError("the policy to be judged takes none of the logged actions")
    value = float(weight @ rows.reward / total)
    return with_interval(rows, value, weight * (rows.reward - value) / total)


def doubly_robust(rows: LoggedRows, predicted: Floats, expected: Floats) -> PolicyValue:
    """Mean of expected + w·(reward − predicted) (Dudík, Langford and Li, Doubly Robust Policy Evaluation, ICML 2011).

    `predicted` [N] is a model's reward for the logged action, `expected` [N] its mean over the actions of the policy to
    be judged. The model must not have learnt from these rows.
    """
    each = expected + rows.weight * (rows.reward - predicted)  # [N]
    value = float(each.mean())
    return with_interval(rows, value, (each - value) / len(each))


def with_interval(rows: LoggedRows, value: float, influence: Floats) -> PolicyValue:
    """The normal interval of a sum of influences [N], independent between people."""
    people, of_row = np.unique(rows.person, return_inverse=True)
    by_person = np.bincount(of_row, influence, len(people))
    # The few people's correction of a variance of clusters.
    correction = len(people) / max(1, len(people) - 1)
    spread = Z * float(np.sqrt(correction * (by_person**2).sum()))
    weight = rows.weight
    squares = float((weight**2).sum())
    return PolicyValue(
        value=value,
        low=value - spread,
        high=value + spread,
        effective_rows=float(weight.sum() ** 2 / squares) if squares > 0 else 0.0,
        largest_weight=float(weight.max()),
    )
