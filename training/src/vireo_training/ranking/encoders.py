"""Vectors of videos, plays and requests."""

import torch
from torch import Tensor, nn

from vireo_training.ranking.inputs import OutcomeInputs, RequestInputs, VideoInputs
from vireo_training.ranking.piecewise import steps
from vireo_training.ranking.settings import NetworkSettings

OUTCOME_BITS = 14
LENGTH_KNOTS_S = (5.0, 8.0, 11.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 150.0, 240.0, 400.0)
"""What finishing a video means changes most between them."""
HOURS, WEEKDAYS = 25, 8
DEVIATION = 0.02


def table(rows: int, width: int) -> nn.Embedding:
    """Row 0 is none and stays zero."""
    made = nn.Embedding(rows, width, padding_idx=0)
    nn.init.normal_(made.weight[1:], std=DEVIATION)
    return made


class VideoEncoder(nn.Module):
    """One vector of a video, whether candidate or played."""

    length_knots: Tensor  # [S]

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        tables = settings.tables
        self.ids = table(tables.videos, settings.id_width)
        self.creators = table(tables.creators, settings.creator_width)
        self.audios = table(tables.audios, settings.creator_width)
        self.categories = table(tables.categories, settings.category_width)
        self.register_buffer("length_knots", torch.log(1000 * torch.tensor(LENGTH_KNOTS_S)))  # [S]
        width = settings.id_width + 2 * settings.creator_width + settings.category_width + len(LENGTH_KNOTS_S)
        self.project = nn.Linear(width, settings.video_width)
        self.id_dropout = settings.id_dropout

    def forward(self, videos: VideoInputs) -> Tensor:
        ids = self.ids(videos.ids).sum(dim=-2)  # [..., I]
        if self.training:
            ids = ids * (torch.rand_like(ids[..., :1]) >= self.id_dropout)
        lengths = steps(torch.log(videos.lengths_ms.clamp(min=1)), self.length_knots)  # [..., S - 1]
        facts = [
            ids,
            self.creators(videos.creators),  # [..., A]
            self.audios(videos.audios),  # [..., A]
            self.categories(videos.categories).sum(dim=-2),  # [..., G]
            lengths,
            (videos.lengths_ms > 0).to(ids).unsqueeze(-1),  # [..., 1]
        ]
        encoded: Tensor = self.project(torch.cat(facts, dim=-1))  # [..., D]
        return encoded


class PlayEncoder(nn.Module):
    """One vector of each of a person's last plays: the video, what came of it, when, and how many have come since."""

    bits: Tensor  # [B]

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.outcomes = nn.Linear(OUTCOME_BITS + 3, settings.video_width)
        self.places = nn.Parameter(torch.zeros(settings.recent, settings.video_width))
        self.register_buffer("bits", 2 ** torch.arange(OUTCOME_BITS))  # [B]

    def forward(self, videos: Tensor, outcomes: OutcomeInputs) -> Tensor:
        """[P, L, D] to the same."""
        happened = (outcomes.recent_outcomes.unsqueeze(-1) & self.bits) != 0  # [P, L, B]
        ratios = outcomes.recent_watch_ratios.unsqueeze(-1) / 1000  # [P, L, 1]
        known = (ratios >= 0).to(videos)  # [P, L, 1]
        gaps = torch.log1p(outcomes.recent_gaps_s.clamp(min=0)).unsqueeze(-1) / 10  # [P, L, 1]
        numbers = torch.cat([happened.to(videos), known, ratios.clamp(0, 3) * known, gaps], dim=-1)  # [P, L, B + 3]
        return torch.relu(videos + self.outcomes(numbers) + self.places)


class RequestEncoder(nn.Module):
    """Where, when and with what a person asks, beside their scores."""

    def __init__(self, settings: NetworkSettings, scores: int) -> None:
        super().__init__()
        width = settings.context_width
        self.surfaces = table(settings.tables.surfaces, width)
        self.devices = table(settings.tables.devices, width)
        self.hours = table(HOURS, width)
        self.weekdays = table(WEEKDAYS, width)
        self.size = request_width(settings, scores)

    def forward(self, request: RequestInputs, scores: Tensor) -> Tensor:
        parts = [
            scores,  # [P, F]
            self.surfaces(request.surface),  # [P, X]
            self.devices(request.device),
            self.hours(request.hour_of_day + 1),
            self.weekdays(request.weekday),
            torch.log1p(request.network_kbps).unsqueeze(-1) / 10,  # [P, 1]
        ]
        return torch.cat(parts, dim=-1)  # [P, R]


def request_width(settings: NetworkSettings, scores: int) -> int:
    return scores + 4 * settings.context_width + 1
