"""DeepFM (Guo et al., "DeepFM: A Factorization-Machine based Neural Network for CTR Prediction", IJCAI 2017), with the
factors shared by the tasks: a task weighs their products."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.features import FeatureTransform
from vireo_training.ranking.inputs import OutcomeInputs, RankingOutputs, RequestInputs
from vireo_training.ranking.settings import NetworkSettings
from vireo_training.ranking.watch_time import WatchScale

FACTORS = 8


class DeepFm(RankingModule):
    """Fields are the numbers of person and candidate, the request's places and times, and the video's vector."""

    def __init__(
        self,
        settings: NetworkSettings,
        person_transform: FeatureTransform,
        item_transform: FeatureTransform,
        watch_scale: WatchScale,
    ) -> None:
        super().__init__(settings, person_transform, item_transform, watch_scale, settings.hidden_width // 2)
        fields, hidden, tasks = (
            self.request.size + item_transform.size + settings.video_width,
            settings.hidden_width,
            len(settings.tasks),
        )
        self.first_order = nn.Linear(fields, tasks, bias=False)
        self.factors = nn.Parameter(0.02 * torch.randn(fields, FACTORS))
        self.second_order = nn.Linear(FACTORS, tasks, bias=False)
        nn.init.ones_(self.second_order.weight)
        self.deep = nn.Sequential(
            nn.Linear(fields, hidden),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(hidden, hidden // 2),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
        )
        self.head = nn.Linear(hidden // 2, tasks, bias=False)

    def forward(
        self,
        request: RequestInputs,
        outcomes: OutcomeInputs,
        recent_videos: Tensor,
        videos: Tensor,
        item_values: Tensor,
    ) -> RankingOutputs:
        person = self.person_scores(request).expand(len(videos), -1)  # [N, R]
        fields = torch.cat([person, self.item_scores(item_values), videos], dim=1)  # [N, S]
        products = ((fields @ self.factors) ** 2 - fields**2 @ self.factors**2) / 2  # [N, FACTORS]
        deep = self.deep(fields)  # [N, H / 2]
        logits = self.first_order(fields) + self.second_order(products) + self.head(deep) + self.biases  # [N, T]
        return RankingOutputs(logits, self.watch_head(deep))
