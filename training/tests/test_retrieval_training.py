"""What the two towers learn, from what, and that they learn the same again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from exports import World, write_export
from tastes import shown_only_what_they_like
from vireo_training.data import RetrievalData, queries_of, read_export
from vireo_training.facts import TableSizes
from vireo_training.retrieval.baselines.popularity import Popularity
from vireo_training.retrieval.examples import Examples, history_examples, page_examples
from vireo_training.retrieval.popularity import HISTORY_PARTS, PopularityByDay
from vireo_training.retrieval.retriever import TwoTowerRetriever
from vireo_training.retrieval.settings import RetrievalSettings, TowerSettings
from vireo_training.retrieval.training import Trained, begun, train
from vireo_training.retrieval.validation import recall_on
from vireo_training.training_loop import Progress, Ranks, Run

TOWERS = TowerSettings(
    tables=TableSizes(256, 64, 64, 16, 64, 8, 8), dimensions=16, id_width=8, event_width=16, dropout=0.0
)
SETTINGS = RetrievalSettings(towers=TOWERS, epochs=4, batch_size=64, learning_rate=0.01, warm_up_steps=5)
WORLD = World(people=60, videos=120, rows_a_day=400)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RetrievalData:
    return read_export(write_export(tmp_path_factory.mktemp("retrieval") / "page", WORLD), 0).retrieval


@pytest.fixture(scope="module")
def last_day(data: RetrievalData) -> int:
    return int(data.samples.day.max())


def parameters(data: RetrievalData, day: int, run: Run[Trained], epochs: int = 2) -> list[torch.Tensor]:
    return list(train(data, day, SETTINGS, epochs, 1, run).model.parameters())


def pages(data: RetrievalData, unwatched_weight: float) -> Examples:
    day = int(data.samples.day.max())
    settings = replace(SETTINGS, unwatched_weight=unwatched_weight)
    return page_examples(data.samples, PopularityByDay.until(day + 1, data), settings)


def test_two_towers_find_what_popularity_cannot(tmp_path: Path) -> None:
    world = replace(WORLD, rows_a_day=1600)
    everything = read_export(write_export(tmp_path / "page", world), 0).retrieval
    data = shown_only_what_they_like(everything, world)
    last_day = int(data.samples.day.max())
    known = data.before(last_day)
    retriever = TwoTowerRetriever(replace(SETTINGS, epochs=6, batch_size=32, learning_rate=0.02))
    choice = retriever.choose(known, last_day - 1, seed=1)
    found = recall_on(last_day, data, retriever.fit(known, last_day, choice, seed=1), 20)
    assert found > 3 * recall_on(last_day, data, Popularity(7).fit(known, last_day, None, 1), 20)


def test_the_same_data_and_seed_give_the_same_towers(data: RetrievalData, last_day: int) -> None:
    first, again = (parameters(data, last_day, Run(), 1) for _ in range(2))
    assert all(torch.equal(*pair) for pair in zip(first, again, strict=True))


def test_a_training_that_was_killed_goes_on_where_it_was(data: RetrievalData, last_day: int, tmp_path: Path) -> None:
    checkpoint = tmp_path / "towers.pt"
    parameters(data, last_day, Run(checkpoint=checkpoint), 1)
    epochs: list[int] = []
    resumed = parameters(data, last_day, Run(checkpoint=checkpoint, report=lambda at: epochs.append(at.epoch)))
    assert set(epochs) == {2}
    assert all(torch.equal(*pair) for pair in zip(resumed, parameters(data, last_day, Run()), strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["towers.pt"]


def test_a_checkpoint_of_other_data_is_left_alone(data: RetrievalData, last_day: int, tmp_path: Path) -> None:
    run: Run[Trained] = Run(checkpoint=tmp_path / "towers.pt")
    parameters(data, last_day - 1, run, 1)
    epochs: list[int] = []
    parameters(data, last_day, replace(run, report=lambda at: epochs.append(at.epoch)), 1)
    assert set(epochs) == {1}


def test_progress_tells_the_loss_and_ends_with_no_time_left(data: RetrievalData, last_day: int) -> None:
    told: list[Progress] = []
    parameters(data, last_day, Run(report=told.append))
    assert told[-1].share == pytest.approx(1)
    assert told[-1].seconds_left == pytest.approx(0)
    assert told[-1].loss < told[0].loss


def test_what_two_processes_sum_is_what_one_would(data: RetrievalData, last_day: int) -> None:
    settings = replace(SETTINGS, towers=replace(TOWERS, id_dropout=0.0), hard_weight=0.5)
    losses = []
    for ranks in (Ranks(0, 1), Ranks(0, 2), Ranks(1, 2)):
        trainer = begun(data.before(last_day), last_day, settings, 1, Run(ranks))
        random = np.random.default_rng(1)
        batch = trainer.examples(random).where(np.arange(64))
        losses.append(float(trainer.objective(batch, random).detach()))
    assert losses[1] + losses[2] == pytest.approx(losses[0], rel=1e-5)


@pytest.mark.parametrize(
    "changes", [{"in_batch": False}, {"log_q": False}, {"popularity": False}, {"history_cuts": 0}, {"hard_weight": 0.5}]
)
def test_every_part_can_be_left_out(data: RetrievalData, last_day: int, changes: dict[str, float]) -> None:
    settings = replace(SETTINGS, epochs=1, **changes)  # type: ignore[arg-type]
    day_before = data.before(last_day)
    fitted = TwoTowerRetriever(settings).fit(day_before, last_day, {"epochs": 1}, 1)
    people = np.unique(data.samples.on(last_day).person)
    assert np.isfinite(fitted.scores(queries_of(data.samples, last_day, people))).all()


def test_nothing_watched_is_nothing_to_learn_from(data: RetrievalData, last_day: int) -> None:
    labels = data.samples.labels
    nothing = {name: np.zeros_like(values) for name, values in labels.items()}
    unwatched = replace(data, samples=replace(data.samples, labels=nothing))
    with pytest.raises(ValueError, match="nothing was watched"):
        train(unwatched, last_day, replace(SETTINGS, unwatched_weight=0.0), 1, 1)


def test_an_example_leads_to_what_the_person_watched_on_that_day_from_then_on(data: RetrievalData) -> None:
    samples = data.samples
    examples = pages(data, unwatched_weight=0.0)
    # Every page of this world is one video, and none of a person's pages begin together.
    rows = np.lexsort((samples.time_ms, samples.person))
    expected = []
    for row in rows:
        later = (samples.person == samples.person[row]) & (samples.day == samples.day[row])
        later &= (samples.time_ms >= samples.time_ms[row]) & (samples.labels["long_view"] == 1)
        new = [int(each) for each in samples.video[later] if each not in samples.recent_videos[row]]
        expected += [sorted(new)] if new else []
    assert [sorted(targets[targets >= 0].tolist()) for targets in examples.targets] == expected


def test_a_video_displayed_in_vain_is_a_weaker_target_when_so_configured(data: RetrievalData) -> None:
    examples = pages(data, unwatched_weight=0.3)
    assert np.unique(examples.weights) == pytest.approx([0, 0.3, 1])
    assert (examples.weights > 0).sum() > (pages(data, unwatched_weight=0.0).weights > 0).sum()


def test_an_example_of_the_history_lies_between_what_was_before_and_what_came_next(data: RetrievalData) -> None:
    examples = history_examples(data.history, np.random.default_rng(1), SETTINGS)
    followed = set(zip(data.history.video[:-1].tolist(), data.history.video[1:].tolist(), strict=True))
    assert len(examples) > 0
    for recent, targets, unwatched in zip(examples.recent_videos, examples.targets, examples.unwatched, strict=True):
        later = {int(each) for each in (*targets, *unwatched) if each >= 0}
        assert not later & set(recent.tolist())
        assert any((int(recent[0]), each) in followed for each in later)


def test_popularity_of_a_day_knows_nothing_of_that_day(data: RetrievalData, last_day: int) -> None:
    table = PopularityByDay.until(last_day, data)
    same = PopularityByDay.until(last_day, data.before(last_day))
    assert np.array_equal(table.values, same.values)
    yesterday = np.bincount(data.samples.on(last_day - 1).video, minlength=len(data.videos))
    assert table.values[table.row_of(np.array(last_day)), :, 0] == pytest.approx(np.log1p(yesterday))
    assert len(table.values) == HISTORY_PARTS + last_day - int(data.samples.day.min()) + 1


def test_a_video_that_was_never_displayed_has_no_id(data: RetrievalData, last_day: int) -> None:
    withheld = np.arange(len(data.videos)) % 5 == 0
    trained = train(data.without(withheld), last_day, SETTINGS, 1, 1)
    ids = trained.catalogue.facts["ids"][:-1].numpy()  # [V, 2]
    assert not ids[withheld].any()
    assert ids[~withheld].all()
