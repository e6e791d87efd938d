import errno
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vireo_training.artifact.distributions import BINS, Distributions, bins_of
from vireo_training.artifact.folder import ArtifactError, new_artifact
from vireo_training.artifact.graphs import Graph, Session
from vireo_training.artifact.served_graph import ServedGraph
from vireo_training.artifact.write import Artifact, Known, RankingPart, Task, TrainingRun, write_artifact
from vireo_training.data import Videos
from vireo_training.evaluation.results import Estimate
from vireo_training.facts import TableSizes


class Ranker(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.person = nn.Linear(3, 16)
        self.items = nn.Linear(4, 16)
        self.heads = nn.Linear(16, 2)

    def forward(self, person_values: Tensor, item_values: Tensor) -> tuple[Tensor, Tensor]:
        # Raw counts, which fp16 could not hold.
        scores = (torch.log1p(item_values) / 4 - 1).clamp(-5, 5)  # [N, 4]
        hidden = torch.relu(self.items(scores) + self.person(person_values))  # [N, 16]
        return self.heads(hidden), hidden.sum(dim=1)


GRAPH = Graph(
    inputs=("person_values", "item_values"),
    outputs=("logits", "watch_ms"),
    rows=frozenset({"item_values", "logits", "watch_ms"}),
)


def request(rows: int, seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "person_values": random.random((1, 3), dtype=np.float32),
        "item_values": np.exp(random.uniform(0, 20, (rows, 4))).astype(np.float32),
    }


def artifact() -> Artifact:
    served = ServedGraph(
        "ranker", Ranker(), GRAPH, calibration=[request(50, seed) for seed in range(20)], parity=[request(5, 99)]
    )
    videos = Videos(
        ids=np.array(["a", "b", "c"], dtype=np.object_),
        creators=np.array(["x", "x", ""], dtype=np.object_),
        audios=np.array(["", "", ""], dtype=np.object_),
        categories=((), (), ()),
        words=((), (), ()),
        lengths_ms=np.zeros(3, dtype=np.float32),
        embeddings=np.zeros((3, 0), dtype=np.float32),
    )
    return Artifact(
        name="feed",
        created_ms=1,
        feature_set="feed@1",
        person_features=[{"name": f"p{at}"} for at in range(3)],
        item_features=[{"name": f"i{at}"} for at in range(4)],
        tables=TableSizes(),
        training=TrainingRun(0, 1_651_766_400_000, 3, 1, {}),
        twin=None,
        graphs=[served],
        videos=videos,
        retrieval=None,
        ranking=RankingPart(
            Known(np.array([True, False, True]), least_impressions=5),
            [
                Task("long_view", "binary", 400, (1.0, 0.0), 1.0),
                Task("like", "binary", 10, (1.0, 0.0), 0.0),
                Task("watch_ms", "watch_time", 0, None, 0.0),
            ],
        ),
        metrics={"auc": Estimate(0.5, 0.25, 0.75), "recall": Estimate(0.5)},
        distributions=Distributions(2, 3, {"p0": np.arange(BINS)}),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_artifact(tmp_path_factory.mktemp("registry"), artifact())


def test_the_manifest_vouches_for_every_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name for path in folder.iterdir()} - {"manifest.json", "manifest.sha256"}
    assert set(manifest["files"]) == there
    for name, file in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    vouched = (folder / "manifest.sha256").read_text(encoding="utf-8").split()[0]
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == vouched
    assert manifest["version"] == folder.name


def test_the_manifest_has_the_interval_of_each_figure_that_has_one(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["metrics"] == {"auc": 0.5, "recall": 0.5}
    assert manifest["intervals"] == {"auc": {"low": 0.25, "high": 0.75}}
    assert folder.name.startswith("2022-05-05-")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert manifest["ranking"]["trainedVideos"]["count"] == 2


def test_a_server_can_count_as_training_did(folder: Path) -> None:
    """Below 0, 0, and an octave each; server/src/models/watching/bins.ts is the same."""
    values = np.array([-1, 0, 1, 2, 3, 4, 7, 8, 1_023, 1_024, 2**31, 2**40], dtype=np.float32)
    assert bins_of(values).tolist() == [0, 1, 2, 3, 3, 4, 4, 5, 11, 12, 32, 32]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    kept = json.loads((folder / manifest["distributions"]).read_text(encoding="utf-8"))
    assert kept == {"pages": 2, "samples": 3, "bins": {"p0": list(range(36))}}


def test_all_precisions_say_nearly_the_same_and_a_candidate_scores_the_same_alone(folder: Path) -> None:
    many = request(1_000, 5)
    expected, _ = Ranker()(torch.from_numpy(many["person_values"]), torch.from_numpy(many["item_values"]))
    for precision, tolerance in (("fp32", 1e-5), ("fp16", 1e-2), ("int8", 1e-1)):
        session = Session(folder / f"ranker.{precision}.onnx")
        found = session.run(many)["logits"]
        np.testing.assert_allclose(found, expected.detach().numpy(), atol=tolerance)
        for row in (0, 17, 999):
            alone = session.run({**many, "item_values": many["item_values"][row : row + 1]})["logits"]
            np.testing.assert_allclose(alone[0], found[row], atol=1e-6)


def test_what_a_server_computes_again_is_what_the_graphs_say(folder: Path) -> None:
    (case,) = json.loads((folder / "parity.json").read_text(encoding="utf-8"))["cases"]
    given = {
        name: np.array(each["values"], dtype=each["type"]).reshape(each["shape"])
        for name, each in case["inputs"].items()
    }
    for precision, outputs in case["expected"].items():
        found = Session(folder / f"ranker.{precision}.onnx").run(given)
        for name, values in outputs.items():
            np.testing.assert_array_equal(found[name].ravel(), np.float32(values["values"]))


def test_the_same_training_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_artifact(tmp_path, artifact())
    assert (again / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()
    with pytest.raises(ArtifactError, match="there already"):
        write_artifact(tmp_path, artifact())


def test_nothing_is_left_of_an_artifact_that_could_not_be_written(tmp_path: Path) -> None:
    def write(error: Exception) -> None:
        with new_artifact(tmp_path, "feed", "1") as aside:
            (aside / "ranker.fp32.onnx").write_bytes(b"half")
            assert not (tmp_path / "feed" / "1").exists()
            raise error

    with pytest.raises(ArtifactError, match="no room left"):
        write(OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(KeyError):
        write(KeyError("anything else"))
    assert list((tmp_path / "feed").iterdir()) == []
