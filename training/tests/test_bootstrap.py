import numpy as np
import pytest

from vireo_training.evaluation import measures
from vireo_training.evaluation.bootstrap import estimate, mean_over, person_draws
from vireo_training.evaluation.calibration_quality import calibration_line
from vireo_training.evaluation.ranking_quality import auc, gauc, group_aucs
from vireo_training.evaluation.watch_quality import pair_counts, xauc

PEOPLE = 200


def rows(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Person, label and prediction of 3,000 rows."""
    random = np.random.default_rng(seed)
    person = random.integers(0, PEOPLE, 3_000)
    p = 1 / (1 + np.exp(1 - random.normal(size=3_000) - random.normal(size=PEOPLE)[person]))
    return person, random.random(3_000) < p, np.round(p, 2).clip(0.01, 0.99)


def test_the_first_draw_is_the_people_as_they_are() -> None:
    person, y, p = rows(1)
    as_they_are = person_draws(PEOPLE, 0, 1)
    assert measures.auc(person, y, p)(as_they_are)[0] == pytest.approx(auc(y, p))
    assert measures.mean_of_groups(person, group_aucs(y, p, person))(as_they_are)[0] == pytest.approx(
        gauc(y, p, person)
    )
    assert measures.calibration_slope(person, y, p)(as_they_are)[0] == pytest.approx(calibration_line(y, p).slope)
    assert measures.xauc(person, pair_counts(p, p**2))(as_they_are)[0] == pytest.approx(1)


def test_a_draw_is_worth_what_the_rows_of_those_who_were_drawn_are_worth() -> None:
    person, y, p = rows(2)
    noisy = p + np.random.default_rng(3).normal(0, 0.3, len(p))
    weights = person_draws(PEOPLE, 3, seed=7)
    for draw in (1, 2, 3):
        drawn = np.repeat(np.arange(len(person)), weights[draw][person].astype(int))
        assert measures.auc(person, y, p)(weights)[draw] == pytest.approx(auc(y[drawn], p[drawn]))
        slope, intercept = (
            measure(person, y, p)(weights)[draw]
            for measure in (measures.calibration_slope, measures.calibration_intercept)
        )
        line = calibration_line(y[drawn], p[drawn])
        assert [slope, intercept] == pytest.approx([line.slope, line.intercept], abs=0.01)
        # To first order only, and a row that is drawn twice makes no pair with itself.
        of_pairs = measures.xauc(person, pair_counts(p, noisy))(weights)[draw]
        assert of_pairs == pytest.approx(xauc(p[drawn], noisy[drawn]), abs=0.004)


def test_intervals_of_correlated_rows_cover_the_truth() -> None:
    covered = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        person = np.repeat(np.arange(60), 20)
        values = random.normal(size=60)[person] + random.normal(size=len(person))
        found = estimate(measures.mean(person, values)(person_draws(60, 300, seed)))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0 <= found.high
    assert 0.90 <= covered / 200 <= 0.98


def test_the_difference_of_two_models_is_paired_and_a_model_differs_from_itself_by_nothing() -> None:
    person, y, p = rows(4)
    weights = person_draws(PEOPLE, 300, seed=1)
    nearly = measures.auc(person, y, p + np.random.default_rng(1).normal(0, 0.01, len(p)))(weights)
    own = measures.auc(person, y, p)(weights)
    alone, paired, none = estimate(own), estimate(nearly - own), estimate(own - own)
    assert alone is not None
    assert paired is not None
    assert none is not None
    assert (none.value, none.low, none.high) == (0, 0, 0)
    assert (paired.high or 0) - (paired.low or 0) < 0.2 * ((alone.high or 0) - (alone.low or 0))


def test_seeds_are_averaged_inside_a_draw() -> None:
    person, y, p = rows(5)
    weights = person_draws(PEOPLE, 5, seed=1)
    seeds = [measures.auc(person, y, p), measures.auc(person, y, -p)]
    assert mean_over(seeds, weights) == pytest.approx(np.full(6, 0.5))


def test_draws_that_leave_nothing_to_judge_are_passed_over_and_what_can_not_be_said_is_not() -> None:
    person = np.array([0, 1])
    weights = person_draws(2, 100, seed=1)
    value = estimate(measures.auc(person, np.array([True, False]), np.array([0.9, 0.1]))(weights))
    assert value is not None
    assert (value.value, value.low, value.high) == (1, 1, 1)
    assert estimate(measures.auc(person, np.array([True, True]), np.array([0.9, 0.1]))(weights)) is None
    assert estimate(measures.calibration_slope(person, np.array([True, True]), np.ones(2))(weights)) is None


def test_the_same_seed_draws_the_same_people() -> None:
    assert (person_draws(50, 10, 3) == person_draws(50, 10, 3)).all()
    assert (person_draws(50, 10, 3) != person_draws(50, 10, 4)).any()
