"""The ranker: raw values and ids in, logits of all tasks out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vireo_training.ranking.attention import HistoryAttention
from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.encoders import PlayEncoder
from vireo_training.ranking.features import FeatureTransform
from vireo_training.ranking.inputs import OutcomeInputs, RankingOutputs, RequestInputs
from vireo_training.ranking.mmoe import Mmoe
from vireo_training.ranking.ple import Ple
from vireo_training.ranking.settings import NetworkSettings
from vireo_training.ranking.watch_time import WatchScale

MIXTURES = {"mmoe": Mmoe, "ple": Ple}


class RankingNetwork(RankingModule):
    """One layer of what is known of person and candidate, experts on it, a gate and a head a task."""

    def __init__(
        self,
        settings: NetworkSettings,
        person_transform: FeatureTransform,
        item_transform: FeatureTransform,
        watch_scale: WatchScale,
    ) -> None:
        super().__init__(settings, person_transform, item_transform, watch_scale, settings.expert_width)
        width, hidden, tasks = settings.video_width, settings.hidden_width, len(settings.tasks)
        self.plays = PlayEncoder(settings)
        self.attention = HistoryAttention(width) if settings.attention else None
        self.person_layer = nn.Linear(self.request.size + width, hidden)
        self.candidate_layer = nn.Linear(item_transform.size + (2 if settings.attention else 1) * width, hidden)
        mixture = MIXTURES[settings.mixture]
        self.mixture = mixture(hidden, settings.experts, settings.expert_width, tasks + 1, settings.dropout)
        self.heads = nn.Parameter(0.05 * torch.randn(tasks, settings.expert_width))

    def forward(
        self,
        request: RequestInputs,
        outcomes: OutcomeInputs,
        recent_videos: Tensor,  # [P, L, D]
        videos: Tensor,  # [N, D]
        item_values: Tensor,  # [N, F]
    ) -> RankingOutputs:
        played = (outcomes.recent_outcomes > 0).to(videos)  # [P, L]
        plays = self.plays(recent_videos, outcomes)  # [P, L, D]
        total = (plays * played.unsqueeze(-1)).sum(dim=1)  # [P, D]
        mean = total / played.sum(dim=1, keepdim=True).clamp(min=1)  # [P, D]
        person = self.person_layer(torch.cat([self.person_scores(request), mean], dim=1))  # [P, H]
        facts = [self.item_scores(item_values), videos]  # [N, C], [N, D]
        if self.attention is not None:
            facts.append(self.attention(videos, plays, played))  # [N, D]
        shared = self.dropout(torch.relu(person + self.candidate_layer(torch.cat(facts, dim=1))))  # [N, H]
        mixed = self.mixture(shared)  # [N, T + 1, W]
        logits = (mixed[:, :-1] * self.heads).sum(dim=-1) + self.biases  # [N, T]
        return RankingOutputs(logits, self.watch_head(mixed[:, -1]))
