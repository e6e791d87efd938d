"""What all trainings have in common: ranks, progress, and checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, distributed, nn

TrainedT = TypeVar("TrainedT")


@dataclass(frozen=True)
class Ranks:
    """This process among those that train together; each takes every `world`-th row of a batch."""

    rank: int = 0
    world: int = 1

    def summed(self, loss: Tensor, model: nn.Module) -> float:
        """The ranks' parts of a loss and its gradients become what one process would have found."""
        shown = loss.detach()
        if self.world > 1:
            for part in (shown, *(each.grad for each in model.parameters() if each.grad is not None)):
                distributed.all_reduce(part)
        return float(shown)


@dataclass(frozen=True)
class Progress:
    epoch: int  # from 1
    epochs: int
    share: float  # of all that is to be done
    loss: float  # mean of the epoch so far
    seconds_left: float


@dataclass(frozen=True)
class Run(Generic[TrainedT]):
    """What a training does besides learning."""

    ranks: Ranks = Ranks()
    checkpoint: Path | None = None  # written after each epoch, and gone on from
    report: Callable[[Progress], None] = lambda progress: None
    after_epoch: Callable[[int, TrainedT], None] = lambda epoch, trained: None
    prepares: Callable[[str], None] = lambda what: None  # told of what takes long before the first epoch


def seeded(seed: int) -> None:
    """From here on the same is drawn and computed, to the bit, on the same machine with as many threads."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.manual_seed(seed)


def cosine(step: int, steps: int, warm_up: float) -> float:
    """The share of the learning rate: it warms up for so many steps, then falls along a cosine (Loshchilov and Hutter,
    SGDR, 2017)."""
    return min(1.0, (step + 1) / max(1.0, warm_up)) * (1 + math.cos(math.pi * step / steps)) / 2


def load_checkpoint(path: Path | None, made_of: str, device: torch.device) -> dict[str, Any] | None:
    """None where there is none, or one of other data, settings or seed."""
    if path is None or not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return state if state["made_of"] == made_of else None
