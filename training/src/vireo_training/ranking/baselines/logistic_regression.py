"""Logistic regression on the features that the network reads."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.encoders import request_width
from vireo_training.ranking.features import FeatureTransform
from vireo_training.ranking.inputs import OutcomeInputs, RankingOutputs, RequestInputs
from vireo_training.ranking.settings import NetworkSettings
from vireo_training.ranking.watch_time import WatchScale


class LogisticRegression(RankingModule):
    def __init__(
        self,
        settings: NetworkSettings,
        person_transform: FeatureTransform,
        item_transform: FeatureTransform,
        watch_scale: WatchScale,
    ) -> None:
        width = request_width(settings, person_transform.size) + item_transform.size
        super().__init__(settings, person_transform, item_transform, watch_scale, width)
        self.weights = nn.Linear(width, len(settings.tasks), bias=False)
        nn.init.zeros_(self.weights.weight)

    def forward(
        self,
        request: RequestInputs,
        outcomes: OutcomeInputs,
        recent_videos: Tensor,
        videos: Tensor,
        item_values: Tensor,
    ) -> RankingOutputs:
        items = self.item_scores(item_values)  # [N, C]
        person = self.person_scores(request).expand(len(items), -1)  # [N, R]
        scores = torch.cat([person, items], dim=1)  # [N, R + C]
        return RankingOutputs(self.weights(scores) + self.biases, self.watch_head(scores))
