"""What has to be beaten, on people whose tastes are plain."""

import numpy as np
import pytest

from exports import World, write_export
from tastes import shown_only_what_they_like
from vireo_training.data import RetrievalData, queries_of, read_export
from vireo_training.evaluation.protocols import Retriever
from vireo_training.retrieval.baselines.item_to_item import Cosine, Ease, ItemToItem
from vireo_training.retrieval.baselines.matrix_factorisation import MatrixFactorisation
from vireo_training.retrieval.baselines.popularity import Popularity
from vireo_training.retrieval.validation import recall_on

WORLD = World(people=60, videos=120, rows_a_day=600)
KNN = ItemToItem("item-kNN", Cosine((5, 200)))
EASE = ItemToItem("EASE", Ease((1, 10)))
IALS = MatrixFactorisation(factors=8, options=(0.1, 1))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RetrievalData:
    folder = write_export(tmp_path_factory.mktemp("baselines") / "page", WORLD)
    return shown_only_what_they_like(read_export(folder, 0).retrieval, WORLD)


@pytest.fixture(scope="module")
def last_day(data: RetrievalData) -> int:
    return int(data.samples.day.max())


@pytest.mark.parametrize("retriever", [KNN, EASE, IALS], ids=lambda each: each.name)
def test_who_liked_what_finds_what_popularity_cannot(retriever: Retriever, data: RetrievalData, last_day: int) -> None:
    known = data.before(last_day)
    choice = retriever.choose(known, last_day - 1, seed=1)
    found = recall_on(last_day, data, retriever.fit(known, last_day, choice, seed=1), 20)
    assert found > 2 * recall_on(last_day, data, Popularity(7).fit(known, last_day, None, 1), 20)


def test_popularity_counts_the_long_views_of_the_days_before(data: RetrievalData, last_day: int) -> None:
    scores = Popularity(1).fit(data, last_day, None, 1).scores(everybody(data, last_day))
    of_day = data.samples.on(last_day - 1)
    expected = np.bincount(of_day.video[of_day.labels["long_view"] == 1], minlength=len(data.videos))
    assert np.array_equal(scores, np.tile(expected, (len(scores), 1)))


def test_times_popularity_prefers_what_was_shown_yesterday(data: RetrievalData, last_day: int) -> None:
    queries = everybody(data, last_day)
    alone = EASE.fit(data, last_day, 1, 1).scores(queries)
    times = ItemToItem("EASE", Ease(), 0.3).fit(data, last_day, 1, 1).scores(queries)
    shown = np.bincount(data.samples.on(last_day - 1).video, minlength=len(data.videos))
    assert times == pytest.approx(alone * (1 + shown) ** 0.3, rel=1e-4)


def test_a_video_says_nothing_for_itself() -> None:
    together = np.array([[4, 2, 0], [2, 4, 1], [0, 1, 4]], dtype=np.float32)
    for similarity, option in ((Cosine(), 3), (Ease(), 10)):
        assert not np.diag(similarity.weights(together, option)).any()


def test_ease_solves_its_regression() -> None:
    """Of all weights with a diagonal of 0, those of EASE have the least squared error and ridge."""
    views = np.random.default_rng(1).integers(0, 2, (30, 5)).astype(np.float32)
    weights = Ease().weights(views.T @ views, 7)
    for video in range(5):
        others = np.arange(5) != video
        x = views[:, others]
        best = np.linalg.solve(x.T @ x + 7 * np.eye(4), x.T @ views[:, video])
        assert weights[others, video] == pytest.approx(best, abs=1e-5)


def test_only_the_nearest_neighbours_are_kept() -> None:
    views = np.random.default_rng(1).integers(0, 2, (50, 8)).astype(np.float32)
    all_of_them, some = (Cosine().weights(views.T @ views, option) for option in (8, 3))
    assert (np.count_nonzero(some, axis=0) == 3).all()
    assert (some.max(axis=0) == all_of_them.max(axis=0)).all()


def test_the_same_seed_gives_the_same_factors(data: RetrievalData, last_day: int) -> None:
    first, again = (IALS.fit(data.before(last_day), last_day, 1, 1).scores(everybody(data, last_day)) for _ in range(2))
    assert np.array_equal(first, again)


def everybody(data: RetrievalData, day: int):  # type: ignore[no-untyped-def]
    return queries_of(data.samples, day, np.unique(data.samples.on(day).person))
