import numpy as np
import pytest

from vireo_training.evaluation.watch_quality import pair_counts, pair_counts_within, xauc


def xauc_of_all_pairs(watch: np.ndarray, predicted: np.ndarray) -> float:
    order = np.sign(np.subtract.outer(watch, watch)) * np.sign(np.subtract.outer(predicted, predicted))
    return float(((order[np.not_equal.outer(watch, watch)] + 1) / 2).mean())


def test_xauc_is_the_share_of_pairs_in_order_ties_of_predictions_count_half_equal_times_are_no_pair() -> None:
    assert xauc(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])) == 1
    assert xauc(np.array([1.0, 2.0]), np.array([5.0, 5.0])) == 0.5
    assert xauc(np.array([1.0, 1.0, 2.0]), np.array([9.0, 1.0, 5.0])) == 0.5
    assert np.isnan(xauc(np.array([1.0, 1.0]), np.array([1.0, 2.0])))


@pytest.mark.parametrize("rows", [1, 2, 3, 64, 301])
def test_xauc_is_that_of_counting_all_pairs(rows: int) -> None:
    random = np.random.default_rng(rows)
    watch, predicted = random.integers(0, 30, rows).astype(float), random.integers(0, 20, rows).astype(float)
    if rows > 1:
        assert xauc(watch, predicted) == pytest.approx(xauc_of_all_pairs(watch, predicted))
    assert pair_counts(watch, predicted).pairs.sum() == np.not_equal.outer(watch, watch).sum()


def test_within_groups_only_pairs_of_a_group_count() -> None:
    random = np.random.default_rng(5)
    watch, predicted, groups = random.random(120), random.random(120), random.integers(0, 4, 120)
    within = pair_counts_within(watch, predicted, groups)
    for group in range(4):
        inside = groups == group
        assert within.where(inside).xauc() == pytest.approx(xauc_of_all_pairs(watch[inside], predicted[inside]))
    assert within.pairs.sum() == sum(np.sum(groups == group) * (np.sum(groups == group) - 1) for group in range(4))
