from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from vireo_training.artifact.graphs import Arrays, Graph, Session, export_fp32
from vireo_training.ranking.features import FeatureTransform, Ratio
from vireo_training.ranking.watch_time import WatchScale

GRAPH = Graph(
    inputs=("item_values", "categories", "lengths_ms"),
    outputs=("scores", "facts", "quantiles_ms"),
    rows=frozenset({"item_values", "categories", "lengths_ms", "scores", "facts", "quantiles_ms"}),
)


class Reader(nn.Module):
    """What a ranker does before its layers, and a softplus."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.transform = FeatureTransform([0, 2], [Ratio(1, 0, True, 0.5, 2.5), Ratio(3, 2, False, 1.0, 4.0)])
        self.transform.means.uniform_(-1, 1)
        self.transform.deviations.uniform_(0.5, 2)
        self.categories = nn.Embedding(16, 8)
        self.scale = WatchScale(torch.arange(7.0, 13.0), torch.rand(6, 4).cumsum(1), torch.rand(4))

    def forward(self, item_values: Tensor, categories: Tensor, lengths_ms: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        facts = functional.softplus(self.categories(categories).sum(dim=-2))
        return self.transform(item_values), facts, self.scale(lengths_ms)


def request(rows: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(rows)
    values = np.floor(np.exp(random.uniform(-1, 20, (rows, 4))))
    values[random.random(values.shape) < 0.2] = -1  # unknown
    return {
        "item_values": values.astype(np.float32),
        "categories": random.integers(0, 16, (rows, 3)),
        "lengths_ms": np.floor(random.exponential(30_000, rows)).astype(np.float32),
    }


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, Path]:
    path = tmp_path_factory.mktemp("graphs") / "reader.onnx"
    model = Reader().eval()
    export_fp32(model, GRAPH, request(3), path)
    return model, path


@pytest.mark.parametrize("rows", [1, 2, 300])
def test_a_lean_graph_says_what_the_model_says(exported: tuple[Reader, Path], rows: int) -> None:
    model, path = exported
    inputs: Arrays = request(rows)
    found = Session(path).run(inputs)
    with torch.no_grad():
        expected = model(*(torch.from_numpy(inputs[name]) for name in GRAPH.inputs))
    for name, values in zip(GRAPH.outputs, expected, strict=True):
        np.testing.assert_allclose(found[name], values.numpy(), rtol=1e-5, atol=1e-5)


def test_a_lean_graph_has_nothing_of_what_is_slow(exported: tuple[Reader, Path]) -> None:
    used = Counter(node.op_type for node in onnx.load(exported[1]).graph.node)
    assert not {"Softplus", "ReduceSum"} & set(used)
    # Of counts, of shares, of lengths, of the softplus.
    assert used["Log"] == 4
    # To the columns, and from the scores.
    assert used["Transpose"] == 2
