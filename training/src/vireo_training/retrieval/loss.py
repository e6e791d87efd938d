"""Sampled softmax over what a batch's requests led to, corrected for how often each video is in a batch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

HIDDEN = -1e9
"""A logit that takes no part; finite, so that a request that nothing competes for has a gradient of 0."""


FIRST_GAP = 50.0
"""Steps between two batches that hold a video, before it is known."""
RATE = 0.02
"""How much the last gap counts."""


class FrequencyEstimate:
    """How often each video is among a batch's candidates, estimated as they stream by (Yi et al., RecSys 2019, §4).

    The mean number of steps between two batches that hold a video is one over the chance that a batch holds it.
    """

    def __init__(self, videos: int, device: torch.device) -> None:
        self.gaps = torch.full((videos,), FIRST_GAP, device=device)  # [V], in steps
        self.last = torch.zeros(videos, device=device)  # [V], step; 0 never
        self.step = 0

    def meet(self, candidates: Tensor) -> Tensor:
        """Takes note of a batch's candidates [C], each once, and tells the log of each one's chance: [C]."""
        self.step += 1
        gaps, last = self.gaps[candidates], self.last[candidates]
        gaps = torch.where(last > 0, gaps + RATE * (self.step - last - gaps), gaps)
        self.gaps[candidates] = gaps
        self.last[candidates] = float(self.step)
        return -torch.log(gaps)

    def state(self) -> dict[str, Tensor | int]:
        return {"gaps": self.gaps, "last": self.last, "step": self.step}

    def restore(self, gaps: Tensor, last: Tensor, step: int) -> None:
        self.gaps, self.last, self.step = gaps, last, step


def info_nce(
    logits: Tensor,  # [B, C] of candidates, corrected by their log chance
    targets: Tensor,  # [B, K] int64, columns of candidates; -1 none
    weights: Tensor,  # [B, K]; 0 where there is no target
    masked: Tensor,  # [B, M] int64, columns that are no negatives of a request; -1 none
    hard: Tensor | None = None,  # [B, H] logits of hard negatives, corrected; HIDDEN where there is none
) -> Tensor:
    """The sum over targets of weight × cross entropy (van den Oord et al., InfoNCE, 2018): a scalar.

    A target competes with the candidates that are neither targets of the same request nor masked, and with the
    request's hard negatives.
    """
    none = logits.shape[1]
    hidden = torch.zeros(len(logits), none + 1, dtype=torch.bool, device=logits.device)  # [B, C + 1]
    for columns in (targets, masked):
        hidden.scatter_(1, torch.where(columns >= 0, columns, none), True)
    others = logits.masked_fill(hidden[:, :none], HIDDEN)  # [B, C]
    if hard is not None:
        others = torch.cat([others, hard], dim=1)  # [B, C + H]
    against = others.logsumexp(1, keepdim=True)  # [B, 1]
    own = logits.gather(1, targets.clamp(min=0))  # [B, K]
    return (weights * functional.softplus(against - own)).sum()
