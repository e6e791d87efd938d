"""Examples and facts as tensors of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vireo_training.data import Queries, Samples
from vireo_training.facts import FACT_SEED, TableSizes, VideoFacts
from vireo_training.hashing import rows_of
from vireo_training.retrieval.examples import Examples
from vireo_training.retrieval.two_tower import TwoTower

READ = ("ids", "creators", "audios", "categories", "lengths_ms")
"""Facts that the person's tower reads of recent videos."""


@dataclass(frozen=True)
class Catalogue:
    """Inputs of the towers by row of the catalogue; the last one is none."""

    facts: dict[str, Tensor]  # each [V + 1, ...]
    surfaces: Tensor  # [surfaces + 1], rows of the table; the last one is none
    device: torch.device

    @staticmethod
    def of(samples: Samples, facts: VideoFacts, sizes: TableSizes, device: torch.device) -> Catalogue:
        names = (*READ, "words", "embeddings")
        surfaces = np.append(rows_of(samples.surfaces, sizes.surfaces, FACT_SEED), 0)
        return Catalogue(
            facts={name: torch.from_numpy(getattr(facts, name)).to(device) for name in names},
            surfaces=torch.from_numpy(surfaces).to(device),
            device=device,
        )

    def __len__(self) -> int:
        return len(self.facts["ids"]) - 1

    def tensor(self, values: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device)

    def videos(self, model: TwoTower, rows: Tensor) -> Tensor:
        """Vectors of videos: [N, D]."""
        return model.video(**{name: fact[rows] for name, fact in self.facts.items()})  # type: ignore[no-any-return]

    def people(self, model: TwoTower, rows: Examples | Queries) -> Tensor:
        """Vectors of people: [B, D]. A video that several of them have seen is read once."""
        recent = self.tensor(rows.recent_videos.astype(np.int64)) % (len(self) + 1)  # [B, 50], none is the last row
        videos, place = torch.unique(recent, return_inverse=True)  # [U], [B, 50]
        read = model.person.read(*(self.facts[name][videos] for name in READ))  # [U, H]
        return model.person.of_events(
            read[place],  # [B, 50, H]
            self.tensor(rows.recent_outcomes.astype(np.int64)),
            self.tensor(rows.recent_gaps_s),
            self.tensor(rows.recent_watch_ratios),
            self.surfaces[self.tensor(rows.surface)],
            self.tensor(rows.hour_of_day),
            self.tensor(np.maximum(rows.weekday, 0)),
        )
