import numpy as np
import pytest

from vireo_training.ranking_quality import auc, gauc


def labels(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.bool_)


def test_auc_is_the_share_of_pairs_in_order_and_ties_count_half() -> None:
    assert auc(labels(1, 0, 1, 0), np.array([0.9, 0.1, 0.8, 0.2])) == 1
    assert auc(labels(1, 0), np.array([0.5, 0.5])) == 0.5
    # Pairs: 3 > 1, 3 > 2, 2 > 1 are in order, 2 = 2 is a tie.
    assert auc(labels(1, 1, 0, 0), np.array([3.0, 2.0, 1.0, 2.0])) == pytest.approx(3.5 / 4)


def test_auc_is_that_of_counting_all_pairs() -> None:
    random = np.random.default_rng(1)
    y, s = random.random(200) < 0.3, random.integers(0, 20, 200).astype(np.float64)
    pairs = s[y][:, None] - s[~y][None, :]  # [positives, negatives]
    assert auc(y, s) == pytest.approx(np.mean(np.where(pairs == 0, 0.5, pairs > 0)))


def test_gauc_weights_groups_by_their_rows_and_leaves_out_those_of_one_class() -> None:
    y = labels(1, 0, 1, 0, 0, 1)
    s = np.array([0.9, 0.1, 0.1, 0.9, 0.2, 0.7])
    groups = np.array([7, 7, 8, 8, 8, 9])
    assert gauc(y, s, groups) == pytest.approx((2 * 1 + 3 * 0) / 5)
    assert gauc(y[::-1], s[::-1], groups[::-1]) == gauc(y, s, groups)


def test_one_class_has_no_order() -> None:
    with pytest.raises(ValueError, match="positives and negatives"):
        auc(labels(1, 1), np.zeros(2))
    with pytest.raises(ValueError, match="a group with"):
        gauc(labels(1, 0), np.zeros(2), np.array([1, 2]))
