from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from exports import World, write_export
from vireo_training.data import Export, read_export
from vireo_training.facts import TableSizes
from vireo_training.ranking.position import PositionBias
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings
from vireo_training.ranking.training import train
from vireo_training.simulated.position_bias import PositionBiasLog, position_bias_log

TABLES = TableSizes(videos=64, creators=64, audios=8, categories=8, words=8, surfaces=8, devices=8)
POSITIONS = 5
ALONE = TeacherSettings(share=0.0)


def export_of(log: PositionBiasLog, folder: Path) -> Export:
    """The log's clicks in place of an export's; features as counts, so that they are read as such."""
    rows = len(log.position)
    export = read_export(write_export(folder, World(people=20, videos=20, days=1, rows_a_day=1_000)), 0)
    samples = export.samples.where(np.arange(rows) % len(export.samples))
    samples = replace(
        samples,
        item_features=tuple(f"taste_{at}" for at in range(log.features.shape[1])),
        item_values=np.exp(4 + log.features),
        position=log.position,
        labels=samples.labels | {"click": log.clicked.astype(np.float32)},
    )
    return replace(export, samples=samples)


def test_the_bias_of_positions_is_recovered_although_the_best_is_on_top(tmp_path: Path) -> None:
    log = position_bias_log(20_000, POSITIONS, 3, seed=1)
    export = export_of(log, tmp_path / "export")
    network = NetworkSettings(
        tables=TABLES,
        tasks=("click",),
        hidden_width=16,
        experts=2,
        expert_width=8,
        attention=False,
        recent=1,
        feature_dropout=0.0,
        dropout=0.0,
    )
    settings = RankingSettings(
        network, ALONE, epochs=3, batch_size=512, learning_rate=0.01, weight_decay=0.0, watch_weight=0
    )
    trained = train(export.samples, export.videos, settings, 3, seed=1)
    found = trained.network.position_bias.against_top()[:POSITIONS, 0].numpy()
    clicks = np.array([log.clicked[log.position == at].mean() for at in range(POSITIONS)])
    naive = np.log(clicks / clicks[0])
    assert np.abs(found - log.log_bias).max() < 0.2
    assert np.abs(naive - log.log_bias).max() > 0.3


def test_serving_leaves_positions_out(tmp_path: Path) -> None:
    log = position_bias_log(200, POSITIONS, 3, seed=2)
    export = export_of(log, tmp_path / "export")
    network = NetworkSettings(tables=TABLES, hidden_width=8, experts=2, expert_width=4)
    trained = train(export.samples, export.videos, RankingSettings(network, ALONE), 1, seed=1)
    elsewhere = replace(export.samples, position=np.zeros(len(export.samples), dtype=np.int64))
    np.testing.assert_array_equal(trained.predict(export.samples).logits, trained.predict(elsewhere).logits)


def test_an_unknown_position_adds_nothing_and_one_far_down_is_like_the_last() -> None:
    bias = PositionBias(3, 2)
    with torch.no_grad():
        bias.table.weight[1:] = torch.arange(6.0).view(3, 2) + 1
    assert bias(torch.tensor([-1, 2, 70])).tolist() == [[0, 0], [5, 6], [5, 6]]
