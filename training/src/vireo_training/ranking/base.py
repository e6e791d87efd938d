"""What all rankers that are trained by gradients share."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from vireo_training.ranking.encoders import RequestEncoder, VideoEncoder
from vireo_training.ranking.features import FeatureTransform
from vireo_training.ranking.inputs import OutcomeInputs, RankingOutputs, RequestInputs
from vireo_training.ranking.position import PositionBias
from vireo_training.ranking.settings import NetworkSettings
from vireo_training.ranking.watch_time import WatchHead, WatchScale


class RankingModule(nn.Module, ABC):
    """N candidates of one request (P is 1), or N samples with a request each (P is N)."""

    def __init__(
        self,
        settings: NetworkSettings,
        person_transform: FeatureTransform,
        item_transform: FeatureTransform,
        watch_scale: WatchScale,
        watch_width: int,
    ) -> None:
        """`watch_width` is that of what the head of watch time reads."""
        super().__init__()
        self.recent = settings.recent
        self.person_transform = person_transform
        self.item_transform = item_transform
        self.watch_scale = watch_scale
        self.videos = VideoEncoder(settings)
        self.request = RequestEncoder(settings, person_transform.size)
        self.biases = nn.Parameter(torch.zeros(len(settings.tasks)))
        self.watch_head = WatchHead(watch_width, settings.watch_head)
        self.position_bias = PositionBias(settings.positions, len(settings.tasks))
        self.feature_dropout = nn.Dropout(settings.feature_dropout)
        self.dropout = nn.Dropout(settings.dropout)

    @abstractmethod
    def forward(
        self,
        request: RequestInputs,
        outcomes: OutcomeInputs,
        recent_videos: Tensor,  # [P, L, D], of self.videos
        videos: Tensor,  # [N, D], of self.videos
        item_values: Tensor,  # [N, F] raw
    ) -> RankingOutputs: ...

    def person_scores(self, request: RequestInputs) -> Tensor:
        """Scores of the person, and where, when and with what they ask: [P, R]."""
        return self.request(request, self.feature_dropout(self.person_transform(request.person_values)))  # type: ignore[no-any-return]

    def item_scores(self, item_values: Tensor) -> Tensor:
        """[N, F] to [N, C]."""
        return self.feature_dropout(self.item_transform(item_values))  # type: ignore[no-any-return]
