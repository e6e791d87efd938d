"""Increments: what they need, what they leave, and what they know."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from exports import World, write_export
from vireo_training.__main__ import main
from vireo_training.artifact.distributions import distributions_of, read_distributions
from vireo_training.artifact.write import TrainingRun
from vireo_training.config import Config
from vireo_training.data import Export, read_export
from vireo_training.increment.replay import repeated, reservoir_of
from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking.calibration import Calibration
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings
from vireo_training.ranking.training import known_facts, train
from vireo_training.train.increment import increment_ranking
from vireo_training.train.job import Job
from vireo_training.train.ranking import TrainedRanking, positives_of
from vireo_training.train.state import TrainingState
from vireo_training.training_loop import Ranks

WORLD = World(days=3, rows_a_day=500)
CONFIG = {
    "utc_offset_hours": 0,
    "retrieval": {"epochs": 1, "history_cuts": 1, "towers": {"dimensions": 16, "id_width": 8, "event_width": 16}},
}
RANKING = RankingSettings(
    NetworkSettings(experts=2, expert_width=8, hidden_width=16, video_width=8), TeacherSettings(share=0.0), epochs=1
)


class Trained:
    """A registry with towers of three days, and samples of a fourth beside them."""

    def __init__(self, folder: Path) -> None:
        self.registry = folder / "models"
        self.first = write_export(folder / "first", WORLD, features_as_of="page")
        self.later = write_export(folder / "later", replace(WORLD, days=4), features_as_of="page")
        config = folder / "config.json"
        config.write_text(json.dumps(CONFIG), encoding="utf-8")
        given = ["train", "--samples", str(self.first), "--out", str(self.registry), "--config", str(config)]
        assert main([*given, "--what", "retrieval"]) == 0
        self.artifact = only_artifact(self.registry)

    def increment(self, samples: Path, out: Path, **settings: object) -> int:
        config = out / "increment.json"
        out.mkdir(exist_ok=True)
        config.write_text(json.dumps(CONFIG | settings), encoding="utf-8")
        given = ["train", "--from", str(self.artifact), "--samples", str(samples), "--out", str(out)]
        return main([*given, "--config", str(config)])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return Trained(tmp_path_factory.mktemp("increment"))


def only_artifact(registry: Path) -> Path:
    (found,) = (registry / "feed-retrieval").iterdir()
    return found


def manifest_of(artifact: Path) -> dict[str, dict[str, object]]:
    return json.loads((artifact / "manifest.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_an_increment_is_an_artifact_of_its_own_from_which_another_can_go_on(trained: Trained, tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    assert trained.increment(trained.later, once) == 0
    assert trained.increment(trained.later, again) == 0
    before, after = manifest_of(trained.artifact), manifest_of(only_artifact(once))
    assert after["training"]["rows"] == 2_000
    assert after["training"]["fromMs"] == before["training"]["fromMs"]
    assert after["training"]["configuration"]["from"] == trained.artifact.name  # type: ignore[index]
    assert after["twin"] == before["training"]
    learned, shown = read_distributions(only_artifact(once)), read_export(trained.later, 0).samples
    assert learned is not None
    assert learned.to_json() == distributions_of(shown).to_json()
    assert learned.bins["session_pages"].sum() == learned.pages
    assert learned.bins["video_length_ms"].sum() == learned.samples == 2_000
    assert (once / ".training" / "feed-retrieval" / f"{only_artifact(once).name}.pt").exists()
    assert (only_artifact(once) / "manifest.json").read_bytes() == (only_artifact(again) / "manifest.json").read_bytes()


def ranker_of(export: Export) -> tuple[Job, TrainedRanking]:
    """Trained on all days but the last."""
    samples = export.samples.before(int(export.samples.day.max()))
    config = Config(utc_offset_hours=0, ranking=RANKING)
    job = Job(export, config, 1, Ranks(), Path(), lambda line: None)
    tasks = RANKING.network.tasks
    calibrations = dict.fromkeys(tasks, Calibration())
    trained = train(samples, export.videos, RANKING, 1, seed=1)
    return job, TrainedRanking(trained, calibrations, positives_of(samples, tasks), {})


def state_of(job: Job, ranking: TrainedRanking, rows: int) -> TrainingState:
    until_ms = int(job.export.samples.time_ms[rows])
    run = TrainingRun(0, until_ms, rows, 1, {})
    return TrainingState("ranking", [], asdict(run), until_ms, 1, ranking.state(job), None)


@pytest.mark.parametrize("epochs", [0, 1])
def test_a_ranker_goes_on_from_its_state_alone(trained: Trained, epochs: int) -> None:
    job, before = ranker_of(read_export(trained.later, 0))
    job = replace(job, config=replace(job.config, increment=IncrementSettings(epochs=epochs)))
    samples = job.export.samples
    new = samples.day == samples.day.max()
    begun = state_of(job, before, int(np.argmax(new)))
    assert begun.ranking is not None
    after = increment_ranking(job, begun, begun.ranking, new)
    asked = samples.where(new)
    unchanged = np.allclose(before.trained.predict(asked).logits, after.trained.predict(asked).logits, atol=1e-6)
    assert unchanged == (epochs == 0)
    assert after.positives["like"] == np.nansum(samples.labels["like"])


def test_an_increment_says_what_it_lacks(trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trained.increment(trained.first, tmp_path) == 1
    assert "there are no samples after 2026-01-03T" in capsys.readouterr().err
    assert trained.increment(trained.later, tmp_path, retrieval={"epochs": 3}) == 1
    assert "may change `increment` and `value` only" in capsys.readouterr().err
    assert trained.increment(trained.later, tmp_path, increment={"replay_share": 1}) == 1
    assert "replay_share must be at least 0 and less than 1" in capsys.readouterr().err
    elsewhere = tmp_path / "copied" / "feed-retrieval" / trained.artifact.name
    shutil.copytree(trained.artifact, elsewhere)
    assert main(["train", "--from", str(elsewhere), "--samples", str(trained.later), "--out", str(tmp_path)]) == 1
    assert f"{trained.artifact.name}.pt is missing" in capsys.readouterr().err
    assert not (tmp_path / "feed-retrieval").exists()


def test_a_video_gets_its_id_when_it_was_displayed_often_enough_and_keeps_it(trained: Trained) -> None:
    videos = read_export(trained.first, 0).videos
    settings = RankingSettings(known_from=3)
    once_known = np.arange(len(videos)) == 5
    known = known_facts(np.array([7, 7, 7, 8, 8]), videos, settings, once_known).known
    assert np.flatnonzero(known).tolist() == [5, 7]


def test_what_is_repeated_is_a_share_from_a_reservoir_that_stays_the_same() -> None:
    reservoir = reservoir_of(1_000, 200, seed=1)
    assert np.array_equal(reservoir, reservoir_of(1_000, 200, seed=1))
    drawn = [repeated(reservoir, 60, 0.4, np.random.default_rng(draw)) for draw in (1, 2)]
    assert all(len(each) == 40 and np.isin(each, reservoir).all() for each in drawn)
    assert not np.array_equal(drawn[0], drawn[1])
    assert len(repeated(reservoir, 60, 0.0, np.random.default_rng(1))) == 0
    assert len(repeated(reservoir, 9_000, 0.5, np.random.default_rng(1))) == 200
