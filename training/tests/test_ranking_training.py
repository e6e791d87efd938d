from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exports import World, write_export
from vireo_training.data import Export, Samples, read_export
from vireo_training.evaluation.ranking_quality import auc
from vireo_training.facts import TableSizes
from vireo_training.ranking.distillation import taught
from vireo_training.ranking.ranker import NetworkRanker
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings, TreeSettings
from vireo_training.ranking.training import Trained, train
from vireo_training.ranking.twins import SingleTaskTwins
from vireo_training.training_loop import Progress, Run

TABLES = TableSizes(videos=256, creators=64, audios=64, categories=32, words=64, surfaces=16, devices=16)
SETTINGS = RankingSettings(
    NetworkSettings(tables=TABLES, hidden_width=32, experts=4, expert_width=8),
    TeacherSettings(share=0.0),
    epochs=3,
    batch_size=64,
)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    world = World(rows_a_day=400)
    return read_export(write_export(tmp_path_factory.mktemp("exports") / "day", world), 0)


def last_day(export: Export) -> Samples:
    return export.samples.on(int(export.samples.day.max()))


def before_last_day(export: Export) -> Samples:
    return export.samples.before(int(export.samples.day.max()))


def test_what_is_learned_orders_days_that_were_not_seen(export: Export) -> None:
    settings = replace(SETTINGS, epochs=4, learning_rate=0.01)
    trained = train(before_last_day(export), export.videos, settings, 4, seed=1)
    test = last_day(export)
    logits = trained.predict(test).logits[:, settings.network.tasks.index("long_view")]
    assert auc(test.labels["long_view"] == 1, logits) > 0.6


def test_the_same_seed_learns_the_same_and_another_something_else(export: Export) -> None:
    once, again, other = (
        train(export.samples, export.videos, SETTINGS, 1, seed).predict(export.samples).logits for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(once, again)
    assert not np.allclose(once, other)


def test_a_training_that_was_killed_goes_on_and_ends_the_same(export: Export, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    whole = train(export.samples, export.videos, SETTINGS, 3, seed=1)
    train(export.samples, export.videos, SETTINGS, 2, seed=1, run=Run(checkpoint=checkpoint))
    told: list[Progress] = []
    resumed = train(export.samples, export.videos, SETTINGS, 3, 1, Run(checkpoint=checkpoint, report=told.append))
    assert {each.epoch for each in told} == {3}
    np.testing.assert_array_equal(whole.predict(export.samples).logits, resumed.predict(export.samples).logits)
    assert list(tmp_path.iterdir()) == [checkpoint]


def test_a_checkpoint_of_other_data_is_not_gone_on_from(export: Export, tmp_path: Path) -> None:
    run: Run[Trained] = Run(checkpoint=tmp_path / "checkpoint.pt")
    train(before_last_day(export), export.videos, SETTINGS, 1, seed=1, run=run)
    fresh = train(export.samples, export.videos, SETTINGS, 1, seed=1)
    went_on = train(export.samples, export.videos, SETTINGS, 1, seed=1, run=run)
    np.testing.assert_array_equal(fresh.predict(export.samples).logits, went_on.predict(export.samples).logits)


def test_progress_tells_epoch_loss_and_time_left(export: Export) -> None:
    told: list[Progress] = []
    train(export.samples, export.videos, SETTINGS, 3, seed=1, run=Run(report=told.append))
    last_of_epoch = {each.epoch: each for each in told}
    assert list(last_of_epoch) == [1, 2, 3]
    assert last_of_epoch[3].share == 1
    assert last_of_epoch[3].seconds_left == 0
    assert last_of_epoch[3].loss < last_of_epoch[1].loss


def test_unknown_labels_teach_nothing(export: Export) -> None:
    unknown = np.full(len(export.samples), np.nan, dtype=np.float32)
    without = replace(export.samples, labels=export.samples.labels | {"click": unknown})
    trained = train(without, export.videos, SETTINGS, 1, seed=1)
    others = replace(SETTINGS, network=replace(SETTINGS.network, tasks=("click",)))
    assert np.isfinite(trained.predict(without).logits).all()
    with pytest.raises(ValueError, match="no task has both outcomes: click"):
        train(without, export.videos, others, 1, seed=1)


def test_too_few_samples_and_a_feature_that_is_no_number_are_refused(export: Export) -> None:
    with pytest.raises(ValueError, match="10 samples are too few"):
        train(export.samples.where(np.arange(10)), export.videos, SETTINGS, 1, seed=1)
    broken = replace(export.samples, item_values=export.samples.item_values.copy())
    broken.item_values[5, 2] = np.nan
    with pytest.raises(ValueError, match="video_impressions_24h is not a number"):
        train(broken, export.videos, SETTINGS, 1, seed=1)


def test_the_choice_is_made_on_the_last_day_and_makes_probabilities_what_happens(export: Export) -> None:
    ranker = NetworkRanker("MMoE", replace(SETTINGS, learning_rate=0.01), export.videos)
    train_samples, validation = before_last_day(export), last_day(export)
    choice = ranker.choose(train_samples, validation, seed=1)
    assert 1 <= choice["epochs"] <= 3
    fitted = ranker.fit(train_samples, choice, seed=1)
    predicted = fitted.predict(validation)
    assert set(predicted) == {*SETTINGS.network.tasks, "watch_ms"}
    happened = validation.labels["long_view"].mean()
    assert predicted["long_view"].mean() == pytest.approx(happened, rel=0.1)
    assert (predicted["watch_ms"] >= 0).all()


def test_a_teacher_moves_labels_towards_what_it_expects_and_leaves_rare_and_unknown_ones(export: Export) -> None:
    samples = export.samples
    labels = samples.labels["skip"].copy()
    labels[:50] = np.nan
    samples = replace(samples, labels=samples.labels | {"skip": labels})
    teacher = TeacherSettings(0.25, 10, TreeSettings(least_rows_in_leaf=20, threads=1))
    told: list[str] = []
    learned = taught(samples, export.videos, ("skip", "follow"), teacher, 1, told.append)
    assert told == ["trees of skip, 1 of 1"]
    skip = learned.labels["skip"]
    assert np.isnan(skip[:50]).all()
    assert ((skip[50:] > 0) & (skip[50:] < 1)).all()
    assert (np.round(skip[50:]) == labels[50:]).all()
    assert skip[50:].std() < labels[50:].std()
    np.testing.assert_array_equal(learned.labels["follow"], samples.labels["follow"])


def test_each_task_may_have_a_network_of_its_own(export: Export) -> None:
    twins = SingleTaskTwins(NetworkRanker("MMoE", SETTINGS, export.videos), ("like", "skip"))
    choice = {task: {"epochs": 1, "calibration": {task: [1.0, 0.0]}} for task in twins.tasks}
    assert set(twins.fit(export.samples, choice, seed=1).predict(export.samples)) == {"like", "skip"}
