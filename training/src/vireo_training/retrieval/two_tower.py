"""Two towers whose dot product says what a person might watch (Yi et al., Sampling-Bias-Corrected Neural Modeling,
RecSys 2019).

Neither knows a person by name: a person is what they did lately. Inputs are those of a server (docs/models.md); row 0
of every table is none.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from vireo_training.retrieval.settings import TowerSettings

OUTCOMES = 14
"""Bits; server/src/people/outcomes.ts names them."""
UNTIMED = 1 << 13
LENGTHS, GAPS, RATIOS = 16, 24, 10
"""Buckets, of which the first is for what is not known."""
MS_OF_FIRST_LENGTH = 1000.0
LENGTHS_PER_DOUBLING = 1.5
THOUSANDTHS_PER_RATIO = 125.0
HOURS, WEEKDAYS = 25, 8


class VideoFacts(nn.Module):
    """What both towers read of a video, side by side."""

    def __init__(self, settings: TowerSettings) -> None:
        super().__init__()
        tables, width = settings.tables, settings.fact_width
        self.ids = nn.Embedding(tables.videos, settings.id_width, padding_idx=0)
        self.creators = nn.Embedding(tables.creators, width, padding_idx=0)
        self.audios = nn.Embedding(tables.audios, width, padding_idx=0)
        self.categories = nn.Embedding(tables.categories, 4 * width, padding_idx=0)
        self.lengths = nn.Embedding(LENGTHS, width)
        self.id_dropout = settings.id_dropout
        self.width = settings.id_width + 7 * width
        for table in (self.ids, self.categories):
            nn.init.normal_(table.weight[1:], std=0.05)
        # What training never meets stays 0 and says nothing.
        for table in (self.creators, self.audios, self.lengths):
            nn.init.zeros_(table.weight)

    def forward(
        self,
        ids: Tensor,  # [N, 2] int64
        creators: Tensor,  # [N] int64
        audios: Tensor,  # [N] int64
        categories: Tensor,  # [N, C] int64
        lengths_ms: Tensor,  # [N]
    ) -> Tensor:
        own = self.ids(ids).sum(1)  # [N, I]
        if self.training:
            own = own * (torch.rand(len(own), 1, device=own.device) >= self.id_dropout)
        categories_known = (categories > 0).sum(1, keepdim=True).clamp(min=1)  # [N, 1]
        mean_category = self.categories(categories).sum(1) / categories_known  # [N, 4F]
        doublings = torch.log2(lengths_ms.clamp(min=MS_OF_FIRST_LENGTH) / MS_OF_FIRST_LENGTH)
        length = (1 + LENGTHS_PER_DOUBLING * doublings).clamp(max=LENGTHS - 1) * (lengths_ms > 0)  # [N]
        parts = (own, self.creators(creators), self.audios(audios), mean_category, self.lengths(length.long()))
        return torch.cat(parts, dim=1)  # [N, I + 7F]


class VideoTower(nn.Module):
    """A vector of length 1 for each video, from its content alone where its id is none."""

    def __init__(self, settings: TowerSettings, facts: VideoFacts, embedding_width: int) -> None:
        super().__init__()
        self.facts = facts
        self.words = nn.Embedding(settings.tables.words, settings.fact_width, padding_idx=0)
        self.project = nn.Linear(facts.width + settings.fact_width + embedding_width, settings.dimensions)
        nn.init.zeros_(self.words.weight)

    def forward(
        self,
        ids: Tensor,  # [N, 2] int64
        creators: Tensor,  # [N] int64
        audios: Tensor,  # [N] int64
        categories: Tensor,  # [N, C] int64
        lengths_ms: Tensor,  # [N]
        words: Tensor,  # [N, W] int64
        embeddings: Tensor,  # [N, E]
    ) -> Tensor:
        facts = self.facts(ids, creators, audios, categories, lengths_ms)  # [N, I + 7F]
        mean_word = self.words(words).sum(1) / (words > 0).sum(1, keepdim=True).clamp(min=1)  # [N, F]
        vectors = self.project(torch.cat([facts, mean_word, embeddings], dim=1))  # [N, D]
        return functional.normalize(vectors, dim=1)


class Read(nn.Module):
    """What the person's tower makes of a video."""

    def __init__(self, settings: TowerSettings, facts: VideoFacts) -> None:
        super().__init__()
        self.facts = facts
        self.project = nn.Linear(facts.width, settings.event_width)

    def forward(self, ids: Tensor, creators: Tensor, audios: Tensor, categories: Tensor, lengths_ms: Tensor) -> Tensor:
        events: Tensor = self.project(self.facts(ids, creators, audios, categories, lengths_ms))  # [N, H]
        return events


