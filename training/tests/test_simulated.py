import numpy as np
import pytest
from scipy.optimize import minimize

from vireo_training.simulated.logging_policy import logging_policy_log, policy_world
from vireo_training.simulated.position_bias import PositionBiasLog, position_bias_log
from vireo_training.simulated.taste_shift import taste_shift_log


def fitted_bias(log: PositionBiasLog) -> np.ndarray:
    """The term of each position, against the top, of a logistic regression on features and position."""
    positions = len(log.examination)
    inputs = np.hstack([log.features, np.eye(positions)[log.position]])  # [N, F + K]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        p = 1 / (1 + np.exp(-(inputs @ weights)))
        value = -np.mean(np.where(log.clicked, np.log(p), np.log1p(-p)))
        return float(value), inputs.T @ (p - log.clicked) / len(p)

    terms = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x[-positions:]
    return np.asarray(terms - terms[0])


def test_an_additive_term_of_the_position_recovers_the_bias_and_the_mean_of_clicks_does_not() -> None:
    log = position_bias_log(pages=20_000, positions=6, features=4, seed=1)
    assert fitted_bias(log) == pytest.approx(log.log_bias, abs=0.2)
    clicks = np.bincount(log.position, log.clicked) / np.bincount(log.position)
    assert np.abs(np.log(clicks / clicks[0]) - log.log_bias).max() > 0.4


def test_propensities_are_how_often_an_action_is_taken() -> None:
    world = policy_world(contexts=3, actions=4, seed=1)
    log = logging_policy_log(world, people=20_000, rows_each=3, seed=2)
    for context in range(3):
        inside = log.context == context
        taken = np.bincount(log.action[inside], minlength=4) / inside.sum()
        assert taken == pytest.approx(world.logging[context], abs=0.015)
        assert log.propensity[inside] == pytest.approx(world.logging[context][log.action[inside]])


def test_only_shifted_tastes_change_and_only_then() -> None:
    log = taste_shift_log(200_000, seed=1)
    after = log.time_ms >= log.shift_ms
    old = log.is_old_slice
    group, category = log.group_of_person[log.person], log.category_of_video[log.video]
    cell = group * log.has_shifted.shape[1] + category

    def rates(rows: np.ndarray) -> np.ndarray:
        means = np.bincount(cell[rows], log.long_view[rows], 32) / np.bincount(cell[rows], minlength=32).clip(1)
        return np.asarray(means)

    moved = np.abs(rates(after) - rates(~after))
    assert moved[np.unique(cell[old])].max() < 0.05
    assert moved[np.unique(cell[~old])].mean() > 0.2
    assert log.has_shifted.mean() == 0.5


def test_the_same_seed_gives_the_same_log() -> None:
    first, second, other = (taste_shift_log(1_000, seed=seed) for seed in (1, 1, 2))
    assert (first.long_view == second.long_view).all()
    assert (first.video != other.video).any()
