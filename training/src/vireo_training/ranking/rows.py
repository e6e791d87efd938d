"""Samples as tensors of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vireo_training.data import Samples
from vireo_training.facts import FACT_SEED, TableSizes, VideoFacts
from vireo_training.hashing import rows_of
from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.inputs import OutcomeInputs, RankingOutputs, RequestInputs, VideoInputs


@dataclass(frozen=True)
class Catalogue:
    """Facts of videos by row; the last one is none."""

    facts: VideoInputs  # [V + 1, ...] each
    device: torch.device

    @classmethod
    def of(cls, facts: VideoFacts, device: torch.device) -> Catalogue:
        fields = (torch.from_numpy(getattr(facts, name)).to(device) for name in VideoInputs._fields)
        return cls(VideoInputs(*fields), device)

    def __len__(self) -> int:
        return len(self.facts.creators) - 1

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which videos have an id: [V]."""
        return (self.facts.ids[:-1, 0] > 0).cpu().numpy()


class RankingRows:
    """N samples, of which a network reads some at a time."""

    def __init__(self, samples: Samples, catalogue: Catalogue, sizes: TableSizes, recent: int) -> None:
        self.samples, self.catalogue, self.recent = samples, catalogue, recent
        self.surfaces = rows_of(samples.surfaces, sizes.surfaces, FACT_SEED)
        self.devices = rows_of(samples.devices, sizes.devices, FACT_SEED)

    def __len__(self) -> int:
        return len(self.samples)

    def tensor(self, values: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.catalogue.device)

    def request(self, rows: NDArray[np.int64]) -> RequestInputs:
        samples = self.samples
        return RequestInputs(
            person_values=self.tensor(samples.person_values[rows]),
            surface=self.tensor(self.surfaces[samples.surface[rows]]),
            device=self.tensor(self.devices[samples.device[rows]]),
            network_kbps=self.tensor(samples.network_kbps[rows]),
            hour_of_day=self.tensor(samples.hour_of_day[rows]),
            weekday=self.tensor(samples.weekday[rows]),
        )

    def outcomes(self, rows: NDArray[np.int64]) -> OutcomeInputs:
        samples, recent = self.samples, self.recent
        return OutcomeInputs(
            recent_outcomes=self.tensor(samples.recent_outcomes[rows, :recent].astype(np.int64)),
            recent_gaps_s=self.tensor(samples.recent_gaps_s[rows, :recent]),
            recent_watch_ratios=self.tensor(samples.recent_watch_ratios[rows, :recent]),
        )

    def outputs(self, network: RankingModule, rows: NDArray[np.int64]) -> RankingOutputs:
        """Each video of the batch is encoded once, whoever saw it."""
        recent = self.tensor(self.samples.recent_videos[rows, : self.recent].astype(np.int64))  # [B, L]
        videos = torch.cat([recent.flatten(), self.tensor(self.samples.video[rows])]) % (len(self.catalogue) + 1)
        unique, place = torch.unique(videos, return_inverse=True)  # [U], [B L + B]
        encoded = network.videos(VideoInputs(*(fact[unique] for fact in self.catalogue.facts)))  # [U, D]
        past = encoded[place[: recent.numel()]].unflatten(0, recent.shape)  # [B, L, D]
        values = self.tensor(self.samples.item_values[rows])  # [B, F]
        candidates = encoded[place[recent.numel() :]]  # [B, D]
        return network(self.request(rows), self.outcomes(rows), past, candidates, values)  # type: ignore[no-any-return]

    def labels(self, rows: NDArray[np.int64], tasks: tuple[str, ...]) -> Tensor:
        return self.tensor(np.stack([self.samples.labels[task][rows] for task in tasks], axis=1))  # [B, T], NaN unknown

    def lengths_ms(self, rows: NDArray[np.int64]) -> Tensor:
        return self.catalogue.facts.lengths_ms[self.tensor(self.samples.video[rows])]  # [B]
