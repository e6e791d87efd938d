"""Progressive layered extraction (Tang et al., "Progressive Layered Extraction: A Novel Multi-Task Learning Model for
Personalized Recommendations", RecSys 2020)."""

import torch
from torch import Tensor, nn


class Extraction(nn.Module):
    """Experts of each task and shared ones; a task's gate chooses among its own and the shared, the shared gate among
    all. The first inputs are the tasks', the last is the shared one's."""

    def __init__(self, inputs: int, own: int, shared: int, width: int, tasks: int, dropout: float) -> None:
        super().__init__()
        self.width, self.counts = width, [own] * tasks + [shared]
        self.experts = nn.ModuleList(nn.Linear(inputs, count * width) for count in self.counts)
        self.gates = nn.ModuleList(nn.Linear(inputs, own + shared) for _ in range(tasks))
        self.shared_gate = nn.Linear(inputs, sum(self.counts))
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: list[Tensor]) -> list[Tensor]:
        """[N, H] each, T + 1 of them, to [N, W] each."""
        made = [
            self.dropout(torch.relu(experts(each))).unflatten(1, (count, self.width))  # [N, E, W]
            for each, experts, count in zip(inputs, self.experts, self.counts, strict=True)
        ]
        of_tasks = [
            mixed(gate(each), torch.cat([own, made[-1]], dim=1))
            for each, gate, own in zip(inputs[:-1], self.gates, made[:-1], strict=True)
        ]
        return [*of_tasks, mixed(self.shared_gate(inputs[-1]), torch.cat(made, dim=1))]


def mixed(scores: Tensor, experts: Tensor) -> Tensor:
    return torch.matmul(scores.softmax(dim=-1).unsqueeze(1), experts).squeeze(1)  # [N, E] and [N, E, W] to [N, W]


class Ple(nn.Module):
    """[N, H] to a vector a task, [N, T, W], by two extractions: one own expert a task, the others are shared."""

    def __init__(self, hidden: int, experts: int, width: int, tasks: int, dropout: float) -> None:
        super().__init__()
        self.first = Extraction(hidden, 1, experts, width, tasks, dropout)
        self.second = Extraction(width, 1, experts, width, tasks, dropout)
        self.tasks = tasks

    def forward(self, shared: Tensor) -> Tensor:
        found = self.second(self.first([shared] * (self.tasks + 1)))
        return torch.stack(found[:-1], dim=1)  # [N, T, W]
