import numpy as np
import pytest

from vireo_training.evaluation.calibration_quality import calibration_curve, calibration_line


def outcomes(probabilities: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(len(probabilities)) < probabilities


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def test_what_was_predicted_rightly_has_slope_1_and_intercept_0() -> None:
    p = np.random.default_rng(1).uniform(0.01, 0.9, 40_000)
    line = calibration_line(outcomes(p, 2), p)
    assert [line.slope, line.intercept] == pytest.approx([1, 0], abs=0.03)


def test_the_slope_of_overconfident_predictions_is_what_would_correct_them() -> None:
    x = np.random.default_rng(1).normal(-4, 1, 80_000)
    line = calibration_line(outcomes(sigmoid(0.5 * x + 1), 2), sigmoid(x))
    assert line.slope == pytest.approx(0.5, abs=0.03)
    assert line.intercept == pytest.approx(1, abs=0.1)


def test_no_line_fits_one_class_one_prediction_or_what_is_split_for_sure() -> None:
    with pytest.raises(ValueError, match="positives and negatives"):
        calibration_line(np.zeros(3, dtype=np.bool_), np.array([0.1, 0.2, 0.3]))
    with pytest.raises(ValueError, match="all the same"):
        calibration_line(np.array([True, False]), np.array([0.1, 0.1]))
    with pytest.raises(ValueError, match="no finite line"):
        calibration_line(np.array([False, False, True, True]), np.array([0.1, 0.2, 0.8, 0.9]))


def test_a_curve_has_bins_of_the_same_size_and_equal_predictions_share_one() -> None:
    p = np.arange(100) / 100
    curve = calibration_curve(p >= 0.5, p, 4)
    assert [each.rows for each in curve] == [25] * 4
    assert [each.actual for each in curve] == [0, 0, 1, 1]
    assert curve[3].predicted_over_actual == pytest.approx(0.87)
    assert [each.rows for each in calibration_curve(p >= 0.5, np.full(100, 0.3), 4)] == [100]
