import numpy as np
import pytest
from numpy.typing import NDArray

from vireo_training.ranking.calibration import Calibration, fit_calibration, value_weights


def drawn(
    rows: int, slope: float, intercept: float, mean: float = 0.0
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Labels whose true logits are a line of the logits."""
    random = np.random.default_rng(3)
    logits = random.normal(mean, 1.5, rows)
    chance = 1 / (1 + np.exp(-(slope * logits + intercept)))
    return (random.random(rows) < chance).astype(np.float32), logits


def test_the_line_that_labels_were_drawn_from_is_found() -> None:
    line = fit_calibration(*drawn(50_000, 0.7, -0.4))
    assert line.slope == pytest.approx(0.7, abs=0.03)
    assert line.intercept == pytest.approx(-0.4, abs=0.03)


def test_with_few_positives_only_the_intercept_is_learned_and_the_mean_is_right() -> None:
    labels, logits = drawn(2_000, 0.5, -1.0, mean=-4)
    assert 0 < labels.sum() < 300
    line = fit_calibration(labels, logits)
    assert line.slope == 1
    assert (1 / (1 + np.exp(-(logits + line.intercept)))).sum() == pytest.approx(labels.sum(), rel=1e-6)


def test_unknown_labels_say_nothing() -> None:
    labels, logits = drawn(5_000, 1.2, 0.1)
    unknown = np.full(1_000, np.nan, dtype=np.float32)
    assert fit_calibration(np.append(labels, unknown), np.append(logits, np.full(1_000, 9.0))) == fit_calibration(
        labels, logits
    )


def test_where_nothing_happened_nothing_is_changed() -> None:
    assert fit_calibration(np.zeros(100, dtype=np.float32), np.zeros(100)) == Calibration(1.0, 0.0)


def test_a_rare_head_weighs_nothing_in_the_value_unless_it_is_configured() -> None:
    positives = {"long_view": 50_000, "share": 144, "comment": 299, "like": 300}
    usual = {"long_view": 1.0, "share": 3.0, "comment": 2.0, "like": 1.5}
    weights = value_weights(positives, usual, {"comment": 0.5})
    assert weights == {"long_view": 1.0, "share": 0.0, "comment": 0.5, "like": 1.5}


def test_a_weight_of_what_is_not_predicted_is_refused() -> None:
    with pytest.raises(ValueError, match="applause"):
        value_weights({"like": 500}, {}, {"applause": 1.0})
