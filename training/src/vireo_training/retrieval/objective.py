"""What a batch of examples says of the towers."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vireo_training.retrieval.examples import Examples
from vireo_training.retrieval.loss import HIDDEN, FrequencyEstimate, info_nce
from vireo_training.retrieval.negatives import HardNegatives, draw_hard
from vireo_training.retrieval.popularity import PopularityByDay
from vireo_training.retrieval.settings import RetrievalSettings
from vireo_training.retrieval.tensors import Catalogue
from vireo_training.retrieval.two_tower import TwoTower
from vireo_training.training_loop import Ranks


class Objective:
    """The loss of a batch. The estimate takes note of the videos that are met."""

    def __init__(
        self,
        settings: RetrievalSettings,
        model: TwoTower,
        catalogue: Catalogue,
        popularity: PopularityByDay,
        frequency: FrequencyEstimate,
        displayed: NDArray[np.int64],  # videos that ever were, in ascending order
        ranks: Ranks,
    ) -> None:
        self.settings, self.model, self.catalogue, self.ranks = settings, model, catalogue, ranks
        self.displayed = displayed
        self.popularity = catalogue.tensor(popularity.values)  # [D, V, WINDOWS]
        self.frequency = frequency

    def __call__(self, batch: Examples, random: np.random.Generator) -> Tensor:
        """The mean over a batch's targets, of which this rank sums its own examples' share.

        Every rank has the whole batch's candidates, so that the sum over ranks is what one process would find.
        """
        settings, catalogue, model = self.settings, self.catalogue, self.model
        candidates = self.candidates(batch)  # [C], ascending
        column = torch.full((len(catalogue) + 1,), -1, device=catalogue.device)  # [V + 1]; of none -1 too
        column[candidates] = torch.arange(len(candidates), device=catalogue.device)
        hard = draw_hard(batch.unwatched, settings.hard_negatives, random) if settings.hard_weight > 0 else None
        mine = np.arange(self.ranks.rank, len(batch), self.ranks.world)
        own = batch.where(mine)
        device = catalogue.device.type
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            people, videos = catalogue.people(model, own), catalogue.videos(model, candidates)  # [B, D], [C, D]
        logits = people.float() @ videos.float().T  # [B, C]
        if settings.popularity:
            term = model.popularity(self.popularity[:, candidates]).squeeze(2)  # [D, C]
            logits = logits + term[catalogue.tensor(own.popularity)]
        if settings.in_batch and settings.log_q:
            logits = logits - self.frequency.meet(candidates)
        return info_nce(
            logits,
            column[catalogue.tensor(own.targets)],
            catalogue.tensor(own.weights),
            column[catalogue.tensor(own.recent_videos)],
            None if hard is None else self.hard_logits(people, own, hard.where(mine)),
        ) / float(batch.weights.sum())

    def candidates(self, batch: Examples) -> Tensor:
        found = np.unique(batch.targets[batch.targets >= 0]) if self.settings.in_batch else self.displayed
        return self.catalogue.tensor(found)

    def hard_logits(self, people: Tensor, own: Examples, hard: HardNegatives) -> Tensor:
        """[B, H]; as many times as there are displayed ones for each that was drawn, and times the weight."""
        catalogue, model = self.catalogue, self.model
        drawn = catalogue.tensor(hard.videos)  # [B, H]
        videos, place = torch.unique(drawn, return_inverse=True)  # [U]
        logits = (catalogue.videos(model, videos)[place] @ people.float().unsqueeze(2)).squeeze(2)  # [B, H]
        if self.settings.popularity:
            of_day = self.popularity[catalogue.tensor(own.popularity)[:, None], drawn.clamp(min=0)]  # [B, H, WINDOWS]
            logits = logits + model.popularity(of_day).squeeze(2)
        corrected = logits + catalogue.tensor(hard.log_stands_for) + math.log(self.settings.hard_weight)
        return corrected.masked_fill(drawn < 0, HIDDEN)
