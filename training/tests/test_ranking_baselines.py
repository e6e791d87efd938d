import numpy as np
import pytest

from exports import World, write_export
from vireo_training.data import Export, read_export
from vireo_training.evaluation.protocols import Ranker
from vireo_training.evaluation.ranking_quality import auc
from vireo_training.facts import TableSizes
from vireo_training.ranking.baselines.item_rate import ItemRate
from vireo_training.ranking.baselines.length_median import LengthMedian
from vireo_training.ranking.baselines.lightgbm import LightGbmRanker
from vireo_training.ranking.lineup import DETERMINISTIC, rankers_of
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings, TreeSettings

TABLES = TableSizes(videos=256, creators=64, audios=64, categories=32, words=64, surfaces=16, devices=16)
SETTINGS = RankingSettings(
    NetworkSettings(tables=TABLES, hidden_width=16, experts=2, expert_width=8),
    TeacherSettings(0.5, 20, TreeSettings(least_rows_in_leaf=30, threads=1)),
    epochs=3,
    batch_size=64,
    learning_rate=0.01,
)
TREES = TreeSettings(
    most_rounds=100, learning_rate=0.1, leaves=4, least_rows_in_leaf=30, l2=0.1, share_of_columns=1.0, threads=1
)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return read_export(write_export(tmp_path_factory.mktemp("exports") / "day", World(rows_a_day=400)), 0)


def long_view_auc(ranker: Ranker, export: Export) -> float:
    """Chosen on the last but one day, tested on the last."""
    samples = export.samples
    last = int(samples.day.max())
    choice = ranker.choose(samples.before(last - 1), samples.on(last - 1), 1)
    predicted = ranker.fit(samples.before(last), choice, 1).predict(samples.on(last))["long_view"]
    assert ((predicted >= 0) & (predicted <= 1)).all()
    return auc(samples.on(last).labels["long_view"] == 1, predicted)


@pytest.mark.parametrize("name", ["item rate", "logistic regression", "DeepFM", "LightGBM", "MMoE"])
def test_every_ranker_orders_a_day_that_it_has_not_seen(name: str, export: Export) -> None:
    rankers = {each.name: each for each in rankers_of(export.videos, export.history, SETTINGS, TREES)}
    assert long_view_auc(rankers[name], export) > 0.6


def test_every_row_of_the_table_has_a_name_of_its_own_and_tells_its_configuration(export: Export) -> None:
    rankers = rankers_of(export.videos, export.history, SETTINGS, TREES)
    assert len({each.name for each in rankers}) == len(rankers)
    assert len({repr(each) for each in rankers}) == len(rankers)
    assert {each.name for each in rankers} >= {"MMoE", "single-task", "LightGBM", *DETERMINISTIC}


def test_a_video_that_nobody_saw_has_the_usual_rate(export: Export) -> None:
    unseen = export.samples.where(np.arange(1))
    unseen.video[:] = len(export.videos)
    predicted = ItemRate(export.history).fit(export.samples, None, 1).predict(unseen)
    assert predicted["skip"][0] == pytest.approx(np.nanmean(export.samples.labels["skip"]), rel=1e-5)
    views = np.append(export.samples.labels["long_view"], export.history.long_view.astype(np.float32))
    assert predicted["long_view"][0] == pytest.approx(np.nanmean(views), rel=1e-5)


def test_trees_skip_a_task_of_one_class(export: Export) -> None:
    ranker = LightGbmRanker(export.videos, TREES, ("share", "skip"))
    choice = ranker.choose(export.samples, export.samples, 1)
    assert set(choice) == {"skip"}


def test_the_median_by_length_is_the_middle_of_what_was_watched(export: Export) -> None:
    predicted = LengthMedian(export.videos).fit(export.samples, None, 1).predict(export.samples)["watch_ms"]
    assert predicted.mean() == pytest.approx(np.median(export.samples.labels["watch_ms"]), rel=0.05)
