import numpy as np
import pytest
import torch

from vireo_training.ranking.features import fit_features, fit_strength

NAMES = ("video_impressions_1h", "video_impressions_24h", "video_plays_of_known_length_24h", "video_long_views_24h")


def counts(rows: int = 500) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    random = np.random.default_rng(1)
    plays = random.integers(0, 50, rows)
    columns = [
        random.integers(0, 20, rows),
        plays + random.integers(0, 50, rows),
        plays,
        random.binomial(plays, random.beta(2, 5, rows)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def test_scores_of_the_training_rows_have_mean_0_and_deviation_1() -> None:
    transform = fit_features(NAMES, counts())
    scores = transform(torch.from_numpy(counts()))
    assert scores.shape == (500, transform.size)
    assert scores.mean(dim=0).abs().max() < 0.05
    assert (scores.std(dim=0) - 1).abs().max() < 0.05


def test_a_part_is_read_as_its_share_which_is_usual_where_nothing_was_counted() -> None:
    transform = fit_features(NAMES, counts())
    long_views = transform.parts.tolist().index(3) + len(transform.counts)
    none, few, many = transform(torch.tensor([[1.0, 60.0, 0.0, 0.0], [1.0, 60.0, 4.0, 3.0], [1.0, 60.0, 40.0, 30.0]]))[
        :, long_views
    ]
    assert abs(none) < 0.5
    assert none < few < many


def test_this_hour_is_read_against_its_day() -> None:
    transform = fit_features(NAMES, counts())
    velocity = transform.parts.tolist().index(0) + len(transform.counts)
    slower, faster = transform(torch.tensor([[2.0, 90.0, 5.0, 1.0], [18.0, 90.0, 5.0, 1.0]]))[:, velocity]
    assert slower < faster


def test_columns_that_never_differ_are_dropped() -> None:
    values = counts()
    values[:, 3] = 7
    assert fit_features(NAMES, values).size == fit_features(NAMES, counts()).size - 1


def test_what_is_beyond_the_training_rows_is_like_their_border() -> None:
    transform = fit_features(("video_age_hours",), np.arange(100, dtype=np.float32)[:, None])
    assert transform(torch.tensor([[99.0], [99_000.0]])).unique().numel() == 1


def test_an_unknown_value_is_the_mean() -> None:
    transform = fit_features(("video_age_hours",), np.arange(100, dtype=np.float32)[:, None])
    assert transform(torch.tensor([[-1.0]])).item() == 0


def test_a_feature_that_is_not_a_number_stops_the_fit_by_name() -> None:
    values = counts()
    values[3, 2] = np.nan
    with pytest.raises(ValueError, match="video_plays_of_known_length_24h is not a number"):
        fit_features(NAMES, values)


def test_one_row_is_too_few() -> None:
    with pytest.raises(ValueError, match="1 rows are too few"):
        fit_features(NAMES, counts(1))


def test_the_strength_of_a_prior_is_found_from_its_draws() -> None:
    random = np.random.default_rng(2)
    trials = random.integers(1, 40, 5000).astype(np.float64)
    successes = random.binomial(trials.astype(int), random.beta(2, 6, 5000)).astype(np.float64)
    assert 6 < fit_strength(successes, trials) < 10


def test_entities_that_do_not_differ_make_a_strong_prior() -> None:
    assert fit_strength(np.full(100, 5.0), np.full(100, 10.0)) > 1000