class PersonTower(nn.Module):
    """A vector for each person: learned queries attend to their last events.

    Its length is 1 over the temperature, so that a dot product with a video's vector is a logit.
    """

    def __init__(self, settings: TowerSettings, facts: VideoFacts) -> None:
        super().__init__()
        width = settings.event_width
        self.settings = settings
        self.read = Read(settings, facts)
        self.outcomes = nn.Linear(OUTCOMES, width, bias=False)
        self.places = nn.Parameter(0.05 * torch.randn(settings.recent, width))
        self.gaps = nn.Embedding(GAPS, width)
        self.ratios = nn.Embedding(RATIOS, width)
        self.gate = nn.Linear(width, width)
        self.attention = nn.Linear(width, settings.attention_queries)
        self.dropout = nn.Dropout(settings.dropout)
        self.project = nn.Linear(settings.attention_queries * width, settings.dimensions)
        self.surfaces = nn.Embedding(settings.tables.surfaces, settings.dimensions, padding_idx=0)
        self.hours = nn.Embedding(HOURS, settings.dimensions)
        self.weekdays = nn.Embedding(WEEKDAYS, settings.dimensions)
        for layer in (self.gaps, self.ratios, self.surfaces, self.hours, self.weekdays, self.gate):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.gate.bias)

    def forward(
        self,
        recent_ids: Tensor,  # [B, 50, 2] int64, newest first
        recent_creators: Tensor,  # [B, 50] int64
        recent_audios: Tensor,  # [B, 50] int64
        recent_categories: Tensor,  # [B, 50, C] int64
        recent_lengths_ms: Tensor,  # [B, 50]
        recent_outcomes: Tensor,  # [B, 50] int64, bits; 0 where there is no event
        recent_gaps_s: Tensor,  # [B, 50]
        recent_watch_ratios: Tensor,  # [B, 50] thousandths, -1 unknown
        surface: Tensor,  # [B] int64
        hour_of_day: Tensor,  # [B] int64, -1 unknown
        weekday: Tensor,  # [B] int64, 1 to 7, 0 unknown
    ) -> Tensor:
        read = self.read(
            recent_ids.flatten(0, 1),
            recent_creators.flatten(),
            recent_audios.flatten(),
            recent_categories.flatten(0, 1),
            recent_lengths_ms.flatten(),
        ).unflatten(0, recent_outcomes.shape)  # [B, 50, H]
        return self.of_events(read, recent_outcomes, recent_gaps_s, recent_watch_ratios, surface, hour_of_day, weekday)

    def of_events(
        self,
        read: Tensor,  # [B, 50, H]
        outcomes: Tensor,
        gaps_s: Tensor,
        watch_ratios: Tensor,
        surface: Tensor,
        hour_of_day: Tensor,
        weekday: Tensor,
    ) -> Tensor:
        newest = self.settings.recent
        outcomes = outcomes[:, :newest]  # [B, L]
        came_of_it = self.places + self.outcome(outcomes, gaps_s[:, :newest], watch_ratios[:, :newest])  # [B, L, H]
        # What came of a video says how much, and what, the video tells of the person.
        events = read[:, :newest] * (1 + self.gate(came_of_it)) + came_of_it  # [B, L, H]
        there = (outcomes > 0).unsqueeze(2)  # [B, L, 1]
        weights = self.attention(events).masked_fill(~there, -1e9).softmax(1) * there  # [B, L, Q]
        pooled = (weights.transpose(1, 2) @ events).flatten(1)  # [B, Q * H]
        person = self.project(self.dropout(pooled))  # [B, D]
        if self.settings.context:
            person = person + self.surfaces(surface) + self.hours(hour_of_day + 1) + self.weekdays(weekday)
        return functional.normalize(person, dim=1) / self.settings.temperature

    def outcome(self, outcomes: Tensor, gaps_s: Tensor, watch_ratios: Tensor) -> Tensor:
        powers = 2 ** torch.arange(OUTCOMES, device=outcomes.device)
        bits = torch.div(outcomes.unsqueeze(2), powers, rounding_mode="floor") % 2  # [B, L, OUTCOMES]
        # Untimed events are laid out evenly: their gaps say nothing.
        timed = outcomes < UNTIMED
        gap = (1 + torch.log2(1 + gaps_s.clamp(min=0))).clamp(max=GAPS - 1) * timed  # [B, L]
        ratio = (1 + watch_ratios / THOUSANDTHS_PER_RATIO).clamp(max=RATIOS - 1) * (watch_ratios >= 0)  # [B, L]
        said: Tensor = self.outcomes(bits.float()) + self.gaps(gap.long()) + self.ratios(ratio.long())  # [B, L, H]
        return said


class TwoTower(nn.Module):
    """Both towers, and what recent popularity adds to a video for everybody."""

    def __init__(self, settings: TowerSettings, embedding_width: int, popularity_windows: int) -> None:
        super().__init__()
        facts = VideoFacts(settings)
        self.video = VideoTower(settings, facts, embedding_width)
        self.person = PersonTower(settings, facts)
        self.popularity = nn.Linear(popularity_windows, 1, bias=False)
        nn.init.constant_(self.popularity.weight, 0.2)
