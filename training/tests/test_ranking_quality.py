import numpy as np
import pytest

from vireo_training.evaluation.ranking_quality import RankedRows, auc, gauc, group_aucs, group_ndcgs, log_losses


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


def test_a_row_that_weighs_two_counts_as_two_rows() -> None:
    random = np.random.default_rng(2)
    y, s = random.random(300) < 0.3, random.integers(0, 40, 300).astype(np.float64)
    weights, groups = random.integers(0, 4, 300), random.integers(0, 9, 300)
    twice = np.repeat(np.arange(300), weights)
    assert auc(y, s, weights.astype(np.float64)) == pytest.approx(auc(y[twice], s[twice]))
    assert gauc(y, s, groups, weights.astype(np.float64)) == pytest.approx(gauc(y[twice], s[twice], groups[twice]))


def test_gauc_weights_groups_by_their_rows_and_leaves_out_those_of_one_class() -> None:
    y = labels(1, 0, 1, 0, 0, 1)
    s = np.array([0.9, 0.1, 0.1, 0.9, 0.2, 0.7])
    groups = np.array([7, 7, 8, 8, 8, 9])
    assert gauc(y, s, groups) == pytest.approx((2 * 1 + 3 * 0) / 5)
    assert gauc(y[::-1], s[::-1], groups[::-1]) == gauc(y, s, groups)


def test_the_auc_of_a_group_is_that_of_its_rows_alone() -> None:
    random = np.random.default_rng(3)
    y, s = random.random(500) < 0.4, random.integers(0, 6, 500).astype(np.float64)
    groups = random.integers(-5, 40, 500)
    for row, value, weight in zip(*vars(group_aucs(y, s, groups)).values(), strict=True):
        inside = groups == groups[row]
        assert (value, weight) == (pytest.approx(auc(y[inside], s[inside])), inside.sum())


def test_one_class_has_no_order() -> None:
    with pytest.raises(ValueError, match="positives and negatives"):
        auc(labels(1, 1), np.zeros(2))
    with pytest.raises(ValueError, match="a group with"):
        gauc(labels(1, 0), np.zeros(2), np.array([1, 2]))
    assert np.isnan(RankedRows.of(labels(1, 0), np.zeros(2)).auc(np.array([1.0, 0.0])))


def test_ndcg_discounts_by_rank_within_the_group() -> None:
    y = labels(0, 1, 1, 0, 1, 1, 1)
    s = np.array([0.9, 0.8, 0.1, 0.5, 0.3, 0.2, 0.1])
    found = group_ndcgs(y, s, np.array([1, 1, 1, 2, 2, 3, 3]), k=2)
    assert found.value == pytest.approx([(1 / np.log2(3)) / (1 + 1 / np.log2(3)), 1 / np.log2(3)])
    assert found.mean() == pytest.approx(found.value.mean())


def test_log_loss_is_bounded_where_the_impossible_happened() -> None:
    losses = log_losses(labels(1, 0, 1), np.array([0.5, 0.2, 0.0]))
    assert losses == pytest.approx([np.log(2), -np.log(0.8), -np.log(1e-7)])
