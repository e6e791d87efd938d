from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from vireo_training.evaluation.policy_value import (
    LoggedRows,
    MissingPropensityError,
    PolicyValue,
    doubly_robust,
    snips,
)
from vireo_training.simulated.logging_policy import LoggingPolicyLog, logging_policy_log, policy_world

WORLD = policy_world(contexts=8, actions=6, seed=3)
RUNS = 200


def by_snips(log: LoggingPolicyLog) -> PolicyValue:
    return snips(log.rows())


def by_doubly_robust(log: LoggingPolicyLog, *, bias: float = 0.0) -> PolicyValue:
    """With a model that knows only the mean of each action, and that wrongly where there is a bias."""
    model = WORLD.expected_reward.mean(axis=0) + bias  # [A]
    return doubly_robust(log.rows(), model[log.action], (WORLD.target @ model)[log.context])


def by_wrong_model(log: LoggingPolicyLog) -> PolicyValue:
    return by_doubly_robust(log, bias=0.3)


@pytest.mark.parametrize("estimated", [by_snips, by_doubly_robust, by_wrong_model])
def test_intervals_cover_the_known_value_of_another_policy(
    estimated: Callable[[LoggingPolicyLog], PolicyValue],
) -> None:
    found = [estimated(logging_policy_log(WORLD, people=400, rows_each=5, seed=seed)) for seed in range(RUNS)]
    assert 0.90 <= np.mean([each.low <= WORLD.value <= each.high for each in found]) <= 0.98
    assert np.mean([each.value for each in found]) == pytest.approx(WORLD.value, abs=0.004)


def test_the_logged_mean_is_not_the_value_of_the_other_policy() -> None:
    log = logging_policy_log(WORLD, people=4_000, rows_each=5, seed=1)
    assert log.reward.mean() < WORLD.value - 0.05


def test_a_model_that_is_right_narrows_the_interval() -> None:
    log = logging_policy_log(WORLD, people=400, rows_each=5, seed=1)
    truth = WORLD.expected_reward
    right = doubly_robust(log.rows(), truth[log.context, log.action], (WORLD.target * truth).sum(axis=1)[log.context])
    plain = by_snips(log)
    assert right.high - right.low < plain.high - plain.low


def test_the_policy_that_logged_is_worth_what_it_earned() -> None:
    rows = logging_policy_log(WORLD, people=50, rows_each=4, seed=1).rows()
    value = snips(replace(rows, target=rows.propensity))
    assert value.value == pytest.approx(rows.reward.mean())
    assert value.effective_rows == pytest.approx(200)
    assert value.largest_weight == 1


def test_one_great_weight_leaves_few_effective_rows() -> None:
    rows = LoggedRows(
        sample_id=np.array(["a", "b", "c"], dtype=np.object_),
        person=np.arange(3),
        propensity=np.array([0.5, 0.5, 0.001]),
        target=np.array([0.5, 0.5, 0.5]),
        reward=np.array([0.0, 0.0, 1.0]),
    )
    value = snips(rows)
    assert value.largest_weight == 500
    assert value.effective_rows == pytest.approx(502**2 / 250_002)


def test_rows_without_a_logged_propensity_are_refused_by_name() -> None:
    rows = logging_policy_log(WORLD, people=5, rows_each=2, seed=1).rows()
    propensity = rows.propensity.copy()
    propensity[[1, 3, 4]] = [0, np.nan, -0.1]
    with pytest.raises(MissingPropensityError, match=r"3 rows have no logged propensity above 0 \(s1, s3, s4\)"):
        replace(rows, propensity=propensity)
    with pytest.raises(MissingPropensityError, match=r"10 rows .* \(s0, s1, s2, s3, s4, …\)"):
        replace(rows, propensity=np.zeros(10))


def test_what_can_not_be_estimated_is_refused() -> None:
    rows = logging_policy_log(WORLD, people=5, rows_each=2, seed=1).rows()
    with pytest.raises(ValueError, match="takes none of the logged actions"):
        snips(replace(rows, target=np.zeros(10)))
    with pytest.raises(ValueError, match="from 0 to 1"):
        replace(rows, target=np.full(10, 1.5))
    nothing = np.empty(0)
    with pytest.raises(ValueError, match="no rows"):
        LoggedRows(nothing.astype(np.object_), nothing.astype(np.int64), nothing, nothing, nothing)
