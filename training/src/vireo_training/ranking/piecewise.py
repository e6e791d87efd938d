"""Piecewise linear functions out of operators that every runtime has."""

import torch
from torch import Tensor


def steps(values: Tensor, knots: Tensor) -> Tensor:
    """How far each value has come from each knot to the next, 0 to 1: [...] and [K] to [..., K - 1].

    As an encoding: Gorishniy et al., "On Embeddings for Numerical Features in Tabular Deep Learning", NeurIPS 2022.
    """
    return ((values.unsqueeze(-1) - knots[:-1]) / (knots[1:] - knots[:-1])).clamp(0, 1)


def interpolated(values: Tensor, knots: Tensor, heights: Tensor) -> Tensor:
    """Straight lines between `heights` [K, W] at `knots` [K], flat beyond them: [N] to [N, W].

    No product of matrices, which smaller precisions round: heights may be more than they hold.
    """
    rises = steps(values, knots).unsqueeze(-1) * torch.diff(heights, dim=0)  # [N, K - 1, W]
    return heights[0] + rises.sum(dim=1)
