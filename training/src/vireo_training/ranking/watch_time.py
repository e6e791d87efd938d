"""Watch time within what is usual for videos of a length."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from vireo_training.ranking.piecewise import interpolated, steps

Numbers = NDArray[np.float64]

MOST_WATCH_MS = 600_000
STEPS = 16
GROUPS = 16
LEAST_ROWS = 50
SMALLEST_SHARE = 1e-4


class WatchScale(nn.Module):
    """Quantiles of the watch time by length: what D2Q (Zhan et al., "Deconfounding Duration Bias in Watch-time
    Prediction", KDD 2022) reads in groups of length, here with straight lines from one group to the next."""

    knots: Tensor  # [G]
    quantiles_s: Tensor  # [G, K + 2]; seconds, because smaller precisions end at 65,504
    unknown_s: Tensor  # [K + 2]

    def __init__(self, knots: Tensor, quantiles_s: Tensor, unknown_s: Tensor) -> None:
        """Logarithms of lengths [G], the quantiles there [G, K + 2], and those of videos of unknown length [K + 2];
        the first is 0 and the last the longest watch."""
        super().__init__()
        self.register_buffer("knots", knots)
        self.register_buffer("quantiles_s", quantiles_s)
        self.register_buffer("unknown_s", unknown_s)

    def forward(self, lengths_ms: Tensor) -> Tensor:
        """[N] to [N, K + 2] ms."""
        known = (lengths_ms > 0).unsqueeze(-1)  # [N, 1]
        of_length = interpolated(torch.log(lengths_ms.clamp(min=1)), self.knots, self.quantiles_s)  # [N, K + 2]
        return 1000 * torch.where(known, of_length, self.unknown_s)

    def levels(self) -> Tensor:
        """The shares of plays that are shorter than each quantile: [K + 2]."""
        return levels(self.quantiles_s.shape[1] - 2).to(self.quantiles_s)


def levels(count: int) -> Tensor:
    inner = (torch.arange(count) + 0.5) / count
    return torch.cat([torch.zeros(1), inner, torch.ones(1)])


def fit_watch_scale(lengths_ms: NDArray[np.float32], watch_ms: NDArray[np.float32]) -> WatchScale:
    """Learns from the training rows [N]; NaN is unknown. Where hardly a length is known, all are as one unknown length.

    Raises ValueError where too few watch times are known.
    """
    rows = ~np.isnan(watch_ms)
    if rows.sum() < LEAST_ROWS:
        raise ValueError(f"{int(rows.sum())} known watch times are too few to learn from; it needs {LEAST_ROWS}")
    lengths_ms, watch_ms = lengths_ms[rows], np.minimum(watch_ms[rows], MOST_WATCH_MS)
    known = lengths_ms > 0
    at = levels(STEPS).numpy()
    unknown = np.quantile(watch_ms[~known] if (~known).any() else watch_ms, at)
    if known.sum() < LEAST_ROWS:
        return scale_of(np.zeros(1), unknown[np.newaxis], unknown)
    lengths = np.log(lengths_ms[known])
    groups = max(2, min(GROUPS, len(lengths) // LEAST_ROWS))
    borders = np.unique(np.quantile(lengths, np.arange(1, groups) / groups))
    group = np.searchsorted(borders, lengths, side="right")
    parts = [group == each for each in np.unique(group)]
    knots = np.array([np.median(lengths[part]) for part in parts])  # [G]
    quantiles = np.array([np.quantile(watch_ms[known][part], at) for part in parts])  # [G, K + 2]
    return scale_of(knots, quantiles, unknown)


def scale_of(knots: Numbers, quantiles_ms: Numbers, unknown_ms: Numbers) -> WatchScale:
    if len(knots) == 1:  # a line needs two
        knots, quantiles_ms = np.append(knots, knots[0] + 1), np.repeat(quantiles_ms, 2, axis=0)
    quantiles_ms[:, 0], unknown_ms[0] = 0, 0
    seconds = (knots, quantiles_ms / 1000, unknown_ms / 1000)
    return WatchScale(*(torch.from_numpy(each.astype(np.float32)) for each in seconds))


class WatchHead(nn.Module):
    """Chances to be watched beyond each of the length's quantiles, or, as in D2Q, the quantile itself.

    Chances to last (ordinal regression as of Cao et al., "Rank consistent ordinal regression", 2020, but with steps
    that differ by candidate) say how sure it is, so that their median is one of the distribution; a mean quantile is
    not.
    """

    def __init__(self, width: int, kind: Literal["survival", "quantile"]) -> None:
        super().__init__()
        self.kind = kind
        self.output = nn.Linear(width, STEPS if kind == "survival" else 1)
        if kind == "survival":
            # Begins with what is usual: as many last as the levels say.
            falling = torch.logit(1 - levels(STEPS)[1:-1])  # [K]
            self.output.bias.data[:1] = falling[0]
            self.output.bias.data[1:] = torch.log(torch.expm1(-torch.diff(falling)))

    def forward(self, mixed: Tensor) -> Tensor:
        """[N, W] to logits: [N, K], falling, or [N, 1]."""
        raw: Tensor = self.output(mixed)
        if self.kind == "quantile":
            return raw
        return raw[:, :1] - torch.cumsum(functional.pad(functional.softplus(raw[:, 1:]), (1, 0)), dim=1)

    def loss(self, logits: Tensor, watch_ms: Tensor, quantiles_ms: Tensor) -> Tensor:
        """Of each row [N]; watch times [N], quantiles of the rows' lengths [N, K + 2]."""
        watched = watch_ms.clamp(max=MOST_WATCH_MS).unsqueeze(-1)  # [N, 1]
        if self.kind == "survival":
            lasted = (watched > quantiles_ms[:, 1:-1]).to(logits)  # [N, K]
            return functional.binary_cross_entropy_with_logits(logits, lasted, reduction="none").mean(dim=1)
        quantile = (watched > quantiles_ms[:, 1:-1]).to(logits).mean(dim=1)  # [N]
        return (torch.sigmoid(logits.squeeze(1)) - quantile) ** 2

    def watch_ms(self, logits: Tensor, scale: WatchScale, lengths_ms: Tensor) -> Tensor:
        """The median, or the time at the quantile: [N] ms."""
        quantiles_ms = scale(lengths_ms)  # [N, K + 2]
        # Rounding can put a quantile below the one before it.
        widths = torch.diff(quantiles_ms, dim=1).clamp(min=0)  # [N, K + 1]
        if self.kind == "quantile":
            reached = steps(torch.sigmoid(logits.squeeze(1)), scale.levels())  # [N, K + 1]
        else:
            lasting = functional.pad(torch.sigmoid(logits), (1, 0), value=1.0)  # [N, K + 1]
            after = functional.pad(lasting[:, 1:], (0, 1), value=0.0)  # [N, K + 1]
            reached = ((lasting - 0.5) / (lasting - after).clamp(min=SMALLEST_SHARE)).clamp(0, 1)  # [N, K + 1]
        return (widths * reached).sum(dim=1)  # [N]
