"""Whether probabilities are what happens."""

from dataclasses import dataclass

import numpy as np

from vireo_training.evaluation.ranking_quality import Bools, Floats, Ints

MOST_STEPS = 50


@dataclass(frozen=True)
class CalibrationLine:
    """logit P(label) = intercept + slope · logit p. 0 and 1 are calibrated; a slope under 1 is overconfident."""

    slope: float
    intercept: float


def logits(probabilities: Floats) -> Floats:
    bounded = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return np.log(bounded) - np.log1p(-bounded)


def calibration_line(labels: Bools, probabilities: Floats) -> CalibrationLine:
    """The logistic regression of labels on the logits of what was predicted (Cox, 1958), by Newton's method. [N] each.

    Raises ValueError where one class is missing or all predictions are the same, and where no finite line fits best.
    """
    if not 0 < labels.sum() < len(labels):
        raise ValueError("calibration needs positives and negatives")
    if np.ptp(probabilities) == 0:
        raise ValueError("predictions that are all the same have no slope")
    x = logits(probabilities)
    line = np.array([0.0, 1.0])  # intercept, slope
    for _ in range(MOST_STEPS):
        step = newton_steps(newton_terms(labels, x, line).sum(axis=0, keepdims=True))[0]
        # Bounded, so that a start far from the best can't overshoot.
        line = line + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            return CalibrationLine(slope=float(line[1]), intercept=float(line[0]))
    raise ValueError("no finite line fits the calibration")


def newton_terms(labels: Bools, x: Floats, line: Floats) -> Floats:
    """Each row's part of the gradient (2) and of the Hessian (3) of the log likelihood: [N, 5]."""
    fitted = 1 / (1 + np.exp(-(line[0] + line[1] * x)))
    residual = labels - fitted
    spread = fitted * (1 - fitted)
    return np.stack([residual, residual * x, spread, spread * x, spread * x * x], axis=1)


def newton_steps(terms: Floats) -> Floats:
    """The steps [B, 2] that sums of terms [B, 5] say; NaN where these have no solution."""
    gradient_0, gradient_1, h_00, h_01, h_11 = terms.T  # [B] each
    determinant = h_00 * h_11 - h_01 * h_01
    determinant = np.where(determinant > 0, determinant, np.nan)
    return np.stack(
        [(h_11 * gradient_0 - h_01 * gradient_1) / determinant, (h_00 * gradient_1 - h_01 * gradient_0) / determinant],
        axis=1,
    )


@dataclass(frozen=True)
class CalibrationBin:
    rows: int
    predicted: float  # mean
    actual: float  # mean

    @property
    def predicted_over_actual(self) -> float:
        """Infinite where nothing happened."""
        return self.predicted / self.actual if self.actual > 0 else float("inf")


def calibration_curve(labels: Bools, probabilities: Floats, bins: int) -> tuple[CalibrationBin, ...]:
    """Bins of the same number of rows, from the lowest predictions on; fewer where predictions are equal."""
    of_row = quantile_bins(probabilities, bins)
    return tuple(calibration_bin(labels[of_row == at], probabilities[of_row == at]) for at in np.unique(of_row))


def calibration_bin(labels: Bools, probabilities: Floats) -> CalibrationBin:
    return CalibrationBin(len(labels), float(probabilities.mean()), float(labels.mean()))


def quantile_bins(values: Floats, bins: int) -> Ints:
    """The bin of each row [N], 0 to bins − 1; equal values share one."""
    borders = np.quantile(values, np.arange(1, bins) / bins)
    return np.searchsorted(borders, values, side="right")
