"""The ranker as a server calls it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.calibration import Calibration
from vireo_training.ranking.inputs import OutcomeInputs, RequestInputs, VideoInputs

RECENT = tuple(f"recent_{name}" for name in VideoInputs._fields)
INPUTS = (*RequestInputs._fields, *RECENT, *OutcomeInputs._fields, *VideoInputs._fields, "item_values")
OUTPUTS = ("logits", "watch_ms")
ROWS = frozenset({*VideoInputs._fields, "item_values", *OUTPUTS})
"""Those of which the first dimension is the number of candidates; of the others it is 1."""


class ServedRanker(nn.Module):
    """One request and N candidates, as named in INPUTS and in that order, to calibrated logits [N, T] of the binary
    tasks and for how long each will be watched, [N] ms."""

    slopes: Tensor  # [T]
    intercepts: Tensor  # [T]

    def __init__(self, network: RankingModule, calibrations: Mapping[str, Calibration], tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        lines = [calibrations.get(task, Calibration()) for task in tasks]
        self.register_buffer("slopes", torch.tensor([line.slope for line in lines], dtype=torch.float32))  # [T]
        self.register_buffer("intercepts", torch.tensor([line.intercept for line in lines], dtype=torch.float32))

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        named = dict(zip(INPUTS, inputs, strict=True))
        named |= {name: named[name][:, : self.network.recent] for name in (*RECENT, *OutcomeInputs._fields)}
        request = RequestInputs(*(named[name] for name in RequestInputs._fields))
        outcomes = OutcomeInputs(*(named[name] for name in OutcomeInputs._fields))
        recent = self.network.videos(VideoInputs(*(named[name] for name in RECENT)))  # [1, L, D]
        videos = self.network.videos(VideoInputs(*(named[name] for name in VideoInputs._fields)))  # [N, D]
        outputs = self.network(request, outcomes, recent, videos, named["item_values"])
        head, scale = self.network.watch_head, self.network.watch_scale
        watch_ms = head.watch_ms(outputs.watch_logits, scale, named["lengths_ms"])  # [N]
        return outputs.logits * self.slopes + self.intercepts, watch_ms
