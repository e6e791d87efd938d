import io
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from exports import write_export
from vireo_training.artifact.inputs import Encoder
from vireo_training.data import Export, read_export
from vireo_training.facts import TableSizes, facts_of
from vireo_training.ranking.calibration import Calibration
from vireo_training.ranking.mmoe import Mmoe
from vireo_training.ranking.ple import Ple
from vireo_training.ranking.served import INPUTS, ServedRanker
from vireo_training.ranking.settings import NetworkSettings, RankingSettings, TeacherSettings
from vireo_training.ranking.training import Trained, train

TABLES = TableSizes(videos=256, creators=64, audios=64, categories=32, words=64, surfaces=16, devices=16)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return read_export(write_export(tmp_path_factory.mktemp("exports") / "day"), 0)


def trained(export: Export, mixture: Literal["mmoe", "ple"] = "mmoe") -> Trained:
    network = NetworkSettings(tables=TABLES, mixture=mixture, hidden_width=32, experts=4, expert_width=8, recent=30)
    return train(export.samples, export.videos, RankingSettings(network, TeacherSettings(share=0)), 1, seed=1)


def serve(model: Trained, export: Export, rows: slice) -> tuple[torch.Tensor, torch.Tensor]:
    """One person's side, that of the first row, and the candidates of all of them."""
    facts = facts_of(export.videos, TABLES).knowing(
        np.bincount(export.samples.video, minlength=len(export.videos)) >= model.settings.known_from
    )
    encoder = Encoder.of(export.samples, facts, TABLES)
    candidates = export.samples.where(np.arange(len(export.samples))[rows])
    arrays = encoder.person(candidates.where(np.arange(1))) | encoder.candidates(candidates)
    tasks = model.settings.network.tasks
    served = ServedRanker(model.network, {"like": Calibration(2.0, -1.0)}, tasks).eval()
    with torch.no_grad():
        outputs: tuple[torch.Tensor, torch.Tensor] = served(
            *(torch.from_numpy(np.ascontiguousarray(arrays[name])) for name in INPUTS)
        )
    return outputs


@pytest.mark.parametrize("mixture", ["mmoe", "ple"])
def test_one_request_with_many_candidates_scores_as_each_sample_alone(
    export: Export, mixture: Literal["mmoe", "ple"]
) -> None:
    model = trained(export, mixture)
    at = 700
    person = export.samples.where(np.array([at]))
    rows = export.samples.where(np.full(20, at))
    for name in ("video", "item_values"):
        getattr(rows, name)[:] = getattr(export.samples, name)[at : at + 20]
    alone = model.predict(rows)
    assert len(person) == 1
    logits, watch_ms = serve(model, export, slice(at, at + 20))
    like = model.settings.network.tasks.index("like")
    expected = alone.logits.copy()
    expected[:, like] = 2 * expected[:, like] - 1
    np.testing.assert_allclose(logits.numpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(watch_ms.numpy(), alone.watch_ms, rtol=1e-4, atol=1e-2)


def test_a_video_without_a_known_id_does_not_borrow_one(export: Export) -> None:
    network = trained(export).network
    ids = network.videos.ids(torch.zeros(1, 2, dtype=torch.int64))
    assert not ids.any()


def test_someone_who_has_done_nothing_is_served(export: Export) -> None:
    logits, watch_ms = serve(trained(export), export, slice(0, 3))
    assert not export.samples.recent_outcomes[0].any()
    assert torch.isfinite(logits).all()
    assert torch.isfinite(watch_ms).all()


def test_gates_mix_experts_by_task() -> None:
    torch.manual_seed(1)
    for mixture in (Mmoe(16, 8, 4, 3, 0.0), Ple(16, 2, 4, 3, 0.0)):
        mixed = mixture(torch.randn(5, 16))
        assert mixed.shape == (5, 3, 4)
        assert not torch.allclose(mixed[:, 0], mixed[:, 1])


def test_the_ranker_is_small_and_cheap_enough_to_serve(export: Export) -> None:
    """At most 300,000 parameters, and 150,000 multiplications a candidate at the width of the feature set."""
    settings = NetworkSettings()
    item_features, person_features = 266, 91
    model = train(export.samples, export.videos, RankingSettings(teacher=TeacherSettings(share=0)), 0, seed=1)
    shape = settings.video_width
    layers = {
        "candidate": (item_features + 2 * shape) * settings.hidden_width,
        "mixture": settings.hidden_width * settings.experts * (settings.expert_width + len(settings.tasks) + 1),
        "attention": (2 * settings.recent + shape) * shape,
    }
    assert sum(layers.values()) < 150_000
    missing = (item_features + person_features) * settings.hidden_width
    assert sum(each.numel() for each in model.network.parameters()) + missing < 300_000


def test_weights_come_back_as_they_were(export: Export, tmp_path: Path) -> None:
    model = trained(export)
    kept = io.BytesIO()
    torch.save(model.network.state_dict(), kept)
    kept.seek(0)
    again = trained(export)
    again.network.load_state_dict(torch.load(kept, weights_only=True))
    np.testing.assert_array_equal(model.predict(export.samples).logits, again.predict(export.samples).logits)
