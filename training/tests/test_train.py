from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

import vireo_training
from exports import World, write_export
from vireo_training.__main__ import main
from vireo_training.artifact.graphs import Session
from vireo_training.data import read_export

WORLD = World(days=3, rows_a_day=1_200)
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(vireo_training.__file__).parents[1])}
CONFIG = {
    "utc_offset_hours": 0,
    "retrieval": {"epochs": 1, "history_cuts": 1, "towers": {"dimensions": 16, "id_width": 8, "event_width": 16}},
    "ranking": {
        "epochs": 2,
        "teacher": {"share": 0.0},
        "network": {"experts": 2, "expert_width": 8, "hidden_width": 16, "video_width": 8},
    },
    "value": {"like": 3.0},
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_export(tmp_path_factory.mktemp("train") / "samples", WORLD, features_as_of="page")


def config(folder: Path, **ranking: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(CONFIG | {"ranking": CONFIG["ranking"] | ranking}), encoding="utf-8")  # type: ignore[operator]
    return path


def command(samples: Path, folder: Path, what: str, **ranking: object) -> list[str]:
    given = ["train", "--samples", str(samples), "--out", str(folder / "models"), "--what", what]
    return [*given, "--config", str(config(folder, **ranking))]


def test_a_model_that_is_to_be_judged_on_a_day_learns_what_was_before_it(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = max(path.stem.removeprefix("date=") for path in samples.glob("date=*"))
    assert main([*command(samples, tmp_path, "retrieval"), "--until", last]) == 0
    folder = Path(capsys.readouterr().out.strip().splitlines()[-1].removeprefix("artifact: "))
    training = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert training["rows"] == 2_400
    assert datetime.fromtimestamp(training["untilMs"] / 1_000, UTC).date() < date.fromisoformat(last)


def test_samples_become_an_artifact_with_all_that_a_server_needs(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(samples, tmp_path, "all")) == 0
    folder = Path(capsys.readouterr().out.strip().splitlines()[-1].removeprefix("artifact: "))
    assert folder.parent == tmp_path / "models" / "feed"
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [".training", "feed"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["graphs"]) == {"person_tower", "video_tower", "ranker"}
    assert manifest["training"]["rows"] == 3_600
    assert manifest["twin"]["rows"] == 2_400
    weights = {task["name"]: task["weight"] for task in manifest["ranking"]["tasks"]}
    assert weights["like"] == 3.0
    assert weights["share"] == 0
    assert manifest["metrics"]["ranker.fp32.auc.long_view"] > 0.55
    assert (
        abs(manifest["metrics"]["ranker.int8.auc.long_view"] - manifest["metrics"]["ranker.fp32.auc.long_view"]) < 0.02
    )
    for name, value in manifest["metrics"].items():
        assert manifest["intervals"][name]["low"] <= value <= manifest["intervals"][name]["high"]
    export = read_export(samples, 0)
    vectors = np.fromfile(folder / "video-vectors.f16", "<f2").reshape(-1, 16)
    assert len(vectors) == len(export.videos)
    parity = json.loads((folder / "parity.json").read_text(encoding="utf-8"))["cases"]
    case = next(each for each in parity if each["graph"] == "video_tower")
    given = {
        name: np.array(each["values"], each["type"]).reshape(each["shape"]) for name, each in case["inputs"].items()
    }
    made = Session(folder / "video_tower.fp32.onnx").run(given)["vectors"]
    assert np.abs(vectors[:, None].astype(np.float32) - made[None]).max(axis=2).min(axis=0).max() < 1e-2


def test_a_training_that_was_killed_goes_on_and_ends_the_same(samples: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    ranking = {"epochs": 6}
    given = [sys.executable, "-m", "vireo_training", *command(samples, killed, "ranking", **ranking)]
    with subprocess.Popen(given, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stderr is not None
        assert any("choosing" in line for line in process.stderr)
        (checkpoints,) = (killed / "models").glob(".training-*")
        while not (checkpoints / "ranking-twin-last.pt").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert not (killed / "models" / "feed-ranking").exists()
    assert main(command(samples, killed, "ranking", **ranking)) == 0
    assert main(command(samples, whole, "ranking", **ranking)) == 0
    (again,), (once,) = ((folder / "models" / "feed-ranking").iterdir() for folder in (killed, whole))
    assert again.name == once.name
    assert (again / "manifest.json").read_bytes() == (once / "manifest.json").read_bytes()


FULL_DISK = """
import resource, sys
from vireo_training.__main__ import main

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.exit(main(sys.argv[1:]))
"""


def test_where_a_disk_takes_no_more_it_says_so_and_leaves_no_half_of_anything(samples: Path, tmp_path: Path) -> None:
    given = [sys.executable, "-c", FULL_DISK, *command(samples, tmp_path, "ranking")]
    ended = subprocess.run(given, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert ended.returncode == 1
    assert "ranking-twin.pt could not be written (File too large): make room" in ended.stderr.splitlines()[-1]
    (checkpoints,) = (tmp_path / "models").iterdir()
    assert list(checkpoints.iterdir()) == []


TWO_RANKS = """
import json, sys
from pathlib import Path
import numpy as np
from vireo_training.config import read_config
from vireo_training.data import read_export
from vireo_training.ranking.training import train
from vireo_training.train.command import join_ranks
from vireo_training.training_loop import Run

config = read_config(Path(sys.argv[1]))
export = read_export(Path(sys.argv[2]), 0)
ranks = join_ranks(config)
before, last = export.samples.before(int(export.samples.day.max())), export.samples.on(int(export.samples.day.max()))
trained = train(before, export.videos, config.ranking, 2, 1, Run(ranks))
if ranks.rank == 0:
    np.save(sys.argv[3], trained.predict(last).logits)
"""


def test_two_ranks_find_what_one_process_finds(samples: Path, tmp_path: Path) -> None:
    script = tmp_path / "two_ranks.py"
    script.write_text(TWO_RANKS, encoding="utf-8")
    # Dropout draws differ by rank.
    network = {"dropout": 0.0, "feature_dropout": 0.0, "id_dropout": 0.0}
    given = [str(script), str(config(tmp_path, network=CONFIG["ranking"]["network"] | network)), str(samples)]  # type: ignore[index]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = ENVIRONMENT | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    for launched, out in (([sys.executable], "one.npy"), (torchrun, "two.npy")):
        subprocess.run(
            [*launched, *given, str(tmp_path / out)], check=True, capture_output=True, env=environment, timeout=120
        )
    one, two = np.load(tmp_path / "one.npy"), np.load(tmp_path / "two.npy")
    assert np.abs(one - two).max() < 1e-3


@pytest.mark.parametrize(
    ("world", "as_of", "message"),
    [
        (World(days=1, rows_a_day=2_000), "page", "2,000 samples of 1 days; training needs"),
        (World(days=3, rows_a_day=20), "page", "60 samples of 3 days; training needs"),
        (World(days=2, rows_a_day=600), "day", "make samples with `--freeze page`"),
    ],
)
def test_what_can_not_be_trained_on_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], world: World, as_of: str, message: str
) -> None:
    folder = write_export(tmp_path / "samples", world, features_as_of=as_of)
    assert main(command(folder, tmp_path, "ranking")) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "models").exists()
