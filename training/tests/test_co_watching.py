"""The feed's score without a model, counted from scratch."""

import numpy as np
import pytest

from exports import World, write_export
from tastes import shown_only_what_they_like
from vireo_training.data import RetrievalData, queries_of, read_export
from vireo_training.retrieval.baselines.co_watching import GOOD, CoWatching
from vireo_training.retrieval.baselines.popularity import Popularity
from vireo_training.retrieval.validation import recall_on

WORLD = World(people=20, videos=40, rows_a_day=200)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RetrievalData:
    return read_export(write_export(tmp_path_factory.mktemp("co-watching") / "page", WORLD), 0).retrieval


def test_a_score_sums_what_was_good_within_ten_interactions_of_the_last_videos(data: RetrievalData) -> None:
    day = int(data.samples.day.max())
    known = data.before(day)
    played = [
        (person, video, bool(good))
        for person, video, good in zip(known.history.person, known.history.video, known.history.long_view, strict=True)
    ]
    good = (known.samples.labels["long_view"] == 1) | (known.samples.labels["finish"] == 1)
    played += list(zip(known.samples.person.tolist(), known.samples.video.tolist(), good.tolist(), strict=True))
    counts = np.zeros((WORLD.videos, WORLD.videos))
    for person in range(WORLD.people):
        own = [(video, was_good) for who, video, was_good in played if who == person]
        for at, (video, was_good) in enumerate(own):
            for other, other_good in own[max(0, at - 10) : at]:
                counts[other, video] += was_good and other != video
                counts[video, other] += other_good and other != video
    plays = np.bincount([video for _, video, _ in played], minlength=WORLD.videos)
    views = np.bincount(known.long_views()[1], minlength=WORLD.videos)
    yesterday = np.bincount(known.samples.on(day - 1).video, minlength=WORLD.videos)
    queries = queries_of(data.samples, day, np.unique(data.samples.on(day).person)[:3])
    expected = np.zeros((3, WORLD.videos))
    for row in range(3):
        for place, seed in enumerate(queries.recent_videos[row][:30]):
            if seed >= 0:
                weight = (1 if queries.recent_outcomes[row][place] & GOOD else 0.5) * 0.5 ** (place / 25)
                expected[row] += weight * counts[seed] * max(1, plays[seed]) ** -0.7
    expected *= np.maximum(1, views) ** -0.75 * (0.1 + yesterday) ** 0.25
    assert CoWatching().fit(known, day, None, 1).scores(queries) == pytest.approx(expected, rel=1e-4)


def test_co_watching_finds_what_popularity_cannot(data: RetrievalData) -> None:
    plain = shown_only_what_they_like(data, WORLD)
    day = int(plain.samples.day.max())
    known = plain.before(day)
    found = recall_on(day, plain, CoWatching().fit(known, day, None, 1), 5)
    assert found > 2 * recall_on(day, plain, Popularity(7).fit(known, day, None, 1), 5)
