"""What the place on a page does to an outcome, whatever is shown there."""

from torch import Tensor, nn


class PositionBias(nn.Module):
    """A number for each position and task, added to the logits in training and left out in serving (as the shallow
    tower of Zhao et al., "Recommending What Video to Watch Next", RecSys 2019). An unknown position, -1,
    adds nothing."""

    def __init__(self, positions: int, tasks: int) -> None:
        super().__init__()
        self.table = nn.Embedding(1 + positions, tasks, padding_idx=0)
        nn.init.zeros_(self.table.weight)

    def forward(self, positions: Tensor) -> Tensor:
        added: Tensor = self.table((positions + 1).clamp(max=self.table.num_embeddings - 1))  # [N] to [N, T]
        return added

    def against_top(self) -> Tensor:
        """What is learned, as the difference to the first position: [positions, T]."""
        return (self.table.weight[1:] - self.table.weight[1]).detach()
