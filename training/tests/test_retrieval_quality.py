import numpy as np
import pytest

from vireo_training.evaluation.retrieval_quality import NOT_FOUND, breadth, find, ndcgs, recalls

NOBODY = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def pairs(*each: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([person for person, _ in each]), np.array([video for _, video in each])


def test_ranks_are_those_of_a_full_sort_without_what_is_masked_and_ties_go_by_video() -> None:
    random = np.random.default_rng(1)
    scores = random.integers(0, 30, (600, 200)).astype(np.float32)
    masked = random.integers(0, 600, 5_000), random.integers(0, 200, 5_000)
    relevant = random.integers(0, 600, 900), random.integers(0, 200, 900)
    found = find(scores, masked, relevant, first=20)
    is_masked = np.zeros(scores.shape, dtype=np.bool_)
    is_masked[masked] = True
    order = np.argsort(np.where(is_masked, np.inf, -scores), axis=1, kind="stable")
    assert (found.first == order[:, :20]).all()
    by_person = np.argsort(relevant[0], kind="stable")
    expected = 1 + np.argsort(order, axis=1)[relevant[0][by_person], relevant[1][by_person]]
    hidden = is_masked[relevant[0][by_person], relevant[1][by_person]]
    assert (found.rank == np.where(hidden, NOT_FOUND, expected)).all()


def test_recall_and_ndcg_are_means_over_people() -> None:
    scores = np.array([[5, 4, 3, 2, 1], [1, 2, 3, 4, 5]], dtype=np.float32)
    found = find(scores, NOBODY, pairs((0, 1), (0, 4), (1, 4)), first=2)
    assert recalls(found, 2).value.tolist() == [0.5, 1]
    assert recalls(found, 5).mean() == 1
    best_of_two = 1 + 1 / np.log2(3)
    assert ndcgs(found, 2).value == pytest.approx([(1 / np.log2(3)) / best_of_two, 1])


def test_what_was_seen_takes_no_place_and_can_not_be_found() -> None:
    scores = np.array([[5, 4, 3]], dtype=np.float32)
    found = find(scores, pairs((0, 0), (0, 2)), pairs((0, 1), (0, 2)), first=3)
    assert found.rank.tolist() == [1, NOT_FOUND]
    assert found.first.tolist() == [[1, -1, -1]]


def test_breadth_counts_what_comes_first_for_anybody() -> None:
    first = np.array([[0, 1], [1, -1]], dtype=np.int32)
    assert breadth(first, np.arange(4)) == 0.5
    assert breadth(first, np.array([0, 0, 1, 2])) == pytest.approx(1 / 3)


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        find(np.array([[np.nan, 1]], dtype=np.float32), NOBODY, NOBODY, first=1)
