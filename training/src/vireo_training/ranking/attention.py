"""What a person's past says of a candidate."""

import torch
from torch import Tensor, nn

HIDDEN = -1e4
"""Added to scores that must not count; half precision holds it."""


class HistoryAttention(nn.Module):
    """Candidates ask, plays answer: the mean of the plays, by a softmax of their dot products with the candidate.

    One head of scaled dot products (Vaswani et al., 2017) in place of the network of DIN (Zhou et al., KDD 2018), so
    that the person's side is made once a request. Keys and values are the plays themselves: projecting the query and
    what is found says as much.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.scale = width**-0.5

    def forward(self, candidates: Tensor, past: Tensor, played: Tensor) -> Tensor:
        """[N, D] candidates, [P, L, D] plays and [P, L] whether there are so many, to [N, D]; P is 1 or N."""
        queries: Tensor = self.query(candidates) * self.scale  # [N, D]
        hidden = HIDDEN * (1 - played)  # [P, L]
        if len(past) == 1:
            scores = queries @ past[0].T + hidden  # [N, L]
            return scores.softmax(dim=-1) @ (past[0] * played[0].unsqueeze(-1))  # [N, D]
        scores = torch.bmm(past, queries.unsqueeze(-1)).squeeze(-1) + hidden  # [N, L]
        weights = scores.softmax(dim=-1) * played  # [N, L]
        return torch.bmm(weights.unsqueeze(1), past).squeeze(1)  # [N, D]
