"""What did best on the last day, kept in files so that a choice goes on after a kill."""

from __future__ import annotations

import copy
import json
from typing import Any

import torch
from torch import Tensor, nn

from vireo_training.train.job import Job
from vireo_training.whole_files import save_whole, write_whole


class BestEpoch:
    """All ranks find the same; the first one writes it down."""

    def __init__(self, job: Job, name: str) -> None:
        self.job = job
        self.path, self.weights = job.file(f"{name}-choice.json"), job.file(f"{name}-twin.pt")
        self.found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        self.state: dict[str, Tensor] = {}

    def offer(self, loss: float, choice: dict[str, Any], model: nn.Module) -> None:
        if self.found and self.found["loss"] <= loss:
            return
        self.found = {"loss": loss, **choice}
        self.state = copy.deepcopy(model.state_dict())
        if self.job.ranks.rank == 0:
            save_whole(self.weights, self.state)
            write_whole(self.path, json.dumps(self.found).encode())

    def restore(self, model: nn.Module) -> dict[str, Any]:
        """Gives the model the weights of that epoch; what was chosen with it."""
        model.load_state_dict(self.state or torch.load(self.weights, weights_only=True))
        return self.found
