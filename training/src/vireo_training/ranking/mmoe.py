"""A multi-gate mixture of experts (Ma et al., "Modeling Task Relationships in Multi-task Learning with Multi-gate
Mixture-of-Experts", KDD 2018)."""

import torch
from torch import Tensor, nn


class Mmoe(nn.Module):
    """[N, H] to a vector a task, [N, T, W]."""

    def __init__(self, hidden: int, experts: int, width: int, tasks: int, dropout: float) -> None:
        super().__init__()
        self.shape = (experts, width)
        self.tasks = tasks
        self.experts = nn.Linear(hidden, experts * width)
        self.gates = nn.Linear(hidden, tasks * experts)
        self.dropout = nn.Dropout(dropout)

    def forward(self, shared: Tensor) -> Tensor:
        experts = self.dropout(torch.relu(self.experts(shared))).unflatten(1, self.shape)  # [N, E, W]
        weights = self.gates(shared).unflatten(1, (self.tasks, self.shape[0])).softmax(dim=-1)  # [N, T, E]
        return torch.matmul(weights, experts)
