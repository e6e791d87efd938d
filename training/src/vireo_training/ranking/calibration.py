"""Makes a head's probabilities what happens, learned from a day that it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_POSITIVES = 300
"""Fewer say too little of a slope, or of what a head is worth."""
NEWTON_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: logit P = slope · logit + intercept (Platt, "Probabilistic Outputs for Support Vector Machines",
    1999, without his smoothed targets)."""

    slope: float = 1.0
    intercept: float = 0.0

    def of(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities."""
        return 1 / (1 + np.exp(-(self.slope * logits + self.intercept)))


def fit_calibration(labels: NDArray[np.float32], logits: NDArray[np.float64]) -> Calibration:
    """The most likely line for labels [N] of 0 and 1; NaN is unknown. With too few positives only the intercept; with
    one class only nothing is said."""
    known = ~np.isnan(labels)
    happened, x = labels[known] == 1, logits[known].astype(np.float64)
    rarer = min(int(happened.sum()), int((~happened).sum()))
    if rarer == 0:
        return Calibration()
    columns = np.stack([np.ones_like(x), x], axis=1)[:, : 2 if rarer >= LEAST_POSITIVES else 1]  # [N, 1 or 2]
    offset = np.zeros_like(x) if rarer >= LEAST_POSITIVES else x
    line = np.array([0.0, 1.0])[: columns.shape[1]]
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-(offset + columns @ line)))  # [N]
        gradient = columns.T @ (happened - chance)
        curvature = (columns * (chance * (1 - chance))[:, None]).T @ columns
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(line)), gradient)
        line = line + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(slope=float(line[1]) if len(line) == 2 else 1.0, intercept=float(line[0]))


def value_weights(
    positives: Mapping[str, int], usual: Mapping[str, float], configured: Mapping[str, float]
) -> dict[str, float]:
    """What each task weighs in y = Σ w · P: as configured, else as usual, but nothing where positives are too few.

    Raises ValueError where a task is configured that there is none of.
    """
    unknown = sorted(set(configured) - set(positives))
    if unknown:
        raise ValueError(f"the value weighs {', '.join(unknown)}, which the ranker does not predict")
    return {
        task: configured.get(task, usual.get(task, 0.0) if count >= LEAST_POSITIVES else 0.0)
        for task, count in positives.items()
    }
